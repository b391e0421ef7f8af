import type { Entry, EntryState } from "./entry.ts";
import { Heap } from "./heap.ts";
import { Roll } from "./roll.ts";

interface Wait {
  readonly atMs: number;
  readonly entry: Entry;
}

const MOST_VOID_SLOTS = 1000;

/**
 * The messages of one queue in memory, in the order in which they are delivered. It is made from the store when the queue is
 * first used and kept in step with it, so that sending and receiving cost no index in the store.
 */
export abstract class Backlog {
  readonly counts: Record<Exclude<EntryState, "gone">, number> = { ready: 0, delayed: 0, inflight: 0 };
  protected readonly roll = new Roll();
  /** Delayed and in-flight entries by when they become ready. A slot is void when its entry's moment has changed. */
  readonly #waiting = new Heap<Wait>((a, b) => a.atMs < b.atMs);
  #lastOrder = 0;

  /** A ready entry takes its place. */
  protected abstract line(entry: Entry): void;
  /** An entry leaves, or its state changes: `was` is what it was until now. */
  protected abstract left(entry: Entry, was: EntryState): void;
  /**
   * Ready entries in the order of their delivery. Before it asks for the next one, the caller must hide, postpone, remove or
   * defer the one that it got.
   */
  abstract available(nowMs: number): Iterable<Entry>;
  /** Is there anything to deliver right now? */
  abstract hasAvailable(nowMs: number): boolean;

  /** Adds a message that is there from now on, or from when its store was read; behind all that were added before. */
  add(entry: Entry, nowMs: number): void {
    this.roll.join(entry.sequence, entry.sentAtMs, entry);
    this.#lastOrder = Math.max(this.#lastOrder, entry.order);
    if (entry.visibleAtMs > nowMs) {
      this.counts[entry.state as "delayed" | "inflight"]++;
      this.#waiting.push({ atMs: entry.visibleAtMs, entry });
      this.joined(entry);
    } else {
      entry.state = "ready";
      this.counts.ready++;
      this.line(entry);
    }
  }

  /** Adds one that is ready, as it was sent, and in no group. */
  addNew(sequence: number, sentAtMs: number): void {
    this.roll.join(sequence, sentAtMs);
    this.#lastOrder = Math.max(this.#lastOrder, sequence);
    this.counts.ready++;
  }

  /** A delayed or in-flight entry was added. */
  protected joined(_entry: Entry): void {}

  get(sequence: number): Entry | undefined {
    return this.roll.get(sequence);
  }

  /** All entries, oldest first. */
  entries(): Iterable<Entry> {
    return this.roll.entries();
  }

  /** In flight until `untilMs`. */
  hide(entry: Entry, untilMs: number): void {
    this.#wait(entry, "inflight", untilMs);
  }

  /** Not to be received before `untilMs`. */
  postpone(entry: Entry, untilMs: number): void {
    this.#wait(entry, "delayed", untilMs);
  }

  /** Behind all that is there now. */
  defer(entry: Entry): void {
    entry.order = ++this.#lastOrder;
    this.line(entry);
  }

  remove(entry: Entry): void {
    const was = entry.state;
    if (was === "gone") return;
    this.counts[was]--;
    entry.state = "gone";
    this.roll.remove(entry.sequence);
    this.left(entry, was);
  }

  /** Makes ready what is due. */
  settle(nowMs: number): void {
    for (let next = this.#next(); next && next.atMs <= nowMs; next = this.#next()) {
      this.#waiting.pop();
      const { entry } = next;
      const was = entry.state;
      this.counts[was as "delayed" | "inflight"]--;
      this.counts.ready++;
      entry.state = "ready";
      this.left(entry, was);
      this.line(entry);
    }
  }

  /** When the next entry becomes ready by itself. */
  nextReadyAtMs(): number | undefined {
    return this.#next()?.atMs;
  }

  #wait(entry: Entry, state: "inflight" | "delayed", untilMs: number): void {
    const was = entry.state;
    if (was !== "gone") this.counts[was]--;
    this.counts[state]++;
    entry.state = state;
    entry.visibleAtMs = untilMs;
    this.left(entry, was);
    this.joined(entry);
    this.#waiting.push({ atMs: untilMs, entry });
    // Most messages are deleted long before their time: void slots must not pile up until then.
    const live = this.counts.delayed + this.counts.inflight;
    if (this.#waiting.size > 2 * live + MOST_VOID_SLOTS) this.#waiting.retain(isLive);
  }

  #next(): Wait | undefined {
    for (;;) {
      const next = this.#waiting.peek();
      if (!next) return undefined;
      if (isLive(next)) return next;
      this.#waiting.pop();
    }
  }
}

/** Does a slot still say when its entry becomes ready? */
function isLive({ entry, atMs }: Wait): boolean {
  return (entry.state === "delayed" || entry.state === "inflight") && entry.visibleAtMs === atMs;
}
