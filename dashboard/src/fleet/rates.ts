/** Gateways report every five seconds: what two reports say is what a rate is made of. */
const OVER_MS = 10_000;
const KEPT = 30;

interface Kept {
  /** Of the last `OVER_MS`, the oldest first. */
  readonly looks: readonly { readonly atMs: number; readonly count: number }[];
  readonly perSecond: readonly number[];
}

/** How fast counts grow: at each look, what each has gained a second over the last ten. */
export class Rates {
  readonly #kept = new Map<string, Kept>();

  look(counts: ReadonlyMap<string, number>, atMs: number): void {
    for (const key of this.#kept.keys()) if (!counts.has(key)) this.#kept.delete(key);
    for (const [key, count] of counts) {
      const { looks: earlier, perSecond } = this.#kept.get(key) ?? { looks: [], perSecond: [] };
      // What counts less than before has begun anew.
      const looks = earlier.filter((look) => look.atMs >= atMs - OVER_MS && look.count <= count);
      const [first] = looks;
      const rate = first && ((count - first.count) * 1000) / (atMs - first.atMs);
      this.#kept.set(key, {
        looks: [...looks, { atMs, count }],
        perSecond: rate === undefined ? perSecond : [...perSecond, rate].slice(-KEPT),
      });
    }
  }

  /** The last of them, oldest first; none before the second look. */
  of(key: string): readonly number[] {
    return this.#kept.get(key)?.perSecond ?? [];
  }

  clear(): void {
    this.#kept.clear();
  }
}
