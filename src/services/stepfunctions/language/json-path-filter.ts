import { readJson } from "../../../core/read-json.ts";
import { type LinearRegex, linearRegex } from "../../../core/regex.ts";
import { sure } from "../../../core/sure.ts";
import { equals, isObject, type Json } from "./json.ts";
import type { Path } from "./json-path.ts";

/** What stands between `[?(` and `)]`. */
export type Filter =
  | { readonly kind: "or" | "and"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  | { readonly kind: "is"; readonly operand: Operand }
  | { readonly kind: "compare"; readonly left: Operand; readonly by: string; readonly right: Operand };

type Operand =
  | { readonly kind: "value"; readonly value: Json }
  | { readonly kind: "regex"; readonly regex: LinearRegex }
  | { readonly kind: "path"; readonly ofItem: boolean; readonly path: Path };

/** How paths are followed and read: given, since paths have filters. */
export type Follow = (path: Path, root: Json) => Json;
export type ParsePath = (text: string) => Path;

/** Does an item have what a filter asks for? */
export function matches(filter: Filter, item: Json, root: Json, follow: Follow): boolean {
  switch (filter.kind) {
    case "or":
      return filter.of.some((part) => matches(part, item, root, follow));
    case "and":
      return filter.of.every((part) => matches(part, item, root, follow));
    case "not":
      return !matches(filter.of, item, root, follow);
    case "is":
      return valueAt(filter.operand, item, root, follow) !== undefined;
    case "compare":
      return compares(filter, item, root, follow);
  }
}

function compares(
  filter: Extract<Filter, { kind: "compare" }>,
  item: Json,
  root: Json,
  follow: Follow,
): boolean {
  const left = valueAt(filter.left, item, root, follow);
  if (filter.right.kind === "regex") return typeof left === "string" && filter.right.regex.matches(left);
  const right = valueAt(filter.right, item, root, follow);
  return sure(COMPARISONS[filter.by])(left, right); // Another sign is not read.
}

const isOrdered = (a: Json | undefined, b: Json | undefined): a is string | number =>
  (typeof a === "number" && typeof b === "number") || (typeof a === "string" && typeof b === "string");
const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [];
const sizeOf = (value: Json | undefined): number =>
  typeof value === "string"
    ? value.length
    : isObject(value)
      ? Object.keys(value).length
      : listOf(value).length;
const same = (a: Json | undefined, b: Json | undefined) => a !== undefined && b !== undefined && equals(a, b);

type Comparison = (left: Json | undefined, right: Json | undefined) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "==": same,
  "!=": (a, b) => !same(a, b),
  "<": (a, b) => isOrdered(a, b) && a < (b as typeof a),
  "<=": (a, b) => isOrdered(a, b) && a <= (b as typeof a),
  ">": (a, b) => isOrdered(a, b) && a > (b as typeof a),
  ">=": (a, b) => isOrdered(a, b) && a >= (b as typeof a),
  in: (a, b) => listOf(b).some((item) => same(a, item)),
  nin: (a, b) => !listOf(b).some((item) => same(a, item)),
  subsetof: (a, b) => listOf(a).every((item) => listOf(b).some((other) => same(item, other))),
  anyof: (a, b) => listOf(a).some((item) => listOf(b).some((other) => same(item, other))),
  noneof: (a, b) => !listOf(a).some((item) => listOf(b).some((other) => same(item, other))),
  contains: (a, b) =>
    typeof a === "string" ? typeof b === "string" && a.includes(b) : listOf(a).some((item) => same(item, b)),
  size: (a, b) => sizeOf(a) === (typeof b === "number" ? b : sizeOf(b)),
  empty: (a, b) => (sizeOf(a) === 0) === (b ?? true),
};

function valueAt(operand: Operand, item: Json, root: Json, follow: Follow): Json | undefined {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "regex") return undefined;
  try {
    return follow(operand.path, operand.ofItem ? item : root);
  } catch {
    return undefined;
  }
}

const DEEPEST = 50;

