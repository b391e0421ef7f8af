// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import type { Block } from "./arena.ts";
import { blockOf, LARGEST_PAGE, letGo, SMALLEST_PAGE } from "./blocks.ts";
import { commonLength, evenly, HEAD, headAt, headOf, KeyBytes, LONGEST_KEY } from "./key-bytes.ts";
import { HEADER, inlineSize } from "./values.ts";

/**
 * Where a record begins and how long its key's rest is, in two bytes each, and the head of that rest: most of a search needs no more.
 * The head stands nowhere else.
 */
const SLOT = 8;
/** Where in the slot the head is. */
const HEAD_AT = 4;

/** A page that has so many bytes of garbage, of those that it uses, is packed anew when it is full. */
const MUCH_GARBAGE = 1 / 16;

/** A page that has so many bytes is full: what is packed anew has some room. */
const FULL_PAGE = (LARGEST_PAGE * 15) / 16;

/** Of so many records that have come in order, more are expected. */
const FILLING = 4;

/** So many bytes a page keeps that has been emptied: what comes and goes comes again. */
const MOST_EMPTY = LARGEST_PAGE / 4;

/** Of so many records, a key's is guessed: fewer are beside each other anyhow. */
const MANY = 64;

/** So far from a guess one looks first: as many slots as a line of the processor's cache has. */
const STEP = 8;

/** How many pages have the same block. */
interface Sharers {
  count: number;
}

/** A block that a page had, and who has it, too. */
interface Left {
  readonly block: Block;
  readonly sharers: Sharers | undefined;
}

const one = new KeyBytes();
const other = new KeyBytes();

/**
 * Records, from the front, and their slots in the order of their keys, from the back. Behind those, where a search begins, what all keys
 * begin with.
 */
export class Page {
  block: Block;
  /** Its block's: the page has what is from `begin` on, up to `top`. */
  bytes: Buffer;
  begin: number;
  top: number;
  count = 0;
  /** How many bytes all keys begin with. */
  prefix = 0;
  /** Where the heads of the first record and of the last one are among all that there may be, as `evenly` says. */
  first = -1;
  last = -1;
  /** Where the next record begins, from `begin` on. */
  end = 0;
  /** Bytes of records that are not there any more. */
  garbage = 0;
  next: Page | undefined;
  previous: Page | undefined;
  /** How many records have come one behind the other. */
  #inOrder = 0;
  /** Who else has the same block: it is copied before it is written to. */
  #sharers: Sharers | undefined;

  constructor(block: Block) {
    this.block = block;
    this.bytes = block.bytes;
    this.begin = block.begin;
    this.top = block.end;
  }

  /** May another page have the same block? */
  get isShared(): boolean {
    return this.#sharers !== undefined;
  }

