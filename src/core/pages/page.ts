// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import { type Block, blockOf, capacityFor, letGo } from "./blocks.ts";
import { commonLength, compare, EMPTY, headOf, LONGEST_KEY, type Probe } from "./key-bytes.ts";
import { HEADER, inlineSize } from "./values.ts";

/** Where a record begins, and the four bytes that its key's rest begins with: most of a search needs no more. */
export const SLOT = 8;

/** Records in the order of their keys. What all keys begin with stands once. */
export class Page {
  bytes: Buffer;
  /** Two elements a record, the first one's at the end, so that they grow towards the records. */
  slots: Uint32Array;
  count = 0;
  /** Where the next record begins. */
  end = 0;
  /** Bytes of records that are not there any more. */
  garbage = 0;
  prefix: Uint8Array = EMPTY;
  /** The prefix as text, when somebody has asked for a key. */
  prefixText: string | undefined;
  next: Page | undefined;
  previous: Page | undefined;
  /** Another page has the same bytes: they are copied before they are written to. */
  isShared = false;

  constructor(block: Block) {
    this.bytes = block.bytes;
    this.slots = block.slots;
  }

  /** Before every write. */
  own(): void {
    if (!this.isShared) return;
    const { bytes } = this;
    this.#move(blockOf(bytes.length));
    this.bytes.set(bytes);
  }

  #move({ bytes, slots }: Block): void {
    this.bytes = bytes;
    this.slots = slots;
    this.isShared = false;
  }

  /** Nobody needs this page any more. */
  drop(): void {
    // Not the page itself: what waits for its next use must not keep what the page is linked to.
    if (!this.isShared) letGo({ bytes: this.bytes, slots: this.slots });
  }

  startOf(at: number): number {
    return this.slots[this.slots.length - 2 - 2 * at]!;
  }

  get roomBytes(): number {
    return this.bytes.length - this.end - this.count * SLOT;
  }

  get usedBytes(): number {
    return this.end - this.garbage + this.count * SLOT;
  }

  keyBytes(at: number): Uint8Array {
    const { bytes, prefix } = this;
    const start = this.startOf(at);
    const length = bytes.readUInt16LE(start);
    const key = new Uint8Array(prefix.length + length);
    key.set(prefix);
    key.set(bytes.subarray(start + HEADER, start + HEADER + length), prefix.length);
    return key;
  }

  /**
   * Has some records of a page, perhaps of itself, packed anew.
   * @param most so long is the prefix at most
   * @param more so many bytes are free afterwards, at least
   */
  take(source: Page, from: number, to: number, most = LONGEST_KEY, more = 0): void {
    const { bytes: old, prefix: had } = source;
    const count = to - from;
    const starts = Array.from({ length: count }, (_, i) => source.startOf(from + i));
    const first = count > 1 ? source.keyBytes(from) : had;
    const common = count > 1 ? commonLength(first, source.keyBytes(to - 1)) : had.length;
    const prefix = first.slice(0, Math.min(common, most));
    // Negative when the records get something of the prefix back.
    const cut = prefix.length - had.length;
    const sizes = starts.map((start) => HEADER + old.readUInt16LE(start) + inlineSize(old, start));
    let used = more;
    for (const size of sizes) used += size + SLOT - cut;
    const before = { bytes: this.bytes, slots: this.slots };
    const { isShared } = this;
    this.#move(blockOf(capacityFor(used)));
    this.count = count;
    this.prefix = prefix;
    this.prefixText = undefined;
    this.garbage = 0;
    const { bytes } = this;
    const back = cut < 0 ? had.subarray(prefix.length) : EMPTY;
    let end = 0;
    for (let i = 0; i < count; i++) {
      const start = starts[i]!;
      const size = sizes[i]!;
      bytes.writeUInt16LE(old.readUInt16LE(start) - cut, end);
      bytes[end + 2] = old[start + 2]!;
      bytes[end + 3] = old[start + 3]!;
      bytes.set(back, end + HEADER);
      old.copy(bytes, end + HEADER + back.length, start + HEADER + Math.max(cut, 0), start + size);
      this.#point(i, end);
      end += size - cut;
    }
    this.end = end;
    if (!isShared) letGo(before);
  }

  /** There is a record for this place. */
  #point(at: number, start: number): void {
    const { slots, bytes } = this;
    const slot = slots.length - 2 - 2 * at;
    slots[slot] = start;
    const rest = bytes.readUInt16LE(start);
    slots[slot + 1] = headOf(bytes, start + HEADER, start + HEADER + rest);
  }

  /** Makes a place for a record. */
  insert(at: number, start: number): void {
    const { slots, count } = this;
    const top = slots.length;
    if (at < count) slots.copyWithin(top - 2 * count - 2, top - 2 * count, top - 2 * at);
    this.count++;
    this.#point(at, start);
  }

  /** @param bytes that the records take */
  remove(from: number, to: number, bytes: number): void {
    this.own();
    const { slots, count } = this;
    const top = slots.length;
    if (to < count) slots.copyWithin(top - 2 * (count - to + from), top - 2 * count, top - 2 * to);
    this.count = count - to + from;
    this.garbage += bytes;
    if (this.garbage > this.bytes.length / 2) this.take(this, 0, this.count);
  }

  /** The same records, which both go on with by themselves. */
  fork(): Page {
    const page = new Page(this);
    page.count = this.count;
    page.end = this.end;
    page.garbage = this.garbage;
    page.prefix = this.prefix;
    page.isShared = true;
    this.isShared = true;
    return page;
  }
}

