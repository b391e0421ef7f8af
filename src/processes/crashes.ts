/** So often within this time a server that ends by itself is started again; then it is left. */
const MOST = 5;
const WITHIN_MS = 60_000;

/** How often servers have ended by themselves. By this machine's clock: it is its processor that would be kept busy. */
export class Crashes {
  readonly #times = new Map<string, readonly number[]>();

  /** Another one. @returns whether there have been too many to go on */
  areTooMany(of: string): boolean {
    const nowMs = performance.now();
    const times = [...(this.#times.get(of) ?? []).filter((ms) => nowMs - ms < WITHIN_MS), nowMs];
    this.#times.set(of, times);
    return times.length > MOST;
  }

  /** Its next one is the first. */
  forget(of: string): void {
    this.#times.delete(of);
  }
}