  /** Before every write. */
  own(): void {
    if (this.#sharers === undefined) return;
    if (this.#sharers.count > 1) this.#moveTo(blockOf(this.top - this.begin));
    else this.#sharers = undefined;
  }

  /** Nobody needs this page any more. */
  drop(): void {
    leave({ block: this.block, sharers: this.#sharers });
  }

  /** Has another block, which is its own. @returns the one that it had, to be left */
  #exchange(block: Block): Left {
    const left = { block: this.block, sharers: this.#sharers };
    this.block = block;
    this.bytes = block.bytes;
    this.begin = block.begin;
    this.top = block.end;
    this.#sharers = undefined;
    return left;
  }

  /** Where a record's slot is: the first one's before the prefix, so that they grow towards the records. */
  #slotOf(at: number): number {
    return this.top - this.prefix - SLOT * (at + 1);
  }

  /** Where in `bytes` a record begins. */
  startOf(at: number): number {
    return this.begin + wordAt(this.bytes, this.#slotOf(at));
  }

  /** How many bytes a key has behind the prefix. */
  restOf(at: number): number {
    return wordAt(this.bytes, this.#slotOf(at) + 2);
  }

  /** Where in `bytes` a record's value begins. */
  valueOf(at: number): number {
    const { bytes } = this;
    const slot = this.#slotOf(at);
    return this.begin + wordAt(bytes, slot) + HEADER + tail(wordAt(bytes, slot + 2));
  }

  sizeOf(at: number): number {
    return HEADER + tail(this.restOf(at)) + inlineSize(this.bytes, this.startOf(at));
  }

  /** A block may be larger than a page, for one long key: no record begins where its slot could not say. */
  get roomBytes(): number {
    return Math.min(this.top - this.begin, LARGEST_PAGE) - this.prefix - this.end - this.count * SLOT;
  }

  get usedBytes(): number {
    return this.prefix + this.end - this.garbage + this.count * SLOT;
  }

  /** Puts a key together. */
  keyTo(key: KeyBytes, at: number): KeyBytes {
    const { bytes, prefix } = this;
    const slot = this.#slotOf(at);
    const rest = wordAt(bytes, slot + 2);
    key.reserve(prefix + rest + HEAD);
    const to = key.bytes;
    const first = this.top - prefix;
    for (let i = 0; i < prefix; i++) to[i] = bytes[first + i]!;
    for (let i = 0; i < HEAD; i++) to[prefix + i] = bytes[slot + HEAD_AT + i]!;
    const from = this.begin + wordAt(bytes, slot) + HEADER;
    for (let i = HEAD; i < rest; i++) to[prefix + i] = bytes[from + i - HEAD]!;
    key.length = prefix + rest;
    return key;
  }

  /** Has room for so many bytes more, a key among them. */
  #makeRoom(more: number, key: KeyBytes): void {
    const common = commonWith(this, key);
    const isPacked = this.garbage <= this.end * MUCH_GARBAGE && common === this.prefix;
    if (!isPacked) this.take(this, 0, this.count, common, more);
    else this.#moveTo(blockOf(this.prefix + this.end + this.count * SLOT + more));
  }

  /** The same records in another block. */
  #moveTo(block: Block): void {
    const { bytes, begin, top } = this;
    const back = this.prefix + this.count * SLOT;
    const left = this.#exchange(block);
    bytes.copy(this.bytes, this.begin, begin, begin + this.end);
    bytes.copy(this.bytes, this.top - back, top - back, top);
    leave(left);
  }

  /**
   * Has some records of a page, perhaps of itself, packed anew.
   * @param most so long is the prefix at most
   * @param more so many bytes are free afterwards, at least
   */
  take(source: Page, from: number, to: number, most = LONGEST_KEY, more = 0): void {
    const old = source.#same();
    const count = to - from;
    if (count > 1) old.keyTo(one, from);
    const common = count > 1 ? commonLength(one, old.keyTo(other, to - 1)) : count * old.prefix;
    const prefix = Math.min(common, most);
    // Negative when the records get something of the prefix back.
    const cut = prefix - old.prefix;
    let used = prefix + more;
    for (let at = from; at < to; at++)
      used += old.sizeOf(at) - tail(old.restOf(at)) + tail(old.restOf(at) - cut) + SLOT;
    const left = this.#exchange(blockOf(used));
    this.count = 0;
    this.garbage = 0;
    this.prefix = prefix;
    this.end = 0;
    if (count > 0) old.keyTo(one, from).bytes.copy(this.bytes, this.top - prefix, 0, prefix);
    for (let at = from; at < to; at++) {
      const start = old.startOf(at);
      const value = old.valueOf(at);
      const size = inlineSize(old.bytes, start);
      const place = this.#insert(at - from, old.keyTo(one, at), size);
      old.bytes.copy(this.bytes, place, start, start + HEADER);
      old.bytes.copy(this.bytes, this.begin + this.end - size, value, value + size);
    }
    leave(left);
  }

  /**
   * Makes a record for a key, without its value.
   * @param size of its value
   * @param full so many bytes a page has at most
   * @returns where in `bytes` the record begins; undefined when the page is full
   */
  add(at: number, key: KeyBytes, size: number, full = FULL_PAGE): number | undefined {
    const { prefix, count } = this;
    const most = this.#begins(key) ? prefix : commonWith(this, key);
    const more = HEADER + tail(key.length - most) + size + SLOT;
    if (most < prefix || this.roomBytes < more) {
      const used = this.usedBytes + (prefix - most) * count;
      if (used + more > full && count > 0) return undefined;
      // What comes in order will fill the page: it is not copied for each eighth.
      const isFilling = at === count && this.#inOrder >= FILLING;
      const taken = prefix + this.end + count * SLOT;
      this.#makeRoom(isFilling ? Math.max(more, Math.min(taken, LARGEST_PAGE - taken)) : more, key);
    }
    this.own();
    return this.#insert(at, key, size);
  }

  /** Does a key begin as all do? */
  #begins({ bytes: key, length }: KeyBytes): boolean {
    const { bytes, prefix } = this;
    if (length < prefix) return false;
    const first = this.top - prefix;
    for (let i = 0; i < prefix; i++) if (key[i] !== bytes[first + i]) return false;
    return true;
  }

  /** There is room for the record. @throws Error when there is not, rather than to write over what is beside the block */
  #insert(at: number, key: KeyBytes, size: number): number {
    const { count, bytes, prefix, begin, end: start } = this;
    const { bytes: from, length } = key;
    if (begin + start + HEADER + tail(length - prefix) + size > this.#slotOf(count))
      throw new Error("A record was to be written to a page that has no room for it.");
    const slot = this.#slotOf(at);
    if (at < count) {
      const last = this.#slotOf(count);
      bytes.copyWithin(last, last + SLOT, slot + SLOT);
    }
    setWord(bytes, slot, start);
    setWord(bytes, slot + 2, length - prefix);
    for (let i = 0; i < HEAD; i++) bytes[slot + HEAD_AT + i] = prefix + i < length ? from[prefix + i]! : 0;
    // No value, until somebody writes one.
    let end = begin + start;
    bytes[end++] = 0;
    bytes[end++] = 0;
    for (let i = prefix + HEAD; i < length; i++) bytes[end++] = from[i]!;
    this.end = end - begin + size;
    this.count++;
    this.#inOrder = at === count ? this.#inOrder + 1 : 0;
    if (at === 0) this.first = this.#placeOf(at);
    if (at === count) this.last = this.#placeOf(at);
    return begin + start;
  }

  /** Where a record's head is among all that there may be. */
  #placeOf(at: number): number {
    return evenly(headAt(this.bytes, this.#slotOf(at) + HEAD_AT));
  }

  remove(from: number, to: number): void {
    this.own();
    for (let at = from; at < to; at++) this.garbage += this.sizeOf(at);
    const { count } = this;
    const left = count - to + from;
    if (to < count)
      this.bytes.copyWithin(this.#slotOf(left - 1), this.#slotOf(count - 1), this.#slotOf(to - 1));
    this.count = left;
    if (left === 0) {
      // No keys begin with anything: what comes next is measured with all of its key.
      this.prefix = 0;
      this.end = 0;
      this.garbage = 0;
      if (this.top - this.begin > MOST_EMPTY) leave(this.#exchange(blockOf(SMALLEST_PAGE)));
    } else {
      this.first = this.#placeOf(0);
      this.last = this.#placeOf(left - 1);
    }
    if (this.garbage > (this.top - this.begin) / 2) this.take(this, 0, this.count);
  }

  /** The same records, which both go on with by themselves. */
  fork(): Page {
    const page = this.#same();
    this.#sharers ??= { count: 1 };
    this.#sharers.count++;
    page.#sharers = this.#sharers;
    return page;
  }

  #same(): Page {
    const page = new Page(this.block);
    page.count = this.count;
    page.prefix = this.prefix;
    page.first = this.first;
    page.last = this.last;
    page.end = this.end;
    page.garbage = this.garbage;
    return page;
  }
}

/** The last one who has the block lets go of it. */
function leave({ block, sharers }: Left): void {
  if (sharers === undefined || --sharers.count === 0) letGo(block);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function setWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
}

/** How much of a key's rest stands in its record. */
function tail(rest: number): number {
  return rest > HEAD ? rest - HEAD : 0;
}

export function keyOf(page: Page, at: number): string {
  return page.keyTo(one, at).toString();
}

/**
 * Where a key is in a page; where it would be, inverted, when it is not there.
 * @param known with so many bytes it begins as all keys do that may be in the page
 */
export function search(page: Page, { bytes: sought, length }: KeyBytes, known = 0): number {
  const { prefix, bytes, begin, count, first, last } = page;
  const top = page.top - prefix;
  for (let i = known; i < prefix; i++) {
    if (i >= length) return ~0;
    const difference = sought[i]! - bytes[top + i]!;
    if (difference !== 0) return difference < 0 ? ~0 : ~count;
  }
  const head = headOf(sought, prefix, length);
  let low = 0;
  let high = count;
  let middle = count >> 1;
  // From a guess in longer and longer steps, until the key is between two of them. From the middle no step is too long.
  let step = count;
  if (last > first && count >= MANY) {
    const place = evenly(head);
    if (place >= first && place <= last) {
      middle = Math.min(Math.floor(((place - first) * count) / (last - first)), count - 1);
      step = STEP;
    }
  }
  while (low < high) {
    const slot = top - SLOT * (middle + 1);
    let difference = head - headAt(bytes, slot + HEAD_AT);
    if (difference === 0) {
      difference = compareTail(
        sought,
        prefix,
        length,
        bytes,
        begin + wordAt(bytes, slot) + HEADER,
        wordAt(bytes, slot + 2),
      );
      if (difference === 0) return middle;
    }
    if (difference < 0) {
      high = middle;
      middle = Math.max(high - step, (low + high) >> 1);
    } else {
      low = middle + 1;
      middle = Math.min(middle + step, (low + high) >> 1);
    }
    step *= 2;
  }
  return ~low;
}

/**
 * The order of `sought`, from `from` on, and of a key's rest with the same head.
 * @param start where the tail of that rest is in `bytes`
 * @param rest its length with the head
 */
function compareTail(
  sought: Uint8Array,
  from: number,
  length: number,
  bytes: Uint8Array,
  start: number,
  rest: number,
): number {
  const left = length - from;
  const shorter = left < rest ? left : rest;
  for (let i = HEAD; i < shorter; i++) {
    const difference = sought[from + i]! - bytes[start + i - HEAD]!;
    if (difference !== 0) return difference;
  }
  return left - rest;
}

/** How much all keys of a page and the one that is sought have in common. */
function commonWith(page: Page, sought: KeyBytes): number {
  if (page.count === 0) return 0;
  const first = commonLength(page.keyTo(one, 0), sought);
  return Math.min(first, commonLength(page.keyTo(one, page.count - 1), sought));
}

/** The record with which a page has half of its bytes. */
export function crossingOf(page: Page): number {
  let bytes = 0;
  for (let at = 0; at < page.count - 1; at++) {
    bytes += page.sizeOf(at) + SLOT;
    if (bytes * 2 >= page.usedBytes) return at;
  }
  return page.count - 1;
}