export function keyOf(page: Page, at: number): string {
  const { bytes, prefix } = page;
  const start = page.startOf(at);
  const end = start + HEADER + bytes.readUInt16LE(start);
  page.prefixText ??= textOf(prefix);
  // A prefix may end within a character.
  if (page.prefixText === "" && prefix.length > 0) return Buffer.from(page.keyBytes(at)).toString();
  return page.prefixText + bytes.toString("utf8", start + HEADER, end);
}

/** Nothing when it is more than ASCII. */
function textOf(prefix: Uint8Array): string {
  return prefix.some((byte) => byte > 127) ? "" : Buffer.from(prefix).toString("latin1");
}

/** Where a key is in a page; where it would be, inverted, when it is not there. */
export function search(page: Page, { bytes: sought, length }: Probe): number {
  const { prefix, bytes, slots, count } = page;
  const common = prefix.length;
  for (let i = 0; i < common; i++) {
    if (i >= length) return ~0;
    const difference = sought[i]! - prefix[i]!;
    if (difference !== 0) return difference < 0 ? ~0 : ~count;
  }
  const top = slots.length - 2;
  const head = headOf(sought, common, length);
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    let difference = head - slots[top - 2 * middle + 1]!;
    if (difference === 0) {
      const start = slots[top - 2 * middle]!;
      const rest = bytes[start]! | (bytes[start + 1]! << 8);
      difference = compare(sought, common, length, bytes, start + HEADER, rest);
      if (difference === 0) return middle;
    }
    if (difference < 0) high = middle;
    else low = middle + 1;
  }
  return ~low;
}

export function position(page: Page, sought: Probe): number {
  const at = search(page, sought);
  return at < 0 ? ~at : at;
}

/** How much all keys of a page and the one that is sought have in common. */
export function commonWith(page: Page, sought: Probe): number {
  if (page.count === 0) return 0;
  const first = commonLength(page.keyBytes(0), sought.bytes, sought.length);
  return Math.min(first, commonLength(page.keyBytes(page.count - 1), sought.bytes, sought.length));
}

/** The record with which the second half of a page's bytes begins. */
export function halfOf(page: Page): number {
  let bytes = 0;
  for (let at = 0; at < page.count - 1; at++) {
    const start = page.startOf(at);
    bytes += HEADER + page.bytes.readUInt16LE(start) + inlineSize(page.bytes, start) + SLOT;
    if (bytes * 2 >= page.usedBytes) return at + 1;
  }
  return page.count - 1;
}
