import { Backlog, type Entry, type EntryState } from "./backlog.ts";
import { Heap } from "./heap.ts";

/** The messages of one message group that are not in flight, in order, and how many are. */
interface Group {
  readonly line: Heap<{ order: number; entry: Entry }>;
  inflight: number;
  /** The order of its slot among the open groups, if it has one. */
  offered: number | undefined;
}

/**
 * A FIFO queue: within a message group strictly first in, first out. A group is locked while any of its messages is in flight,
 * and a delayed message holds back those behind it.
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
    if (entry.state === "inflight") group.inflight++;
    // A delayed message keeps its place in the line.
    else group.line.push({ order: entry.order, entry });
  }

  protected override left(entry: Entry, was: EntryState): void {
    const group = this.#groupOf(entry);
    if (was === "inflight") group.inflight--;
    if (group.inflight === 0 && head(group) === undefined && entry.state === "gone") {
      this.#groups.delete(entry.groupId ?? "");
    }
    if (entry.state === "gone") this.#offer(group);
  }

  *available(nowMs: number): Iterable<Entry> {
    this.settle(nowMs);
    for (let group = this.#first(); group; group = this.#first()) {
      this.#open.pop();
      group.offered = undefined;
      try {
        // As many as possible from one group before the next, as AWS does.
        for (let entry = head(group); entry?.state === "ready"; entry = head(group)) {
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
      group = { line: new Heap((a, b) => a.order < b.order), inflight: 0, offered: undefined };
      this.#groups.set(name, group);
    }
    return group;
  }

  #offer(group: Group): void {
    const first = head(group);
    if (group.inflight > 0 || first?.state !== "ready" || group.offered === first.order) return;
    group.offered = first.order;
    this.#open.push({ order: first.order, group });
  }

  #first(): Group | undefined {
    for (;;) {
      const slot = this.#open.peek();
      if (!slot) return undefined;
      const first = head(slot.group);
      if (slot.group.inflight === 0 && first?.state === "ready" && first.order === slot.order) {
        return slot.group;
      }
      this.#open.pop();
      if (slot.group.offered === slot.order) slot.group.offered = undefined;
    }
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
