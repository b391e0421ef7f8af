const GROWTH = 1.2;

/** How long calls took, in classes that grow by a fifth: however many there are, a percentile is right within a tenth. */
export class Durations {
  readonly #counts: number[] = [];
  #total = 0;

  add(ms: number): void {
    const at = ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / Math.log(GROWTH));
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#total++;
  }

  /** @param share of calls that took no longer: 0.99 */
  percentile(share: number): number {
    let left = Math.max(1, Math.ceil(this.#total * share));
    for (const [at, count = 0] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return at === 0 ? 0 : Math.round(GROWTH ** (at - 0.5));
    }
    return 0;
  }
}
