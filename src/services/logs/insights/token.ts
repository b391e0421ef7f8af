/** The words of a Logs Insights query. */

import { type LinearRegex, linearRegex } from "../../../core/regex.ts";

export interface Token {
  readonly kind: "name" | "string" | "number" | "regex" | "symbol";
  readonly text: string;
  /** Index of the first character in the query. */
  readonly start: number;
  readonly end: number;
}

/** Text that is no query, with its place. */
export class QueryError extends Error {
  readonly start: number;
  readonly end: number;
  constructor(message: string, start: number, end: number) {
    super(message);
    this.start = start;
    this.end = end;
  }
}

const SPACE = /(?:\s+|#[^\n]*)*/y;
const NAME = /@?[A-Za-z_](?:[\w]|\.(?=[\w@`])|@)*/y;
const QUOTED_NAME = /`([^`]*)`/y;
const STRING = /"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const REGEX = /\/((?:[^/\\\n]|\\[^\n])+)\/([a-z]*)/y;
const SYMBOL = /!=|<=|>=|=~|&&|\|\||[|,()[\]=<>+\-*/%^!]/y;

/** After these a slash begins a regular expression; anywhere else it divides. */
const BEFORE_REGEX = /^(?:like|=~|parse|,|\(|in)$/i;

export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(query);
  };
  const push = (kind: Token["kind"], text: string, length: number) => {
    tokens.push({ kind, text, start: at, end: at + length });
    at += length;
  };
  for (;;) {
    at += read(SPACE)?.[0].length ?? 0;
    if (at >= query.length) return tokens;
    const before = tokens.at(-1);
    const beforeThat = tokens.at(-2);
    const mayBeRegex = before && (BEFORE_REGEX.test(before.text) || /^parse$/i.test(beforeThat?.text ?? ""));
    const regex = mayBeRegex ? read(REGEX) : null;
    const string = read(STRING);
    const quoted = read(QUOTED_NAME);
    const number = read(NUMBER);
    const name = read(NAME);
    const symbol = read(SYMBOL);
    if (regex) push("regex", `${regex[2]?.includes("i") ? "(?i)" : ""}${regex[1]}`, regex[0].length);
    else if (string) push("string", unescaped(string[1] ?? string[2] ?? ""), string[0].length);
    else if (quoted) push("name", quoted[1] ?? "", quoted[0].length);
    else if (number) push("number", number[0], number[0].length);
    else if (name) push("name", name[0], name[0].length);
    else if (symbol) push("symbol", symbol[0], symbol[0].length);
    else throw new QueryError(`unexpected symbol found ${query[at]}`, at, at + 1);
  }
}

const unescaped = (text: string) => text.replace(/\\(["'\\])/g, "$1");

/** A regular expression of a query: Java's `(?i)` and `(?<name>…)` are understood; lookahead and backreferences are not. */
export function queryRegex(token: Token): LinearRegex {
  const insensitive = token.text.startsWith("(?i)");
  try {
    return linearRegex(insensitive ? token.text.slice(4) : token.text, insensitive ? "i" : "");
  } catch (error) {
    throw new QueryError(`invalid regular expression: ${(error as Error).message}`, token.start, token.end);
  }
}
