// biome-ignore-all lint/style/noNonNullAssertion: elements within the bounds beside them
import { bytesOfChunk } from "./blocks.ts";
import type { Page } from "./page.ts";

/** So many facts of each page, of which two pages' are a line of the processor's cache. */
const FACTS = 8;
const CHUNK = 0;
const BEGIN = 1;
const TOP = 2;
const PREFIX = 3;
const COUNT = 4;
const FIRST = 5;
const LAST = 6;
const SHARED = 7;

/** Of so many pages there is room at first. */
const FEW = 8;

/** What reading needs of pages, beside each other: their objects are not touched, which would be in no cache. */
export class PageFacts {
  #facts = new Int32Array(FEW * FACTS);
  #length = 0;

  /** Of how many pages. */
  get length(): number {
    return this.#length;
  }

  /** Has a page be, for reading, the one at `at`. */
  show(at: number, page: Page): void {
    const facts = this.#facts;
    const from = at * FACTS;
    page.bytes = bytesOfChunk(facts[from + CHUNK]!);
    page.begin = facts[from + BEGIN]!;
    page.top = facts[from + TOP]!;
    page.prefix = facts[from + PREFIX]!;
    page.count = facts[from + COUNT]!;
    page.first = facts[from + FIRST]!;
    page.last = facts[from + LAST]!;
  }

  /** May another page have the block of the one at `at`? */
  isShared(at: number): boolean {
    return this.#facts[at * FACTS + SHARED] === 1;
  }

  /** After every write to a page. */
  note(at: number, page: Page): void {
    const facts = this.#facts;
    const from = at * FACTS;
    facts[from + CHUNK] = page.block.chunk;
    facts[from + BEGIN] = page.begin;
    facts[from + TOP] = page.top;
    facts[from + PREFIX] = page.prefix;
    facts[from + COUNT] = page.count;
    facts[from + FIRST] = page.first;
    facts[from + LAST] = page.last;
    facts[from + SHARED] = page.isShared ? 1 : 0;
  }

  insert(at: number, page: Page): void {
    if ((this.#length + 1) * FACTS > this.#facts.length) this.#resize(this.#length * 2);
    this.#facts.copyWithin((at + 1) * FACTS, at * FACTS, this.#length * FACTS);
    this.#length++;
    this.note(at, page);
  }

  remove(at: number): void {
    this.#facts.copyWithin(at * FACTS, (at + 1) * FACTS, this.#length * FACTS);
    this.#length--;
  }

  /** Those from `at` on, which these do not have any more. */
  split(at: number): PageFacts {
    const others = this.#copy(at);
    this.#length = Math.min(at, this.#length);
    this.#resize(Math.max(FEW, this.#length * 2));
    return others;
  }

  /** The same, of pages that have the same blocks. */
  fork(): PageFacts {
    for (let at = 0; at < this.#length; at++) this.#facts[at * FACTS + SHARED] = 1;
    return this.#copy(0);
  }

  #copy(from: number): PageFacts {
    const copy = new PageFacts();
    copy.#length = Math.max(0, this.#length - from);
    copy.#resize(Math.max(FEW, copy.#length));
    copy.#facts.set(this.#facts.subarray(from * FACTS, this.#length * FACTS));
    return copy;
  }

  #resize(most: number): void {
    const facts = new Int32Array(most * FACTS);
    facts.set(this.#facts.subarray(0, this.#length * FACTS));
    this.#facts = facts;
  }
}
