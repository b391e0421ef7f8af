// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import type { Row, Stored } from "../table.ts";
import { blockOf, LARGEST_PAGE, SMALLEST_PAGE } from "./blocks.ts";
import { commonLength, compare, EMPTY, headOf, LONGEST_KEY, Probe, shortest } from "./key-bytes.ts";
import { commonWith, halfOf, keyOf, Page, position, SLOT, search } from "./page.ts";
import { code, HEADER, inlineSize, Values } from "./values.ts";

/** A page that has so many bytes is full: what is packed anew has some room. */
const FULL_PAGE = (LARGEST_PAGE * 15) / 16;
/** So many pages, or nodes, have one parent at most. */
const FAN_OUT = 128;

const probe = new Probe();
const until = new Probe();

class Node {
  /** The least key of each kid; the first is not looked at: its kid has all that is less than the second, too. */
  readonly keys: Uint8Array[];
  readonly kids: (Node | Page)[];
  /** How many bytes the keys that are looked at have in common. */
  common = 0;
  /** The four bytes of each key behind those. */
  heads = new Uint32Array(FAN_OUT + 1);

  constructor(keys: Uint8Array[], kids: (Node | Page)[]) {
    this.keys = keys;
    this.kids = kids;
    this.measure();
  }

  /** @param from the first kid that is not where it was */
  measure(from = 1): void {
    const { keys, heads } = this;
    const common = keys.length < 2 ? 0 : commonLength(keys[1]!, keys.at(-1)!);
    for (let i = common === this.common ? from : 1; i < keys.length; i++)
      heads[i] = headOf(keys[i]!, common, keys[i]!.length);
    this.common = common;
  }
}

/** A stretch of keys: `low` included, `high` not. */
export interface Stretch {
  readonly low: string;
  readonly high: string;
}

/** Which keys and values a read wants. */
export interface Wanted {
  readonly keys: boolean;
  readonly values: boolean;
}

/**
 * A sorted map from text to what SQLite's columns keep, in the order of the keys' UTF-8 bytes: a B+ tree whose pages are bytes, so that
 * what is kept is neither the garbage collector's to look through nor bounded by its heap. An entry costs its bytes and some ten
 * more; what the keys of a page begin with in common is kept once. Finding, putting and deleting take O(log n); a count looks
 * at each page of its stretch.
 */
export class SortedPages {
  #root: Node | Page;
  #first: Page;
  #size = 0;
  #values = new Values();
  /** The way to the page that was found last: how many nodes, which, and which kid of each. */
  #depth = 0;
  readonly #nodes: Node[] = [];
  readonly #turns: number[] = [];

  constructor() {
    this.#first = new Page(blockOf(SMALLEST_PAGE));
    this.#root = this.#first;
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): Stored | undefined {
    const page = this.#find(probe.set(key));
    const at = search(page, probe);
    return at < 0 ? undefined : this.#valueAt(page, at);
  }

