/** Work that is done one after the other where it is on the same thing, and at once where it is not. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does something when all that was asked for on the same thing before is done. Rejects as it does. */
  async take(key: string, act: () => Promise<void>): Promise<void> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(act);
    const kept = turn.catch(() => {}).finally(() => this.#last.get(key) === kept && this.#last.delete(key));
    this.#last.set(key, kept);
    await turn;
  }
}
