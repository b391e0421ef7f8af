/**
 * A map that forgets what has not been used for long. It holds the newest in two halves: when one is full, the other is
 * let go as a whole, so that nothing is ever searched or taken out one by one.
 */
export class BoundedMap<V> {
  readonly #half: number;
  #newer = new Map<string, V>();
  #older = new Map<string, V>();

  /** @param most how many entries there are at most; half of them are kept for sure */
  constructor(most: number) {
    this.#half = Math.ceil(most / 2);
  }

  get(key: string): V | undefined {
    const known = this.#newer.get(key);
    if (known !== undefined) return known;
    const old = this.#older.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  delete(key: string): void {
    this.#newer.delete(key);
    this.#older.delete(key);
  }

  set(key: string, value: V): void {
    if (this.#newer.size >= this.#half && !this.#newer.has(key)) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, value);
  }
}
