import { Backlog } from "./backlog.ts";
import type { Entry, EntryState } from "./entry.ts";
import { Heap } from "./heap.ts";
import { Line } from "./line.ts";

/** The messages of one message group, in order: those that are in flight, and those that are not. */
interface Group {
  readonly line: Line;
  readonly flying: Line;
  /** The order of its slot among the open groups, if it has one. */
  offered: number | undefined;
}

/**
 * A FIFO queue: within a message group strictly first in, first out. A message in flight, or a delayed one, holds back those
 * behind it, not those before: one that is made visible again comes back though later ones are still out.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export class FifoBacklog extends Backlog {
  readonly #groups = new Map<string, Group>();
  /** Groups by their first message. A slot is void when the group is locked or its first message is another by now. */
  readonly #open = new Heap<{ order: number; group: Group }>((a, b) => a.order < b.order);

  protected override line(entry: Entry): void {
    const group = this.#groupOf(entry);
    group.line.push({ order: entry.order, entry });
    this.#offer(group);
  }

  protected override joined(entry: Entry): void {
    const group = this.#groupOf(entry);
    if (entry.state === "inflight") group.flying.push({ order: entry.order, entry });
    // A delayed message keeps its place in the line.
    else group.line.push({ order: entry.order, entry });
  }

  protected override left(entry: Entry, _was: EntryState): void {
    const group = this.#groupOf(entry);
    if (entry.state !== "gone") return;
    if (heldFrom(group) === Number.POSITIVE_INFINITY && head(group) === undefined) {
      this.#groups.delete(entry.groupId ?? "");
    } else this.#offer(group);
  }

  *available(nowMs: number): Iterable<Entry> {
    this.settle(nowMs);
    for (let group = this.#first(); group; group = this.#first()) {
      this.#open.pop();
      group.offered = undefined;
      // What this loop hands out is in flight at once, and holds nothing back that goes with it.
      const end = heldFrom(group);
      try {
        // As many as possible from one group before the next, as AWS does.
        for (let entry = head(group); entry?.state === "ready" && entry.order < end; entry = head(group)) {
          group.line.pop();
          yield entry;
        }
      } finally {
        this.#offer(group);
      }
    }
  }

  hasAvailable(nowMs: number): boolean {
    this.settle(nowMs);
    return this.#first() !== undefined;
  }

  #groupOf(entry: Entry): Group {
    const name = entry.groupId ?? "";
    let group = this.#groups.get(name);
    if (!group) {
      group = { line: new Line(), flying: new Line(), offered: undefined };
      this.#groups.set(name, group);
    }
    return group;
  }

  #offer(group: Group): void {
    const first = head(group);
    if (first?.state !== "ready" || first.order >= heldFrom(group) || group.offered === first.order) return;
    group.offered = first.order;
    this.#open.push({ order: first.order, group });
  }

  #first(): Group | undefined {
    for (;;) {
      const slot = this.#open.peek();
      if (!slot) return undefined;
      const first = head(slot.group);
      const isOpen = first?.state === "ready" && first.order === slot.order;
      if (isOpen && first.order < heldFrom(slot.group)) return slot.group;
      this.#open.pop();
      if (slot.group.offered === slot.order) slot.group.offered = undefined;
    }
  }
}

/** The place in a group from which on its messages are held back: that of the first one in flight. */
function heldFrom({ flying }: Group): number {
  for (;;) {
    const slot = flying.peek();
    if (!slot) return Number.POSITIVE_INFINITY;
    if (slot.entry.state === "inflight" && slot.entry.order === slot.order) return slot.order;
    flying.pop();
  }
}

/** The first message of a group that is not in flight. */
function head(group: Group): Entry | undefined {
  for (;;) {
    const slot = group.line.peek();
    if (!slot) return undefined;
    const { entry, order } = slot;
    if ((entry.state === "ready" || entry.state === "delayed") && entry.order === order) return entry;
    group.line.pop();
  }
}
