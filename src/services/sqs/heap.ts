import { sure } from "../../core/sure.ts";

/** A binary heap: `pop` gives the least element, by `before`. */
export class Heap<T> {
  #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  peek(): T | undefined {
    return this.#items[0];
  }

  /** Drops all elements that are not wanted any more. */
  retain(isWanted: (item: T) => boolean): void {
    const kept = this.#items.filter(isWanted);
    this.#items = [];
    // In order already for the most part: each is pushed to its place at little cost.
    for (const item of kept) this.push(item);
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(item, sure(items[parent]))) break;
      items[at] = sure(items[parent]);
      at = parent;
    }
    items[at] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const least = items[0];
    const last = items.pop();
    if (items.length === 0 || last === undefined) return least;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#before(sure(items[child + 1]), sure(items[child]))) child++;
      if (!this.#before(sure(items[child]), last)) break;
      items[at] = sure(items[child]);
      at = child;
    }
    items[at] = last;
    return least;
  }
}
