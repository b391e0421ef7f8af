// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import type { Row, Stored } from "../table.ts";
import { blockOf, LARGEST_PAGE, SMALLEST_PAGE } from "./blocks.ts";
import { commonLength, KeyBytes, LONGEST_KEY } from "./key-bytes.ts";
import { Node } from "./node.ts";
import { crossingOf, keyOf, Page, search } from "./page.ts";
import { code, inlineSize, Values } from "./values.ts";

const probe = new KeyBytes();
const until = new KeyBytes();
const least = new KeyBytes();
const before = new KeyBytes();
/** What was found last, for reading. */
const shown = new Page(blockOf(SMALLEST_PAGE));

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
  readonly #held: Held;
  #first: Page;
  #size = 0;
  #values = new Values();
  /** The way to the page that was found last: how many nodes, which, and which kid of each. */
  #depth = 0;
  readonly #nodes: Node[] = [];
  readonly #turns: number[] = [];

  constructor(root: Node | Page = new Page(blockOf(SMALLEST_PAGE))) {
    this.#held = { root };
    this.#first = firstOf(root);
    forgotten.register(this, this.#held, this.#held);
  }

  /** Gives its memory back now, and not when it has been collected. It may not be used any more. */
  release(): void {
    forgotten.unregister(this.#held);
    drop(this.#held.root);
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): Stored | undefined {
    const at = this.#search(probe.set(key));
    return at < 0 ? undefined : this.#valueAt(this.#seen, at);
  }

  has(key: string): boolean {
    return this.#search(probe.set(key)) >= 0;
  }

  /** Puts a value. Returns the one that was there, when that is wanted. */
  put(key: string, value: Stored, wantsBefore = false): Stored | undefined {
    const at = this.#search(probe.set(key));
    if (at < 0) {
      this.#insert(this.#found, ~at, value);
      return undefined;
    }
    const before = wantsBefore ? this.#valueAt(this.#seen, at) : undefined;
    this.#replace(at, value);
    return before;
  }

  /** Puts a value where there is none; false where there is one. */
  add(key: string, value: Stored): boolean {
    const at = this.#search(probe.set(key));
    if (at >= 0) return false;
    this.#insert(this.#found, ~at, value);
    return true;
  }

  /** @param removed is given what was there */
  delete(key: string, removed?: (value: Stored) => void): boolean {
    const at = this.#search(probe.set(key));
    if (at < 0) return false;
    const page = this.#found;
    removed?.(this.#valueAt(page, at));
    this.#remove(page, at, at + 1);
    return true;
  }

  /** Deletes a stretch and says how many there were. @param removed is given each of them */
  clear({ low, high }: Stretch, removed?: (key: string, value: Stored) => void): number {
    let cleared = 0;
    until.set(high);
    for (let from = low; ; ) {
      const at = this.#position(probe.set(from));
      const page = this.#found;
      if (!probe.precedes(until)) return cleared;
      if (at === page.count) {
        if (!page.next) return cleared;
        from = keyOf(page.next, 0);
        continue;
      }
      const end = placeOf(search(page, until));
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
    const start = this.#position(probe);
    const end = placeOf(search(this.#seen, until));
    if (end < this.#seen.count) return end - start;
    const first = this.#found;
    let counted = this.#position(until) - start;
    const last = this.#found;
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
    const start = this.#position(probe);
    let first = this.#seen;
    let last = first;
    let end = placeOf(search(first, until));
    if (end === first.count) {
      // There may be more behind the page.
      first = this.#found;
      end = this.#position(until);
      last = this.#found;
    }
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
    let last: Page | undefined;
    const copyOf = (place: Node | Page): Node | Page => {
      if (place instanceof Node) return place.fork(place.kids.map(copyOf));
      const page = place.fork();
      page.previous = last;
      if (last) last.next = page;
      last = page;
      return page;
    };
    const fork = new SortedPages(copyOf(this.#held.root));
    fork.#size = this.#size;
    fork.#values = this.#values.copy();
    return fork;
  }

  /** All rows. Nobody may write while they are read: `fork`. */
  *rows(): Iterable<Row> {
    for (let page: Page | undefined = this.#first; page; page = page.next)
      for (let at = 0; at < page.count; at++) yield [keyOf(page, at), this.#valueAt(page, at)];
  }

  #valueAt(page: Page, at: number): Stored {
    return this.#values.read(page.bytes, page.startOf(at), page.valueOf(at));
  }

  /** Where a key is in the page that it belongs to, which is `#found` then; where it would be, inverted, when it is not there. */
  #search(sought: KeyBytes): number {
    let depth = 0;
    let known = 0;
    let place = this.#held.root;
    while (place instanceof Node) {
      const turn = place.turnOf(sought, known);
      known = place.knownOf(turn, known);
      this.#nodes[depth] = place;
      this.#turns[depth++] = turn;
      if (place.isLowest) {
        this.#depth = depth;
        place.show(turn, shown);
        return search(shown, sought, known);
      }
      place = place.kids[turn]!;
    }
    this.#depth = 0;
    return search(place, sought);
  }

  /** Where a key is, or would be. */
  #position(sought: KeyBytes): number {
    return placeOf(this.#search(sought));
  }

  /** The node above the page that was found last; undefined when there is one page only. */
  get #parent(): Node | undefined {
    return this.#depth === 0 ? undefined : this.#nodes[this.#depth - 1];
  }

  /** Its turn there. */
  get #turn(): number {
    return this.#turns[this.#depth - 1]!;
  }

  /** The page that was found last. */
  get #found(): Page {
    // The kids of the lowest node are pages, and the root is one when there is no node.
    return (this.#parent?.kids[this.#turn] ?? this.#held.root) as Page;
  }

  /** As `#found`, for reading only, and until the next search or write. */
  get #seen(): Page {
    return this.#depth === 0 ? this.#found : shown;
  }

  /** May another page have the block of the page that was found last? */
  get #isShared(): boolean {
    return this.#parent?.isShared(this.#turn) ?? this.#found.isShared;
  }

  /** After every write to the page that was found last. */
  #note(page: Page): void {
    this.#parent?.note(this.#turn, page);
  }

  /** Inserts what `probe` is the key of, in the page that was found. */
  #insert(found: Page, place: number, value: Stored, coded = code(value)): void {
    if (probe.length > LONGEST_KEY)
      throw new RangeError(`A key has ${probe.length} bytes, more than ${LONGEST_KEY}.`);
    let page = found;
    let at = place;
    let start = page.add(at, probe, coded.size);
    while (start === undefined) {
      this.#split(page, at);
      at = ~this.#search(probe);
      page = this.#found;
      start = page.add(at, probe, coded.size);
    }
    this.#note(page);
    this.#values.write(page.bytes, start, page.valueOf(at), coded, value);
    this.#size++;
  }

  /** Has another value be where one was found. */
  #replace(at: number, value: Stored): void {
    const coded = code(value);
    let page = this.#seen;
    const had = inlineSize(page.bytes, page.startOf(at));
    if (coded.size > had) {
      this.#remove(this.#found, at, at + 1);
      const again = ~this.#search(probe);
      this.#insert(this.#found, again, value, coded);
      return;
    }
    if (this.#isShared || coded.size < had) {
      page = this.#found;
      page.own();
      page.garbage += had - coded.size;
      this.#note(page);
    }
    const start = page.startOf(at);
    const place = page.valueOf(at);
    this.#values.letGo(page.bytes, start, place);
    this.#values.write(page.bytes, start, place, coded, value);
  }

  /** Removes the records from `from` up to and without `to` of the page that was found. */
  #remove(page: Page, from: number, to: number): void {
    for (let at = from; at < to; at++) this.#values.letGo(page.bytes, page.startOf(at), page.valueOf(at));
    this.#size -= to - from;
    if (to - from === page.count && (page.next || page.previous)) this.#drop(page);
    else {
      page.remove(from, to);
      this.#note(page);
    }
  }

  /** Takes out the page that was found, and nodes that have no kids any more. */
  #drop(page: Page): void {
    if (page.previous) page.previous.next = page.next;
    else this.#first = page.next!;
    page.drop();
    if (page.next) page.next.previous = page.previous;
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const node = this.#nodes[depth]!;
      node.remove(this.#turns[depth]!);
      if (node.kids.length > 0) break;
    }
    for (let { root } = this.#held; root instanceof Node && root.kids.length === 1; root = this.#held.root) {
      this.#held.root = root.kids[0]!;
      root.keys.drop();
    }
  }

  /** Makes two of the page that was found. What comes in order finds full pages behind it. */
  #split(page: Page, at: number): void {
    const { count } = page;
    const right = new Page(blockOf(at === count ? LARGEST_PAGE / 4 : SMALLEST_PAGE));
    right.next = page.next;
    right.previous = page;
    if (page.next) page.next.previous = right;
    page.next = right;
    if (at === count) {
      least.copy(probe);
      between(page.keyTo(before, at - 1), least);
    } else {
      // One record may be larger than a page: what comes before it has one of its own.
      const middle = count === 1 ? 0 : Math.min(crossingOf(page) + 1, count - 1);
      page.keyTo(least, middle);
      between(middle === 0 ? probe : page.keyTo(before, middle - 1), least);
      right.take(page, middle, count);
      page.take(page, 0, middle);
      this.#note(page);
    }
    this.#adopt(right);
  }

  /** A new kid, which begins with `least`, behind the one on the way to the page that was found. */
  #adopt(page: Page): void {
    let [key, kid]: [KeyBytes, Node | Page] = [least, page];
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const more = this.#nodes[depth]!.adopt(this.#turns[depth]!, key, kid);
      if (!more) return;
      [key, kid] = [more.least, more.node];
    }
    const root = new Node([this.#held.root]);
    root.adopt(0, key, kid);
    this.#held.root = root;
  }
}

/** The pages of a tree, for when nobody has the tree any more: memory in blocks is not given back by being collected. */
interface Held {
  root: Node | Page;
}

const forgotten = new FinalizationRegistry<Held>(({ root }) => drop(root));

function drop(place: Node | Page): void {
  if (place instanceof Node) {
    for (const kid of place.kids) drop(kid);
    place.keys.drop();
  } else place.drop();
}

function firstOf(place: Node | Page): Page {
  return place instanceof Node ? firstOf(place.kids[0]!) : place;
}

/** Where a key is, or would be. @param at as `search` says it */
function placeOf(at: number): number {
  return at < 0 ? ~at : at;
}

/** Shortens a key to what is still behind another one. */
function between(before: KeyBytes, key: KeyBytes): void {
  key.length = commonLength(before, key) + 1;
}
