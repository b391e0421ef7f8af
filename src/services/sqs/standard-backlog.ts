import { Backlog } from "./backlog.ts";
import type { Entry } from "./entry.ts";
import { Heap } from "./heap.ts";

/** An entry's place among those that have come back. It is void when the entry has another one by now, or waits for none. */
interface Slot {
  readonly order: number;
  readonly entry: Entry;
}

/**
 * A standard queue: roughly first in, first out; a message that becomes visible again comes before younger ones. Most are handed out in the
 * order in which they came, so that neither joining nor leaving takes longer the longer the queue is; only those that come back need a
 * heap.
 */
export class StandardBacklog extends Backlog {
  readonly #back = new Heap<Slot>((a, b) => a.order < b.order);

  protected override line(entry: Entry): void {
    if (entry.order !== entry.sequence || this.roll.hasPassed(entry.sequence))
      this.#back.push({ order: entry.order, entry });
  }

  protected override left(): void {}

  *available(nowMs: number): Iterable<Entry> {
    this.settle(nowMs);
    for (let entry = this.#pull(); entry; entry = this.#pull()) yield entry;
  }

  hasAvailable(nowMs: number): boolean {
    this.settle(nowMs);
    return this.#firstBack() !== undefined || this.roll.next() !== undefined;
  }

  #pull(): Entry | undefined {
    const back = this.#firstBack();
    const next = this.roll.next();
    if (back && (next === undefined || back.order <= next.order)) {
      this.#back.pop();
      return back;
    }
    if (next) this.roll.pass();
    return next;
  }

  /** The first that has come back and is still ready: what was deleted while ready stays in the heap until it comes up. */
  #firstBack(): Entry | undefined {
    for (;;) {
      const slot = this.#back.peek();
      if (!slot) return undefined;
      if (slot.entry.state === "ready" && slot.entry.order === slot.order) return slot.entry;
      this.#back.pop();
    }
  }
}
