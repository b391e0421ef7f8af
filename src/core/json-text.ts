/**
 * JSON that remembers where each value stands in its text. SNS and EventBridge name the line and column of what they refuse
 * in a pattern, the way the streaming parser behind them (Jackson) counts: a position is where that parser has read to.
 */

export type JsonNode = JsonObject | JsonArray | JsonScalar;

interface Placed {
  /** The index of the first character. */
  readonly start: number;
  /** The index behind the last character. */
  readonly end: number;
}
export interface JsonObject extends Placed {
  readonly type: "object";
  readonly entries: readonly { readonly name: string; readonly value: JsonNode }[];
}
export interface JsonArray extends Placed {
  readonly type: "array";
  readonly items: readonly JsonNode[];
}
export interface JsonScalar extends Placed {
  readonly type: "string" | "number" | "boolean" | "null";
  readonly value: string | number | boolean | null;
}

/** Text that is no JSON, and where; the message ends with the place, as Jackson's does. */
export class JsonTextError extends Error {
  /** The message without its place. */
  readonly reason: string;
  readonly index: number;

  constructor(reason: string, text: string, index: number) {
    super(reason + placeIn(text, index, "hidden"));
    this.reason = reason;
    this.index = index;
  }
}

const HIDDEN = "REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled)";

/** ` at [Source: …; line: 1, column: 9]` for an index of a text. @param source is the text itself told? */
export function placeIn(text: string, index: number, source: "shown" | "hidden"): string {
  const before = text.slice(0, index);
  const line = before.split("\n").length;
  const column = index - before.lastIndexOf("\n");
  const origin = source === "shown" ? `(String)"${text}"` : HIDDEN;
  return `\n at [Source: ${origin}; line: ${line}, column: ${column}]`;
}

/** Where the parser stands when it has met a value but not read it: inside of a string, behind a bracket, behind a number. */
export function metAt(node: JsonNode): number {
  return node.type === "number" || node.type === "boolean" || node.type === "null"
    ? node.end
    : node.start + 1;
}

/** @throws JsonTextError */
export function parseJsonText(text: string): JsonNode {
  const reader = new Reader(text);
  return reader.document();
}

const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /(?:true|false|null)\b/y;
const TOKEN = /[A-Za-z_$][\w$]*/y;
const DEEPEST = 200;

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    const node = this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#unexpected("expected end of input");
    return node;
  }

  #value(): JsonNode {
    this.#space();
    const start = this.#at;
    const first = this.#text[start];
    if (first === "{") return this.#object();
    if (first === "[") return this.#array();
    const text = this.#token(STRING);
    if (text !== undefined) return { type: "string", value: JSON.parse(text), start, end: this.#at };
    const number = this.#token(NUMBER);
    if (number !== undefined) return { type: "number", value: Number(number), start, end: this.#at };
    const word = this.#token(WORD);
    if (word === "null") return { type: "null", value: null, start, end: this.#at };
    if (word !== undefined) return { type: "boolean", value: word === "true", start, end: this.#at };
    const token = this.#token(TOKEN);
    if (token !== undefined)
      throw new JsonTextError(
        `Unrecognized token '${token}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
        this.#text,
        this.#at,
      );
    return this.#unexpected(
      "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    );
  }

  #object(): JsonObject {
    const start = this.#at++;
    this.#deeper();
    const entries: { name: string; value: JsonNode }[] = [];
    this.#space();
    while (this.#text[this.#at] !== "}") {
      if (entries.length > 0) this.#comma("Object");
      this.#space();
      const name = this.#token(STRING);
      if (name === undefined) this.#unexpected("was expecting double-quote to start field name");
      this.#space();
      if (this.#text[this.#at] !== ":")
        this.#unexpected("was expecting a colon to separate field name and value");
      this.#at++;
      entries.push({ name: JSON.parse(name as string), value: this.#value() });
      this.#space();
    }
    this.#at++;
    this.#depth--;
    return { type: "object", entries, start, end: this.#at };
  }

  #array(): JsonArray {
    const start = this.#at++;
    this.#deeper();
    const items: JsonNode[] = [];
    this.#space();
    while (this.#text[this.#at] !== "]") {
      if (items.length > 0) this.#comma("Array");
      items.push(this.#value());
      this.#space();
    }
    this.#at++;
    this.#depth--;
    return { type: "array", items, start, end: this.#at };
  }

  #comma(where: "Object" | "Array"): void {
    if (this.#text[this.#at] !== ",") this.#unexpected(`was expecting comma to separate ${where} entries`);
    this.#at++;
  }

  #deeper(): void {
    if (++this.#depth > DEEPEST)
      throw new JsonTextError(`Document nesting depth exceeds ${DEEPEST}`, this.#text, this.#at);
  }

  #space(): void {
    this.#token(SPACE);
  }

  #token(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #unexpected(expectation: string): never {
    const character = this.#text[this.#at];
    if (character === undefined) throw new JsonTextError("Unexpected end-of-input", this.#text, this.#at);
    throw new JsonTextError(
      `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expectation}`,
      this.#text,
      this.#at,
    );
  }
}

/** The plain value of a node. */
export function plain(node: JsonNode): unknown {
  if (node.type === "array") return node.items.map(plain);
  if (node.type === "object")
    return Object.fromEntries(node.entries.map(({ name, value }) => [name, plain(value)]));
  return node.value;
}