  has(key: string): boolean {
    return search(this.#find(probe.set(key)), probe) >= 0;
  }

  /** Puts a value. Returns the one that was there, when that is wanted. */
  put(key: string, value: Stored, wantsBefore = false): Stored | undefined {
    const page = this.#find(probe.set(key));
    const at = search(page, probe);
    if (at < 0) {
      this.#insert(page, ~at, value);
      return undefined;
    }
    const before = wantsBefore ? this.#valueAt(page, at) : undefined;
    this.#replace(page, at, value);
    return before;
  }

  /** Puts a value where there is none; false where there is one. */
  add(key: string, value: Stored): boolean {
    const page = this.#find(probe.set(key));
    const at = search(page, probe);
    if (at >= 0) return false;
    this.#insert(page, ~at, value);
    return true;
  }

  /** @param removed is given what was there */
  delete(key: string, removed?: (value: Stored) => void): boolean {
    const page = this.#find(probe.set(key));
    const at = search(page, probe);
    if (at < 0) return false;
    removed?.(this.#valueAt(page, at));
    this.#remove(page, at, at + 1);
    return true;
  }

  /** Deletes a stretch and says how many there were. @param removed is given each of them */
  clear({ low, high }: Stretch, removed?: (key: string, value: Stored) => void): number {
    let cleared = 0;
    until.set(high);
    for (let from = low; ; ) {
      const page = this.#find(probe.set(from));
      if (!probe.precedes(until)) return cleared;
      const at = position(page, probe);
      if (at === page.count) {
        if (!page.next) return cleared;
        from = keyOf(page.next, 0);
        continue;
      }
      const end = position(page, until);
      if (removed) for (let i = at; i < end; i++) removed(keyOf(page, i), this.#valueAt(page, i));
      const isLast = end < page.count;
      if (end > at) this.#remove(page, at, end);
      cleared += end - at;
      if (isLast) return cleared;
    }
  }

  /** How many there are in a stretch. */
  count({ low, high }: Stretch): number {
    if (!probe.set(low).precedes(until.set(high))) return 0;
    const last = this.#find(until);
    const first = this.#find(probe);
    let counted = position(last, until) - position(first, probe);
    for (let page = first; page !== last; page = page.next!) counted += page.count;
    return counted;
  }

  /**
   * The first rows of a stretch, or the last ones, backwards. The last row always has its key: a stretch goes on behind it.
   * @param most so many rows at most
   * @param mostBytes no further row when the values have so many
   * @returns the rows, and whether there may be more of them
   */
  read(
    stretch: Stretch,
    wanted: Wanted,
    isReverse: boolean,
    most: number,
    mostBytes: number,
  ): { rows: Row[]; isCut: boolean } {
    const rows: Row[] = [];
    if (!probe.set(stretch.low).precedes(until.set(stretch.high))) return { rows, isCut: false };
    const last = this.#find(until);
    const end = position(last, until);
    const first = this.#find(probe);
    const start = position(first, probe);
    let page = isReverse ? last : first;
    let at = isReverse ? end - 1 : start;
    let bytes = 0;
    for (;;) {
      const beyond = page === last ? end : page.count;
      const least = page === first ? start : 0;
      for (; at >= least && at < beyond; at += isReverse ? -1 : 1) {
        const value = wanted.values ? this.#valueAt(page, at) : 0;
        if (typeof value !== "number") bytes += value.length;
        const isLast = rows.length + 1 >= most || bytes >= mostBytes;
        rows.push([wanted.keys || isLast ? keyOf(page, at) : "", value]);
        if (isLast) return { rows, isCut: true };
      }
      if (page === (isReverse ? first : last)) return { rows, isCut: false };
      page = (isReverse ? page.previous : page.next)!;
      at = isReverse ? page.count - 1 : 0;
    }
  }

  /** The same rows, which both go on with by themselves: pages are copied when somebody writes to them. It costs a look at each page, and a copy of the list of large values. */
  fork(): SortedPages {
    const fork = new SortedPages();
    fork.#size = this.#size;
    fork.#values = this.#values.copy();
    fork.#first = this.#first.fork();
    let nodes: (Node | Page)[] = [fork.#first];
    let keys: Uint8Array[] = [EMPTY];
    let last = fork.#first;
    for (let page = this.#first.next; page; page = page.next) {
      const next = page.fork();
      next.previous = last;
      last.next = next;
      last = next;
      nodes.push(next);
      keys.push(next.keyBytes(0));
    }
    while (nodes.length > 1) {
      const above: Node[] = [];
      for (let at = 0; at < nodes.length; at += FAN_OUT)
        above.push(new Node(keys.slice(at, at + FAN_OUT), nodes.slice(at, at + FAN_OUT)));
      keys = above.map((node) => node.keys[0]!);
      nodes = above;
    }
    fork.#root = nodes[0]!;
    return fork;
  }

  /** All rows. Nobody may write while they are read: `fork`. */
  *rows(): Iterable<Row> {
    for (let page: Page | undefined = this.#first; page; page = page.next)
      for (let at = 0; at < page.count; at++) yield [keyOf(page, at), this.#valueAt(page, at)];
  }

  #valueAt(page: Page, at: number): Stored {
    return this.#values.read(page.bytes, page.startOf(at));
  }

  #find(sought: Probe): Page {
    let depth = 0;
    let place = this.#root;
    while (place instanceof Node) {
      const turn = turnOf(place, sought);
      this.#nodes[depth] = place;
      this.#turns[depth++] = turn;
      place = place.kids[turn]!;
    }
    this.#depth = depth;
    return place;
  }

  /** Inserts what `probe` is the key of, in the page that was found. */
  #insert(found: Page, place: number, value: Stored, coded = code(value)): void {
    if (probe.length > LONGEST_KEY)
      throw new RangeError(`A key has ${probe.length} bytes, more than ${LONGEST_KEY}.`);
    let page = found;
    let at = place;
    for (;;) {
      const { prefix, count } = page;
      const isBegun = commonLength(prefix, probe.bytes, probe.length) === prefix.length;
      const more = HEADER + probe.length - (isBegun ? prefix.length : 0) + coded.size + SLOT;
      if (isBegun && page.roomBytes >= more) break;
      const most = commonWith(page, probe);
      const used = page.usedBytes + Math.max(0, prefix.length - most) * count;
      if (used + more <= FULL_PAGE || count < 2) {
        page.take(page, 0, count, most, more);
        continue;
      }
      this.#split(page, at);
      page = this.#find(probe);
      at = ~search(page, probe);
    }
    page.own();
    const start = page.end;
    const { bytes } = page;
    let end = start + HEADER;
    for (let i = page.prefix.length; i < probe.length; i++) bytes[end++] = probe.bytes[i]!;
    bytes.writeUInt16LE(end - start - HEADER, start);
    this.#values.write(bytes, start, coded, value);
    page.end = end + coded.size;
    page.insert(at, start);
    this.#size++;
  }

  #replace(page: Page, at: number, value: Stored): void {
    const coded = code(value);
    const start = page.startOf(at);
    const had = inlineSize(page.bytes, start);
    if (coded.size > had) {
      this.#remove(page, at, at + 1);
      const found = this.#find(probe);
      this.#insert(found, ~search(found, probe), value, coded);
      return;
    }
    page.own();
    this.#values.letGo(page.bytes, start);
    page.garbage += had - coded.size;
    this.#values.write(page.bytes, start, coded, value);
  }

  /** Removes the records from `from` up to and without `to` of the page that was found. */
  #remove(page: Page, from: number, to: number): void {
    const gone = to - from;
    let bytes = 0;
    for (let at = from; at < to; at++) {
      const start = page.startOf(at);
      this.#values.letGo(page.bytes, start);
      bytes += HEADER + page.bytes.readUInt16LE(start) + inlineSize(page.bytes, start);
    }
    this.#size -= gone;
    if (gone === page.count && (page.next || page.previous)) {
      this.#drop(page);
      return;
    }
    page.remove(from, to, bytes);
  }

  /** Takes out the page that was found, and nodes that have no kids any more. */
  #drop(page: Page): void {
    if (page.previous) page.previous.next = page.next;
    else this.#first = page.next!;
    page.drop();
    if (page.next) page.next.previous = page.previous;
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const node = this.#nodes[depth]!;
      const turn = this.#turns[depth]!;
      node.keys.splice(turn, 1);
      node.kids.splice(turn, 1);
      node.measure();
      if (node.kids.length > 0) break;
    }
    while (this.#root instanceof Node && this.#root.kids.length === 1) this.#root = this.#root.kids[0]!;
  }