/** Undefined for a text that is no filter. */
export function parseFilter(text: string, parsePath: ParsePath): Filter | undefined {
  try {
    const reader = new Reader(text, parsePath);
    const filter = reader.or(0);
    return reader.isAtEnd ? filter : undefined;
  } catch {
    return undefined;
  }
}

class Reader {
  readonly #text: string;
  readonly #parsePath: ParsePath;
  #at = 0;

  constructor(text: string, parsePath: ParsePath) {
    this.#text = text;
    this.#parsePath = parsePath;
  }

  get isAtEnd(): boolean {
    this.#skip();
    return this.#at === this.#text.length;
  }

  or(depth: number): Filter {
    if (depth > DEEPEST) throw new SyntaxError();
    const first = this.#and(depth);
    const others: Filter[] = [];
    while (this.#takes("||")) others.push(this.#and(depth));
    return others.length === 0 ? first : { kind: "or", of: [first, ...others] };
  }

  #and(depth: number): Filter {
    const first = this.#unary(depth);
    const others: Filter[] = [];
    while (this.#takes("&&")) others.push(this.#unary(depth));
    return others.length === 0 ? first : { kind: "and", of: [first, ...others] };
  }

  #unary(depth: number): Filter {
    if (depth > DEEPEST) throw new SyntaxError();
    if (this.#takes("!")) return { kind: "not", of: this.#unary(depth + 1) };
    if (this.#takes("(")) {
      const inner = this.or(depth + 1);
      if (!this.#takes(")")) throw new SyntaxError();
      return inner;
    }
    const left = this.#operand();
    const by = this.#match(/(?:==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|contains|size|empty)\b)/y);
    if (by === undefined) return { kind: "is", operand: left };
    return { kind: "compare", left, by: by === "=~" ? "==" : by, right: this.#operand() };
  }

  #operand(): Operand {
    this.#skip();
    const first = this.#text[this.#at];
    if (first === "@" || first === "$") return this.#path();
    if (first === "/") return this.#regex();
    if (first === "'" || first === '"') return { kind: "value", value: this.#string(first) };
    const literal = this.#match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
    if (literal !== undefined) return { kind: "value", value: readJson(literal) as Json };
    if (first === "[") return { kind: "value", value: this.#list() };
    throw new SyntaxError();
  }

  #path(): Operand {
    const ofItem = this.#text[this.#at] === "@";
    const start = ++this.#at;
    for (;;) {
      if (this.#match(/\.[\p{L}\p{N}_-]+(?:\(\))?|\.\*/uy, false) !== undefined) continue;
      if (this.#match(/\[(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|-?\d+|\*)\]/y, false) !== undefined) continue;
      break;
    }
    return { kind: "path", ofItem, path: this.#parsePath(`$${this.#text.slice(start, this.#at)}`) };
  }

  #regex(): Operand {
    const match = this.#match(/\/(?:[^/\\]|\\.)*\/[ims]*/y);
    if (match === undefined) throw new SyntaxError();
    const end = match.lastIndexOf("/");
    return { kind: "regex", regex: linearRegex(match.slice(1, end), match.slice(end + 1)) };
  }

  #string(quote: string): string {
    const match = this.#match(quote === "'" ? /'(?:[^'\\]|\\.)*'/y : /"(?:[^"\\]|\\.)*"/y);
    if (match === undefined) throw new SyntaxError();
    return match.slice(1, -1).replace(/\\(.)/g, "$1");
  }

  #list(): Json {
    this.#takes("[");
    const items: Json[] = [];
    while (!this.#takes("]")) {
      const operand = this.#operand();
      if (operand.kind !== "value") throw new SyntaxError();
      items.push(operand.value);
      this.#takes(",");
    }
    return items;
  }

  #match(pattern: RegExp, skips = true): string | undefined {
    if (skips) this.#skip();
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #takes(text: string): boolean {
    this.#skip();
    if (!this.#text.startsWith(text, this.#at)) return false;
    if (text === "!" && this.#text[this.#at + 1] === "=") return false;
    this.#at += text.length;
    return true;
  }

  #skip(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
  }
}
