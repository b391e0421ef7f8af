import { BoundedMap } from "../../../core/bounded-map.ts";
import { readJson } from "../../../core/read-json.ts";
import { sure } from "../../../core/sure.ts";
import { LanguageError } from "./failure.ts";
import { FUNCTIONS, type World } from "./intrinsics.ts";
import type { Json } from "./json.ts";
import { type Path, parsePath, type Roots, readPath } from "./json-path.ts";

/** `States.Format('{} is {}', $.name, States.MathAdd($.age, 1))`: https://states-language.net/#intrinsic-functions */
export interface Intrinsic {
  readonly name: string;
  readonly args: readonly Argument[];
}

type Argument =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "call"; readonly call: Intrinsic };

/** How deep calls may stand within calls. */
const DEEPEST = 10;

const parsed = new BoundedMap<Intrinsic>(1000);

/** Undefined for a text that is no call of a function that there is. */
export function parseIntrinsic(text: string): Intrinsic | undefined {
  const known = parsed.get(text);
  if (known) return known;
  try {
    const reader = new Reader(text);
    const call = reader.call(1);
    if (!reader.isAtEnd) return undefined;
    parsed.set(text, call);
    return call;
  } catch {
    return undefined;
  }
}

/** @throws LanguageError; PathNotFound */
export function callIntrinsic({ name, args }: Intrinsic, roots: Roots, world: World): Json {
  const values = args.map((argument): Json => {
    if (argument.kind === "value") return argument.value;
    return argument.kind === "path"
      ? readPath(argument.path, roots)
      : callIntrinsic(argument.call, roots, world);
  });
  try {
    return sure(FUNCTIONS[name]).call(values, world); // A call of another function is not read.
  } catch (error) {
    if (error instanceof LanguageError) throw error;
    throw new LanguageError((error as Error).message, "States.IntrinsicFailure");
  }
}

/** Paths that a call reads, those within its arguments' calls too. */
export function pathsOf({ args }: Intrinsic): Path[] {
  return args.flatMap((argument) =>
    argument.kind === "path" ? [argument.path] : argument.kind === "call" ? pathsOf(argument.call) : [],
  );
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    this.#skip();
    return this.#at === this.#text.length;
  }

  call(depth: number): Intrinsic {
    if (depth > DEEPEST) throw new SyntaxError();
    const name = this.#match(/States\.[A-Za-z0-9]+/y);
    const declared = name !== undefined && Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (name === undefined || declared === undefined || !this.#takes("(")) throw new SyntaxError();
    const args: Argument[] = [];
    if (!this.#takes(")")) {
      do args.push(this.#argument(depth));
      while (this.#takes(","));
      if (!this.#takes(")")) throw new SyntaxError();
    }
    if (args.length < declared.least || args.length > (declared.most ?? Number.POSITIVE_INFINITY))
      throw new SyntaxError();
    return { name, args };
  }

  #argument(depth: number): Argument {
    this.#skip();
    const first = this.#text[this.#at];
    if (first === "'") return { kind: "value", value: this.#string() };
    if (first === "$") return { kind: "path", path: parsePath(this.#path()) };
    if (first === "S") return { kind: "call", call: this.call(depth + 1) };
    const literal = this.#match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
    if (literal === undefined) throw new SyntaxError();
    return { kind: "value", value: readJson(literal) as Json };
  }

  /** A quote, a backslash and a brace may be escaped, and nothing else. */
  #string(): string {
    const match = this.#match(/'(?:[^'\\]|\\['\\{}])*'/y);
    if (match === undefined) throw new SyntaxError();
    // Braces stay escaped: it is Format that reads them.
    return match.slice(1, -1).replace(/\\(['\\])/g, "$1");
  }

  /** Up to the comma or parenthesis that ends the argument. */
  #path(): string {
    const start = this.#at;
    let depth = 0;
    let quote: string | undefined;
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text.charAt(this.#at);
      if (quote !== undefined) {
        if (letter === "\\") this.#at++;
        else if (letter === quote) quote = undefined;
      } else if (depth > 0 && (letter === "'" || letter === '"')) quote = letter;
      else if (letter === "[" || letter === "(") depth++;
      else if (letter === "]" || (letter === ")" && depth > 0)) depth--;
      else if (depth === 0 && (letter === "," || letter === ")")) break;
    }
    return this.#text.slice(start, this.#at).trim();
  }

  #match(pattern: RegExp): string | undefined {
    this.#skip();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #takes(text: string): boolean {
    this.#skip();
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }
}
