import { type Token, tokenize } from "./partiql/lexer.ts";

/** What a PartiQL statement is, and on what. */
export interface StatementNames {
  readonly verb: "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "EXISTS";
  /** As written: a name or an ARN. */
  readonly table: string;
  readonly index?: string;
}

/** Every statement that can be carried out is read as the parser reads it; undefined for what is none. */
export function readStatement(statement: string): StatementNames | undefined {
  const tokens = tokensOf(statement);
  const verb = wordAt(tokens, 0);
  const at = tableAt(verb, tokens);
  const table = at === undefined ? undefined : nameAt(tokens, at);
  if (at === undefined || table === undefined) return undefined;
  const index = isSymbol(tokens[at + 1], ".") ? nameAt(tokens, at + 2) : undefined;
  return { verb: verb as StatementNames["verb"], table, ...(index !== undefined && { index }) };
}

/** The table, and the index, that a PartiQL statement is about, as the declaration's placeholders. */
export function namesInStatement(statement: string): Record<string, string> | undefined {
  const read = readStatement(statement);
  if (!read) return undefined;
  const [, region, account, name] =
    /^arn:[^:]*:dynamodb:([^:]*):([^:]*):table\/([^/]+)$/.exec(read.table) ?? [];
  return {
    TableName: name ?? read.table,
    ...(region && { region }),
    ...(account && { account }),
    ...(read.index !== undefined && { IndexName: read.index }),
  };
}

function tokensOf(statement: string): Token[] {
  try {
    return tokenize(statement);
  } catch {
    // The handler says what is wrong with it.
    return [];
  }
}

function tableAt(verb: string, tokens: readonly Token[]): number | undefined {
  switch (verb) {
    case "UPDATE":
      return 1;
    case "INSERT":
    case "DELETE":
      return 2;
    case "SELECT":
      return behindFrom(tokens, 1);
    case "EXISTS":
      return behindFrom(tokens, 3);
    default:
      return undefined;
  }
}

/** Attributes may be called `from`, too: the word itself follows a whole path, never SELECT, a comma or a dot. */
function behindFrom(tokens: readonly Token[], pathsAt: number): number | undefined {
  for (let at = pathsAt + 1; at < tokens.length; at++) {
    const before = tokens[at - 1];
    if (wordAt(tokens, at) === "FROM" && !isSymbol(before, ",") && !isSymbol(before, ".")) return at + 1;
  }
  return undefined;
}

function wordAt(tokens: readonly Token[], at: number): string {
  const token = tokens[at];
  return token?.kind === "word" ? token.text.toUpperCase() : "";
}

function nameAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  return token?.kind === "word" || token?.kind === "quoted" ? token.text : undefined;
}

const isSymbol = (token: Token | undefined, text: string) => token?.kind === "symbol" && token.text === text;
