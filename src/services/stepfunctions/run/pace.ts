/** So many steps of an execution happen without everybody else having a turn. */
const AT_ONCE = 50;

/**
 * Spreads an execution's steps (transitions, branches that begin) over turns of the event loop: so many in one, those beyond in the
 * next ones, in the order in which they came. All branches share it, so that a Map of Maps, with 1,600 of them under way, holds
 * nobody up.
 */
export class Pace {
  #left = AT_ONCE;
  #isRenewing = false;
  #waiting: { readonly steps: number; readonly resolve: () => void }[] = [];

  /** Takes steps in this turn, if it has room. Who takes more than are left has them taken from the next turns. */
  take(steps: number): boolean {
    if (this.#left <= 0 || this.#waiting.length > 0) return false;
    this.#left -= steps;
    this.#renew();
    return true;
  }

  /** Resolves in the first turn after this one that has room. */
  next(steps: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ steps, resolve });
      this.#renew();
    });
  }

  #renew(): void {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    setImmediate(() => {
      this.#isRenewing = false;
      this.#left = Math.min(this.#left + AT_ONCE, AT_ONCE);
      let released = 0;
      for (; this.#left > 0; released++) {
        const first = this.#waiting[released];
        if (!first) break;
        this.#left -= first.steps;
        first.resolve();
      }
      this.#waiting.splice(0, released);
      if (this.#waiting.length > 0 || this.#left <= 0) this.#renew();
    });
  }
}
