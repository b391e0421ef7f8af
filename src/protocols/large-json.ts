import { randomUUID } from "node:crypto";
import { setOwn } from "../core/own.ts";
import { readJson } from "../core/read-json.ts";
import { isLarge, markLarge, type Unhurried } from "../core/unhurried.ts";
import { asBuffer, utf8 } from "./bytes.ts";
import { serializationException } from "./errors.ts";
import type { ParseText } from "./exact-json.ts";

/** How much is given to the engine's parser at a time. */
const PIECE_BYTES = 64 * 1024;
/** A text longer than this is read by itself, in pieces. */
const LONG_TEXT_BYTES = 1024 * 1024;
/** Twice what the deepest document of AWS has: see `limits.ts`. */
const MAX_LEVELS = 256;
/** An item of DynamoDB has not more: 400 KB of names that differ. */
const MAX_MEMBERS = 128 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What stands for what has been parsed before, and for long texts: nobody can guess it. */
const PLACEHOLDER = randomUUID();

/** A list or object that is open where a piece ends. */
interface Opened {
  readonly isList: boolean;
  /** Where its key is written; of one in a list nothing. */
  readonly keyStart: number;
  readonly keyEnd: number;
}

/**
 * Parses JSON as `JSON.parse` does, but piece by piece, with a pause between two. A piece is completed to a document of its own
 * by what is open where it begins and ends; what comes of it is added to what is there. What was open between two pieces is
 * marked as large.
 */
export function* parseLargeJson(body: Uint8Array, parse: ParseText = readJson): Unhurried<unknown> {
  return body.length === 0 ? {} : yield* new LargeJson(asBuffer(body), parse).parse();
}

class LargeJson {
  readonly #bytes: Buffer;
  readonly #parseText: ParseText;
  /** What is open, from the outermost. */
  readonly #opened: Opened[] = [];
  /** The first of them, as far as they have been parsed in part. */
  #kept: (object | unknown[])[] = [];
  /** How many have been open throughout this piece. */
  #least = 0;
  readonly #longTexts: string[] = [];
  #root: unknown;
  #pieceAt = 0;
  #isFirst = true;
  readonly #members = new WeakMap<object, number>();

  constructor(bytes: Buffer, parseText: ParseText) {
    this.#bytes = bytes;
    this.#parseText = parseText;
  }

