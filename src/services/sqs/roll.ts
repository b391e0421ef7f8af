import { sure } from "../../core/sure.ts";
import { type Entry, newEntry } from "./entry.ts";

/** A chunk has room for so many messages at least, and at most: each has twice as much as the one before. */
const SMALLEST = 16;
const LARGEST = 256;
/** When a message that is not there any more was sent. */
const GONE = Number.NaN;

/** Messages that came one after the other. */
class Chunk {
  /** Of each message its sequence, and when it was sent. */
  readonly numbers: Float64Array;
  /** Those that have been touched. */
  entries: (Entry | undefined)[] | undefined;
  readonly room: number;
  count = 0;
  /** All before are gone. */
  first = 0;
  /** How many are not gone. */
  live = 0;

  constructor(room: number) {
    this.room = room;
    this.numbers = new Float64Array(room * 2);
  }

  sequenceAt(at: number): number {
    return this.numbers[at * 2] ?? Number.POSITIVE_INFINITY;
  }

  isGone(at: number): boolean {
    return Number.isNaN(this.numbers[at * 2 + 1]);
  }

  /** The message as an object, which it is from now on. */
  entryAt(at: number): Entry {
    this.entries ??= new Array<Entry | undefined>(this.room).fill(undefined);
    const known = this.entries[at];
    if (known) return known;
    const entry = newEntry(this.sequenceAt(at), sure(this.numbers[at * 2 + 1]));
    this.entries[at] = entry;
    return entry;
  }

  /** Where the first message is that does not come before `sequence`. */
  placeOf(sequence: number): number {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sequenceAt(middle) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(sequence: number, sentAtMs: number, entry: Entry | undefined): void {
    const at = this.count++;
    this.numbers[at * 2] = sequence;
    this.numbers[at * 2 + 1] = sentAtMs;
    this.live++;
    if (!entry) return;
    this.entries ??= new Array<Entry | undefined>(this.room).fill(undefined);
    this.entries[at] = entry;
  }

  remove(at: number): void {
    if (this.isGone(at)) return;
    this.numbers[at * 2 + 1] = GONE;
    if (this.entries) this.entries[at] = undefined;
    this.live--;
    while (this.first < this.count && this.isGone(this.first)) this.first++;
  }

  clear(): void {
    this.count = 0;
    this.first = 0;
    this.entries = undefined;
  }
}

/**
 * The messages of a queue in the order in which they came, and how far they have been handed out. One that nobody has touched yet is two
 * numbers: as objects, a million that wait would be copied, and looked through, by each collection.
 */
export class Roll {
  readonly #chunks: Chunk[] = [];
  /** Up to here all have been handed out once, or were not to be. */
  #chunk = 0;
  #at = 0;

  /** @param sequence behind those of all others @param entry undefined for one that is ready, as it was sent */
  join(sequence: number, sentAtMs: number, entry?: Entry): void {
    let last = this.#chunks.at(-1);
    if (last === undefined || last.count === last.room) {
      last = new Chunk(Math.min(LARGEST, last ? last.room * 2 : SMALLEST));
      this.#chunks.push(last);
    }
    last.add(sequence, sentAtMs, entry);
  }

  get(sequence: number): Entry | undefined {
    const chunk = this.#chunks[this.#chunkOf(sequence)];
    const at = chunk?.placeOf(sequence) ?? 0;
    return chunk?.sequenceAt(at) === sequence && at < chunk.count && !chunk.isGone(at)
      ? chunk.entryAt(at)
      : undefined;
  }

  remove(sequence: number): void {
    const number = this.#chunkOf(sequence);
    const chunk = this.#chunks[number];
    const at = chunk?.placeOf(sequence) ?? 0;
    if (!chunk || at >= chunk.count || chunk.sequenceAt(at) !== sequence) return;
    chunk.remove(at);
    if (chunk.live === 0) this.#drop(number, chunk);
  }

  /** All messages, oldest first. They may be removed meanwhile. */
  *entries(): Iterable<Entry> {
    for (let entry = this.#from(Number.NEGATIVE_INFINITY); entry; entry = this.#from(entry.sequence + 1))
      yield entry;
  }

  /** The next that is ready, of those that have not been handed out. */
  next(): Entry | undefined {
    for (;;) {
      const chunk = this.#chunks[this.#chunk];
      if (!chunk) return undefined;
      if (this.#at >= chunk.count) {
        if (this.#chunk === this.#chunks.length - 1) return undefined;
        this.#chunk++;
        this.#at = 0;
        continue;
      }
      if (!chunk.isGone(this.#at)) {
        const entry = chunk.entryAt(this.#at);
        if (entry.state === "ready" && entry.order === entry.sequence) return entry;
      }
      this.#at++;
    }
  }

  /** The next one has been handed out. */
  pass(): void {
    this.#at++;
  }

  /** Has a message had its turn? Else `next` comes to it. */
  hasPassed(sequence: number): boolean {
    const chunk = this.#chunks[this.#chunk];
    if (!chunk) return true;
    if (this.#at < chunk.count) return sequence < chunk.sequenceAt(this.#at);
    return sequence <= chunk.sequenceAt(chunk.count - 1);
  }

  /** The first message that does not come before `sequence`. */
  #from(sequence: number): Entry | undefined {
    for (let number = this.#chunkOf(sequence); number < this.#chunks.length; number++) {
      const chunk = sure(this.#chunks[number]);
      let at = Math.max(chunk.first, chunk.placeOf(sequence));
      while (at < chunk.count && chunk.isGone(at)) at++;
      if (at < chunk.count) return chunk.entryAt(at);
    }
    return undefined;
  }

  /** The last chunk that does not begin behind `sequence`; the first one when all do. */
  #chunkOf(sequence: number): number {
    let [low, high] = [0, this.#chunks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (sure(this.#chunks[middle]).sequenceAt(0) > sequence) high = middle - 1;
      else low = middle;
    }
    return low;
  }

  /** A chunk has no message any more. The last one is used again. */
  #drop(number: number, chunk: Chunk): void {
    if (number === this.#chunks.length - 1) {
      chunk.clear();
      if (number === this.#chunk) this.#at = 0;
      return;
    }
    this.#chunks.splice(number, 1);
    if (number < this.#chunk) this.#chunk--;
    else if (number === this.#chunk) this.#at = 0;
  }
}
