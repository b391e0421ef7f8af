import { blockOf, SMALLEST_PAGE } from "./blocks.ts";
import { KeyBytes } from "./key-bytes.ts";
import { crossingOf, Page, search } from "./page.ts";

/** So many pages, or nodes, have one parent at most. */
const FAN_OUT = 4096;

/**
 * Pages, or nodes, in the order of their keys. What stands between each two of them, the least key that may be in the second, is
 * records of a page without values. The first has all that is less.
 */
export class Node {
  readonly kids: (Node | Page)[];
  readonly keys: Page;

  constructor(kids: (Node | Page)[], keys = new Page(blockOf(SMALLEST_PAGE))) {
    this.kids = kids;
    this.keys = keys;
  }

  /** Which kid a key belongs to. */
  turnOf(sought: KeyBytes): number {
    const at = search(this.keys, sought);
    return at < 0 ? ~at : at + 1;
  }

  /** A new kid behind the one at `turn`. @returns a node behind this one, and its least key, when this one was full */
  adopt(turn: number, key: KeyBytes, kid: Node | Page): { least: KeyBytes; node: Node } | undefined {
    const { kids, keys } = this;
    if (kids.length < FAN_OUT && keys.add(turn, key, 0) !== undefined) {
      kids.splice(turn + 1, 0, kid);
      return undefined;
    }
    // What comes in order finds full nodes behind it, too.
    if (turn === keys.count) return { least: key, node: new Node([kid]) };
    const middle = crossingOf(keys);
    const least = keys.keyTo(new KeyBytes(), middle);
    const node = new Node(kids.splice(middle + 1));
    node.keys.take(keys, middle + 1, keys.count);
    keys.take(keys, 0, middle);
    if (turn <= middle) this.#insert(turn, key, kid);
    else node.#insert(turn - middle - 1, key, kid);
    return { least, node };
  }

  /** Half a node has room, however long a key is. */
  #insert(turn: number, key: KeyBytes, kid: Node | Page): void {
    this.keys.add(turn, key, 0, Number.POSITIVE_INFINITY);
    this.kids.splice(turn + 1, 0, kid);
  }

  remove(turn: number): void {
    const { kids, keys } = this;
    kids.splice(turn, 1);
    const at = Math.max(turn - 1, 0);
    if (keys.count > 0) keys.remove(at, at + 1);
    if (kids.length === 0) keys.drop();
  }
}