  *parse(): Unhurried<unknown> {
    const bytes = this.#bytes;
    let keyStart = 0;
    let keyEnd = 0;
    let textStart = 0;
    let textEnd = 0;
    let text = "";
    let textAt = 0;
    let pauseAt = PIECE_BYTES;
    for (let at = 0; at < bytes.length; at++) {
      switch (bytes[at]) {
        case QUOTE: {
          textStart = at;
          at = endOfText(bytes, at + 1);
          textEnd = at + 1;
          if (textEnd - textStart > LONG_TEXT_BYTES) {
            text += `${utf8(bytes.subarray(this.#pieceAt + textAt, textStart))}"${PLACEHOLDER}${this.#longTexts.length}"`;
            textAt = textEnd - this.#pieceAt;
            this.#longTexts.push(yield* longText(bytes, textStart + 1, textEnd - 1));
          }
          break;
        }
        case COLON:
          keyStart = textStart;
          keyEnd = textEnd;
          break;
        case OPEN_LIST:
        case OPEN_OBJECT:
          if (this.#opened.length >= MAX_LEVELS) throw serializationException("");
          this.#opened.push({ isList: bytes[at] === OPEN_LIST, keyStart, keyEnd });
          break;
        case CLOSE_LIST:
        case CLOSE_OBJECT: {
          const closed = this.#opened.pop();
          if (closed === undefined || closed.isList !== (bytes[at] === CLOSE_LIST))
            throw serializationException("");
          this.#least = Math.min(this.#least, this.#opened.length);
          break;
        }
        case COMMA:
          if (this.#opened.length === 0) throw serializationException("");
          if (at - this.#pieceAt - textAt < PIECE_BYTES && text.length < PIECE_BYTES) break;
          this.#take(text + utf8(bytes.subarray(this.#pieceAt + textAt, at)));
          this.#pieceAt = at;
          text = "";
          textAt = 0;
          yield;
          break;
        default:
      }
      if (at >= pauseAt) {
        pauseAt = at + PIECE_BYTES;
        yield;
      }
    }
    if (this.#opened.length > 0) throw serializationException("");
    this.#take(text + utf8(bytes.subarray(this.#pieceAt + textAt)));
    return this.#root;
  }

  /** Parses a piece and adds it to what is there. */
  #take(piece: string): void {
    const kept = this.#kept;
    let before = "";
    let behind = "";
    for (const [level, container] of kept.entries()) {
      const isLast = level === kept.length - 1;
      before += (Array.isArray(container) ? "[" : `{"${PLACEHOLDER}":`) + (isLast ? "0" : "");
    }
    for (const { isList } of this.#opened) behind = (isList ? "]" : "}") + behind;
    // What was kept open and is closed in this piece is closed by it.
    const parsed = this.#parsed(before + piece + behind);
    if (this.#isFirst) this.#root = parsed;
    else this.#add(parsed);
    this.#isFirst = false;
    this.#keepOpen();
  }

  #parsed(text: string): unknown {
    try {
      if (this.#longTexts.length === 0) return this.#parseText(text);
      const longTexts = this.#longTexts.splice(0);
      return this.#parseText(text, function (_, value) {
        const isText = typeof value === "string" && value.startsWith(PLACEHOLDER);
        if (isText || isLarge(value)) markLarge(this);
        return isText ? longTexts[Number(value.slice(PLACEHOLDER.length))] : value;
      });
    } catch {
      throw serializationException("");
    }
  }

  /** Adds what follows in each container that was open before: in front stands what was there already, or a container of these. */
  #add(parsed: unknown): void {
    let part = parsed;
    for (const container of this.#kept) {
      if (Array.isArray(container)) {
        const list = part as unknown[];
        for (let at = 1; at < list.length; at++) container.push(list[at]);
        part = list[0];
        continue;
      }
      const object = part as Record<string, unknown>;
      let members = this.#members.get(container) ?? Object.keys(container).length;
      for (const key in object) {
        if (key === PLACEHOLDER) continue;
        setOwn(container as Record<string, unknown>, key, object[key]);
        members++;
      }
      if (members > MAX_MEMBERS) throw serializationException("");
      this.#members.set(container, members);
      part = object[PLACEHOLDER];
    }
  }

  #keepOpen(): void {
    const kept = this.#kept.slice(0, this.#least);
    for (let level = kept.length; level < this.#opened.length; level++) {
      const { keyStart, keyEnd } = this.#opened[level] as Opened;
      const around = kept[level - 1];
      const container =
        around === undefined
          ? this.#root
          : Array.isArray(around)
            ? around.at(-1)
            : (around as Record<string, unknown>)[JSON.parse(utf8(this.#bytes.subarray(keyStart, keyEnd)))];
      kept.push(markLarge(container as object));
    }
    this.#kept = kept;
    this.#least = kept.length;
  }
}

/** Where the quote is that ends a text. @throws SerializationException for a text that does not end */
function endOfText(bytes: Buffer, start: number): number {
  // Most are short.
  const near = Math.min(start + 64, bytes.length);
  let at = start;
  for (; at < near; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  for (let from = at; ; ) {
    const end = bytes.indexOf(QUOTE, from);
    if (end < 0) throw serializationException("");
    let run = end;
    while (run > at && bytes[run - 1] === BACKSLASH) run--;
    if ((end - run) % 2 === 0) return end;
    from = end + 1;
  }
}

function* longText(bytes: Buffer, start: number, end: number): Unhurried<string> {
  const pieces: string[] = [];
  for (let from = start; from < end; ) {
    const to = from + PIECE_BYTES * 8 < end ? cutBefore(bytes, from, from + PIECE_BYTES * 8) : end;
    try {
      pieces.push(JSON.parse(`"${utf8(bytes.subarray(from, to))}"`) as string);
    } catch {
      throw serializationException("");
    }
    from = to;
    yield;
  }
  return pieces.join("");
}

/** The last place up to `at` where neither a character nor an escape is cut in two. */
function cutBefore(bytes: Buffer, from: number, at: number): number {
  for (let slash = at - 1; slash >= at - 6; slash--) {
    if (bytes[slash] !== BACKSLASH) continue;
    let run = slash;
    while (run > from && bytes[run - 1] === BACKSLASH) run--;
    // An even number of them are backslashes, an odd one ends with the beginning of an escape.
    if ((slash - run) % 2 === 0) return slash;
    break;
  }
  let cut = at;
  while (((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
  return cut;
}
