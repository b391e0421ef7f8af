import type { CallRecord } from "../../../src/core/bus.ts";
import { type Answer, on } from "../events.ts";
import { isLook } from "../looking-on.ts";
import { Store } from "../store.ts";
import { Seconds } from "./seconds.ts";

/** A call in the tree of what led to what. */
export interface Entry {
  readonly call: CallRecord;
  /** Of the calls that are remembered, the one that made this. */
  parent: Entry | undefined;
  /** In the order in which they began. */
  readonly children: Entry[];
}

/** So many calls are kept; Squall itself remembers no more. */
const MOST_CALLS = 10_000;
const MOST_ANSWERS = 2000;
/** As often the views are drawn at most, however much goes on. */
const PAUSE_MS = 100;

/**
 * The calls that the page knows, the newest of which push out the oldest. A call is recorded when it ends, so what it led to is there
 * before it: an entry without its parent stands at the top until that comes.
 */
export class Book {
  /** Another number with everything that is new, at most ten times a second and only when the browser draws. */
  readonly changes = new Store(0);
  readonly seconds = new Seconds();
  #entries: (Entry | undefined)[] = [];
  /** Where in `#entries` the oldest is that is still known. */
  #first = 0;
  readonly #byId = new Map<string, Entry>();
  readonly #waiting = new Map<string, Entry[]>();
  readonly #answers = new Map<number, Answer>();
  #isDue = false;
  #drawnAt = 0;

  /** Oldest first. */
  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** From the newest to the oldest. */
  *newest(): Iterable<Entry> {
    for (let at = this.#entries.length - 1; at >= this.#first; at--) {
      const entry = this.#entries[at];
      if (entry) yield entry;
    }
  }

  find(sequence: number): Entry | undefined {
    for (const entry of this.newest()) if (entry.call.sequence === sequence) return entry;
    return undefined;
  }

  answerOf(sequence: number): Answer | undefined {
    return this.#answers.get(sequence);
  }

  /** The page's own looks are left out. */
  add(call: CallRecord): void {
    if (isLook(call)) return;
    const entry: Entry = { call, parent: undefined, children: [] };
    this.#entries.push(entry);
    this.#byId.set(call.id, entry);
    this.seconds.add(call);
    if (call.parentId !== undefined) {
      const parent = this.#byId.get(call.parentId);
      if (parent) adopt(parent, entry);
      else this.#waiting.set(call.parentId, [...(this.#waiting.get(call.parentId) ?? []), entry]);
    }
    for (const child of this.#waiting.get(call.id) ?? []) adopt(entry, child);
    this.#waiting.delete(call.id);
    if (this.size > MOST_CALLS) this.#forget();
    this.#due();
  }

  answer(answer: Answer): void {
    this.#answers.set(answer.sequence, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
  }

  clear(): void {
    this.#entries = [];
    this.#first = 0;
    this.#byId.clear();
    this.#waiting.clear();
    this.#answers.clear();
    this.seconds.clear();
    this.#due();
  }

  #forget(): void {
    const oldest = this.#entries[this.#first];
    this.#entries[this.#first++] = undefined;
    if (oldest) {
      this.#byId.delete(oldest.call.id);
      for (const child of oldest.children) child.parent = undefined;
      oldest.children.length = 0;
      if (oldest.parent) oldest.parent.children.splice(oldest.parent.children.indexOf(oldest), 1);
      const { parentId } = oldest.call;
      if (parentId !== undefined) this.#stopWaiting(parentId, oldest);
    }
    // The empty places are given up now and then: each time would be a copy with each call.
    if (this.#first >= MOST_CALLS) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
  }

  #stopWaiting(parentId: string, entry: Entry): void {
    const others = this.#waiting.get(parentId)?.filter((other) => other !== entry) ?? [];
    if (others.length === 0) this.#waiting.delete(parentId);
    else this.#waiting.set(parentId, others);
  }

  #due(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const draw = () => {
      this.#isDue = false;
      this.#drawnAt = performance.now();
      this.changes.set(this.changes.value + 1);
    };
    const wait = this.#drawnAt + PAUSE_MS - performance.now();
    if (wait <= 0) requestAnimationFrame(draw);
    else setTimeout(() => requestAnimationFrame(draw), wait);
  }
}

function adopt(parent: Entry, child: Entry): void {
  child.parent = parent;
  const { children } = parent;
  let at = children.length;
  while (at > 0 && (children[at - 1]?.call.startedAt ?? 0) > child.call.startedAt) at--;
  children.splice(at, 0, child);
}

/** The page's one book. */
export const book = new Book();

on("call", (call) => book.add(call));
on("call.answer", (answer) => book.answer(answer));
on("anew", () => book.clear());