  /** Makes two of the page that was found. What comes in order finds full pages behind it. */
  #split(page: Page, at: number): void {
    const right = new Page(blockOf(at === page.count ? LARGEST_PAGE / 2 : SMALLEST_PAGE));
    right.next = page.next;
    right.previous = page;
    if (page.next) page.next.previous = right;
    page.next = right;
    let key: Uint8Array;
    if (at === page.count) {
      key = shortest(page.keyBytes(at - 1), probe.bytes, probe.length);
    } else {
      const middle = halfOf(page);
      const first = page.keyBytes(middle);
      key = shortest(page.keyBytes(middle - 1), first, first.length);
      right.take(page, middle, page.count);
      page.take(page, 0, middle);
    }
    this.#adopt(key, right);
  }

  /** A new kid behind the one on the way to the page that was found. */
  #adopt(key: Uint8Array, kid: Node | Page): void {
    let [least, young] = [key, kid];
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const node = this.#nodes[depth]!;
      const place = this.#turns[depth]! + 1;
      node.keys.splice(place, 0, least);
      node.kids.splice(place, 0, young);
      if (node.kids.length <= FAN_OUT) {
        node.measure(place);
        return;
      }
      // What comes in order finds full nodes behind it, too.
      const from = place === FAN_OUT ? FAN_OUT : FAN_OUT / 2;
      const keys = node.keys.splice(from);
      const kids = node.kids.splice(from);
      node.measure();
      least = keys[0]!;
      young = new Node(keys, kids);
    }
    this.#root = new Node([EMPTY, least], [this.#root, young]);
  }
}

/** Which kid of a node a key belongs to. */
function turnOf({ keys, common, heads }: Node, { bytes: sought, length }: Probe): number {
  const { length: count } = keys;
  if (count < 2) return 0;
  const first = keys[1]!;
  for (let i = 0; i < common; i++) {
    if (i >= length) return 0;
    const difference = sought[i]! - first[i]!;
    if (difference !== 0) return difference < 0 ? 0 : count - 1;
  }
  const head = headOf(sought, common, length);
  let low = 1;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    let difference = head - heads[middle]!;
    if (difference === 0) {
      const key = keys[middle]!;
      difference = compare(sought, common, length, key, common, key.length - common);
    }
    if (difference < 0) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}
