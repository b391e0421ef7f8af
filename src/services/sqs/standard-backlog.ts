import { Backlog, type Entry } from "./backlog.ts";
import { Line } from "./line.ts";

/** A standard queue: roughly first in, first out; a message that becomes visible again comes before younger ones. */
export class StandardBacklog extends Backlog {
  readonly #ready = new Line();

  protected override line(entry: Entry): void {
    this.#ready.push({ order: entry.order, entry });
  }

  protected override left(): void {}

  *available(nowMs: number): Iterable<Entry> {
    this.settle(nowMs);
    for (let entry = this.#head(); entry; entry = this.#head()) {
      this.#ready.pop();
      yield entry;
    }
  }

  hasAvailable(nowMs: number): boolean {
    this.settle(nowMs);
    return this.#head() !== undefined;
  }

  /** The first of the line that is still ready: what was deleted while ready stays in the line until it comes up. */
  #head(): Entry | undefined {
    for (;;) {
      const head = this.#ready.peek();
      if (!head) return undefined;
      if (head.entry.state === "ready" && head.entry.order === head.order) return head.entry;
      this.#ready.pop();
    }
  }
}
