// biome-ignore-all lint/style/noNonNullAssertion: behind the last byte stands undefined, which is none of the bytes that are looked for
/** Where in a JSON text a value stands. */
export interface Span {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/**
 * The steps of a path like `Items[0].name.S` or `$["a key"][2]`; undefined for a text that is none.
 * Numbers are places in lists, texts names in objects.
 */
export function parsePath(text: string): (string | number)[] | undefined {
  const steps: (string | number)[] = [];
  const step = /\.?([A-Za-z_][\w-]*)|\[(\d+)\]|\["([^"]*)"\]/y;
  let at = text.startsWith("$") ? 1 : 0;
  while (at < text.length) {
    step.lastIndex = at;
    const found = step.exec(text);
    if (!found) return undefined;
    const [whole, name, index, quoted] = found;
    steps.push(index === undefined ? (name ?? quoted ?? "") : Number(index));
    at += whole.length;
  }
  return steps.length === 0 ? undefined : steps;
}

/** Finds the value at a path, byte by byte; undefined where there is none, or no JSON. */
export function findValue(json: Buffer, path: readonly (string | number)[]): Span | undefined {
  const scanner = new Scanner(json);
  try {
    return scanner.find(path);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const DEEPEST = 512;

class Scanner {
  readonly #json: Buffer;
  #at = 0;
  #depth = 0;

  constructor(json: Buffer) {
    this.#json = json;
  }

  find(path: readonly (string | number)[]): Span | undefined {
    for (const wanted of path) if (!this.#enter(wanted)) return undefined;
    const start = this.#next();
    this.#skip();
    return { start, end: this.#at };
  }

  /** Goes to the member or item of the value that comes; false when it has none of that name or place. */
  #enter(wanted: string | number): boolean {
    const open = this.#json[this.#next()];
    if (open !== (typeof wanted === "number" ? OPEN_LIST : OPEN_OBJECT)) return false;
    this.#at++;
    for (let index = 0; ; index++) {
      const byte = this.#json[this.#next()];
      if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) return false;
      if (typeof wanted === "number" ? index === wanted : this.#name() === wanted) return true;
      this.#skip();
      if (this.#json[this.#next()] !== COMMA) return false;
      this.#at++;
    }
  }

  #name(): string {
    const start = this.#at;
    this.#skip();
    const name = JSON.parse(this.#json.toString("utf8", start, this.#at)) as string;
    if (this.#json[this.#next()] !== COLON) throw new SyntaxError("a name without a colon");
    this.#at++;
    return name;
  }

  /** To the next byte that is not white space. */
  #next(): number {
    while (SPACES.has(this.#json[this.#at]!)) this.#at++;
    if (this.#at >= this.#json.length) throw new SyntaxError("the text ends");
    return this.#at;
  }

  /** Behind the value that comes. */
  #skip(): void {
    const first = this.#json[this.#next()]!;
    if (first === QUOTE) this.#skipText();
    else if (first === OPEN_LIST || first === OPEN_OBJECT) this.#skipCollection();
    else while (this.#at < this.#json.length && !isEnd(this.#json[this.#at]!)) this.#at++;
  }

  #skipText(): void {
    for (this.#at++; this.#json[this.#at] !== QUOTE; this.#at++) {
      if (this.#at >= this.#json.length) throw new SyntaxError("a text without end");
      if (this.#json[this.#at] === BACKSLASH) this.#at++;
    }
    this.#at++;
  }

  #skipCollection(): void {
    if (++this.#depth > DEEPEST) throw new SyntaxError("too deep");
    for (this.#at++; ; ) {
      const byte = this.#json[this.#next()]!;
      if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) break;
      if (byte === COMMA || byte === COLON) this.#at++;
      else {
        const from = this.#at;
        this.#skip();
        if (this.#at === from) throw new SyntaxError("no value");
      }
    }
    this.#at++;
    this.#depth--;
  }
}

function isEnd(byte: number): boolean {
  return SPACES.has(byte) || byte === COMMA || byte === COLON || byte === CLOSE_LIST || byte === CLOSE_OBJECT;
}
