// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import { blockOf, SMALLEST_PAGE } from "./blocks.ts";
import { KeyBytes } from "./key-bytes.ts";
import { crossingOf, Page, search } from "./page.ts";
import { PageFacts } from "./page-facts.ts";

/** So many pages, or nodes, have one parent at most. */
const FAN_OUT = 4096;

/**
 * Pages, or nodes, in the order of their keys. What stands between each two of them, the least key that may be in the second, is
 * records of a page without values. The first has all that is less.
 */
export class Node {
  readonly kids: (Node | Page)[];
  readonly keys: Page;
  /** Of each kid that is a page. */
  readonly #facts: PageFacts;

  constructor(kids: (Node | Page)[], keys = new Page(blockOf(SMALLEST_PAGE)), facts = new PageFacts()) {
    this.kids = [];
    this.keys = keys;
    this.#facts = facts;
    for (const kid of kids) this.#place(this.kids.length, kid);
  }

  /** The same keys above copies of the kids, which have the same bytes. */
  fork(kids: readonly (Node | Page)[]): Node {
    const fork = new Node([], this.keys.fork(), this.#facts.fork());
    for (const kid of kids) fork.kids.push(kid);
    return fork;
  }

  /** Are its kids pages? */
  get isLowest(): boolean {
    return this.#facts.length > 0;
  }

  /** Which kid a key belongs to. @param known as for `search` */
  turnOf(sought: KeyBytes, known: number): number {
    const at = search(this.keys, sought, known);
    return at < 0 ? ~at : at + 1;
  }

  /**
   * With so many bytes all keys begin that belong to a kid: what is between two keys begins as both do.
   * @param known of this node, with how many
   */
  knownOf(turn: number, known: number): number {
    const { count, prefix } = this.keys;
    return turn > 0 && turn < count ? Math.max(prefix, known) : known;
  }

  /** Has a page be, for reading, the one at `turn`. */
  show(turn: number, page: Page): void {
    this.#facts.show(turn, page);
  }

  /** May another page have the block of the one at `turn`? */
  isShared(turn: number): boolean {
    return this.#facts.isShared(turn);
  }

  /** After every write to a page. */
  note(turn: number, page: Page): void {
    this.#facts.note(turn, page);
  }

  /** A new kid behind the one at `turn`. @returns a node behind this one, and its least key, when this one was full */
  adopt(turn: number, key: KeyBytes, kid: Node | Page): { least: KeyBytes; node: Node } | undefined {
    const { kids, keys } = this;
    if (kids.length < FAN_OUT && keys.add(turn, key, 0) !== undefined) {
      this.#place(turn + 1, kid);
      return undefined;
    }
    // What comes in order finds full nodes behind it, too.
    if (turn === keys.count) return { least: key, node: new Node([kid]) };
    // What comes before all of them may not begin as they do: half of them, with all that they begin with, could be more than a page.
    const middle = turn === 0 ? 0 : crossingOf(keys);
    const least = keys.keyTo(new KeyBytes(), middle);
    const node = this.#half(middle + 1);
    node.keys.take(keys, middle + 1, keys.count);
    keys.take(keys, 0, middle);
    if (turn <= middle) this.#insert(turn, key, kid);
    else node.#insert(turn - middle - 1, key, kid);
    return { least, node };
  }

  /** Half a node has room, however long a key is, and so has one that has no keys. */
  #insert(turn: number, key: KeyBytes, kid: Node | Page): void {
    this.keys.add(turn, key, 0, Number.POSITIVE_INFINITY);
    this.#place(turn + 1, kid);
  }

  #place(turn: number, kid: Node | Page): void {
    this.kids.splice(turn, 0, kid);
    if (kid instanceof Page) this.#facts.insert(turn, kid);
  }

  /** A node, without keys, of the kids from `turn` on, which this one has no more. */
  #half(turn: number): Node {
    const node = new Node([], undefined, this.#facts.split(turn));
    for (const kid of this.kids.splice(turn)) node.kids.push(kid);
    return node;
  }

  remove(turn: number): void {
    const { kids, keys } = this;
    kids.splice(turn, 1);
    if (this.isLowest) this.#facts.remove(turn);
    const at = Math.max(turn - 1, 0);
    if (keys.count > 0) keys.remove(at, at + 1);
    if (kids.length === 0) keys.drop();
  }
}
