import { invalid } from "../errors.ts";

/** The tokens of PartiQL, as far as DynamoDB speaks it. */
export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "symbol" | "end";
  /** Without quotes. */
  readonly text: string;
  /** Where it starts, from 1. */
  readonly column: number;
}

const TOKEN =
  /\s*(?:([A-Za-z_$][A-Za-z0-9_$]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(<<|>>|<=|>=|<>|!=|[=<>()[\]{}.,:?*+-])|(\S))/y;
const KINDS = ["word", "quoted", "string", "number", "symbol"] as const;

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (;;) {
    const match = TOKEN.exec(source);
    if (!match) break;
    const [, ...groups] = match;
    const group = groups.findIndex((text) => text !== undefined);
    const kind = KINDS[group];
    const raw = groups[group] ?? "";
    const text =
      kind === "string" ? raw.replaceAll("''", "'") : kind === "quoted" ? raw.replaceAll('""', '"') : raw;
    const column = TOKEN.lastIndex - raw.length + 1;
    if (!kind) throw wrong({ kind: "symbol", text, column });
    tokens.push({ kind, text, column });
  }
  return tokens;
}

/** What cannot be read. */
export function wrong({ kind, text, column }: Token): Error {
  const what =
    kind === "end" ? "unexpected end of statement" : `unexpected term at 1:${column}:${text.length}`;
  return invalid(`Statement wasn't well formed, can't be processed: ${what}`);
}
