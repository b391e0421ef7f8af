/** The tokens of all DynamoDB expressions. A name begins with a letter: others need a `#placeholder`. */
export interface Token {
  readonly kind: "word" | "name" | "value" | "number" | "symbol" | "end";
  /** As written; `<EOF>` at the end. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What makes an expression unreadable; the reader of the expression puts `Invalid …Expression: ` before it. */
export class ExpressionError extends Error {}

const TOKEN =
  /\s*(?:([A-Za-z][A-Za-z0-9_]*)|(#[A-Za-z0-9_]+)|(:[A-Za-z0-9_]+)|(\d+)|(<=|>=|<>|[=<>()[\].,+-])|(\S))/y;
const KINDS = ["word", "name", "value", "number", "symbol"] as const;

/** An expression may not nest so deeply that reading it takes the stack; it may hold 300 operators. */
const MOST_LEVELS = 400;

/** Reads tokens one by one, with one to look ahead, and makes AWS's syntax errors. */
export class Lexer {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  /** Follows the last token, however far one looks ahead. */
  readonly #end: Token;
  #at = 0;
  #level = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = tokenize(source);
    const end = this.#tokens.at(-1)?.end ?? 0;
    this.#end = { kind: "end", text: "<EOF>", start: end, end };
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? this.#end;
  }

  /** The token behind the next one. */
  get afterNext(): Token {
    return this.#tokens[this.#at + 1] ?? this.#end;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Reads what is nested in what is being read. */
  nested<T>(read: () => T): T {
    if (++this.#level > MOST_LEVELS) throw this.syntaxError();
    const found = read();
    this.#level--;
    return found;
  }

  /** Takes the next token if it is this symbol. */
  accept(symbol: string): boolean {
    if (this.next.kind !== "symbol" || this.next.text !== symbol) return false;
    this.#at++;
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.syntaxError();
  }

  /** Is the next token this keyword, in whatever case? */
  isKeyword(keyword: string): boolean {
    return this.next.kind === "word" && this.next.text.toUpperCase() === keyword;
  }

  acceptKeyword(keyword: string): boolean {
    if (!this.isKeyword(keyword)) return false;
    this.#at++;
    return true;
  }

  expectKeyword(keyword: string): void {
    if (!this.acceptKeyword(keyword)) throw this.syntaxError();
  }

  get atEnd(): boolean {
    return this.next.kind === "end";
  }

  expectEnd(): void {
    if (!this.atEnd) throw this.syntaxError();
  }

  /** `Syntax error; token: "x", near: "before x after"` for the next token. */
  syntaxError(): ExpressionError {
    const before = this.#tokens[this.#at - 1] ?? this.next;
    const near = this.#source.slice(before.start, this.afterNext.end);
    return new ExpressionError(`Syntax error; token: "${this.next.text}", near: "${near}"`);
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const match = TOKEN.exec(source);
    if (!match) break;
    const end = TOKEN.lastIndex;
    const [kind, text] = readGroup(match);
    tokens.push({ kind, text, start: end - text.length, end });
  }
  return tokens;
}

/** A character that no expression has stands as a symbol: no rule of the grammar takes it. */
function readGroup([, ...groups]: RegExpExecArray): [Token["kind"], string] {
  for (const [at, text] of groups.entries()) if (text !== undefined) return [KINDS[at] ?? "symbol", text];
  throw new Error("Every token is of a group.");
}
