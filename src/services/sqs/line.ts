import type { Entry } from "./entry.ts";
import { Heap } from "./heap.ts";

/** An entry's place in a line. It is void when the entry has another one by now, or waits for none. */
export interface Slot {
  readonly order: number;
  readonly entry: Entry;
}

/** Slots that nobody needs any more are kept up to so many, and up to as many as those that somebody does. */
const MOST_PASSED = 1000;

/**
 * Slots by their order. Most come in order and stand behind one another, so that neither joining nor leaving takes longer the longer the
 * line is; only those that come back need a heap.
 */
export class Line {
  #slots: (Slot | undefined)[] = [];
  /** How many of them have left. */
  #passed = 0;
  readonly #back = new Heap<Slot>((a, b) => a.order < b.order);

  push(slot: Slot): void {
    const last = this.#slots.at(-1);
    if (last === undefined || last.order < slot.order) this.#slots.push(slot);
    else this.#back.push(slot);
  }

  peek(): Slot | undefined {
    return this.#isBackFirst() ? this.#back.peek() : this.#slots[this.#passed];
  }

  pop(): void {
    if (this.#isBackFirst()) {
      this.#back.pop();
      return;
    }
    const slots = this.#slots;
    if (this.#passed === slots.length) return;
    slots[this.#passed++] = undefined;
    const isLong = this.#passed > MOST_PASSED && this.#passed * 2 > slots.length;
    if (!isLong && this.#passed < slots.length) return;
    this.#slots = slots.slice(this.#passed);
    this.#passed = 0;
  }

  #isBackFirst(): boolean {
    const back = this.#back.peek();
    const next = this.#slots[this.#passed];
    return back !== undefined && (next === undefined || back.order < next.order);
  }
}
