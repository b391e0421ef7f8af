import type { AttributeValue } from "../attribute-value.ts";
import { invalid } from "../errors.ts";
import type { Path } from "../expressions/placeholders.ts";
import { describePath } from "../expressions/problems.ts";
import type { Assigned } from "../expressions/update.ts";
import { parseCondition, parsePath } from "./condition-parser.ts";
import { wrong } from "./lexer.ts";
import { parseLiteral, startsLiteral } from "./literal.ts";
import type { Change, Returning, Statement } from "./statement.ts";
import { TokenReader } from "./token-reader.ts";

/**
 * Reads a statement and fills in its parameters. Throws ValidationException.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html
 */
export function parseStatement(source: string, parameters: readonly AttributeValue[] = []): Statement {
  const reader = new TokenReader(source, parameters);
  const statement = parse(reader);
  reader.expectEnd();
  return statement;
}

function parse(reader: TokenReader): Statement {
  if (reader.acceptWord("SELECT")) return select(reader);
  if (reader.acceptWord("INSERT")) return insert(reader);
  if (reader.acceptWord("UPDATE")) return update(reader);
  if (reader.acceptWord("DELETE")) return remove(reader);
  if (reader.acceptWord("EXISTS")) return exists(reader);
  throw wrong(reader.next);
}

function select(reader: TokenReader): Statement {
  const paths: Path[] = [];
  if (!reader.accept("*")) {
    do paths.push(parsePath(reader));
    while (reader.accept(","));
  }
  reader.expectWord("FROM");
  const table = component(reader);
  const index = reader.accept(".") ? component(reader) : undefined;
  if (reader.isSymbol(".")) throw invalid("A path may contain at most 2 components in the FROM clause");
  const where = reader.acceptWord("WHERE") ? parseCondition(reader) : undefined;
  const order: { name: string; descends: boolean }[] = [];
  if (reader.acceptWord("ORDER", "BY")) {
    do {
      const name = reader.identifier();
      const descends = reader.acceptWord("DESC");
      if (!descends) reader.acceptWord("ASC");
      order.push({ name, descends });
    } while (reader.accept(","));
  }
  return {
    kind: "select",
    table,
    ...(index !== undefined && { index }),
    paths: paths.length > 0 ? paths : undefined,
    where,
    ...(order.length > 0 && { order }),
  };
}

function component(reader: TokenReader): string {
  const name = reader.identifier();
  if (name === "") throw invalid("Path component cannot be an empty string");
  return name;
}

function insert(reader: TokenReader): Statement {
  reader.expectWord("INTO");
  const table = component(reader);
  reader.expectWord("VALUE");
  const { M: item } = parseLiteral(reader);
  if (!item)
    throw invalid("Statement wasn't well formed, can't be processed: INSERT wants one item as VALUE");
  const ignoresExisting = reader.acceptWord("ON", "CONFLICT", "DO", "NOTHING");
  return { kind: "insert", table, item, ignoresExisting };
}

function update(reader: TokenReader): Statement {
  const table = component(reader);
  const changes: Change[] = [];
  for (;;) {
    if (reader.acceptWord("SET")) {
      do changes.push(assignment(reader));
      while (reader.accept(","));
    } else if (reader.acceptWord("REMOVE")) {
      do changes.push({ action: "REMOVE", path: parsePath(reader) });
      while (reader.accept(","));
    } else break;
  }
  if (changes.length === 0) throw wrong(reader.next);
  reader.expectWord("WHERE");
  const where = parseCondition(reader);
  return { kind: "update", table, changes, where, ...returning(reader) };
}

function remove(reader: TokenReader): Statement {
  reader.expectWord("FROM");
  const table = component(reader);
  reader.expectWord("WHERE");
  const where = parseCondition(reader);
  const wanted = returning(reader);
  if (wanted.returning && wanted.returning !== "ALL_OLD") {
    const [what, when] = wanted.returning.replace("UPDATED", "MODIFIED").split("_");
    throw invalid(
      `Invalid returning clause: RETURNING ${what} ${when} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
    );
  }
  return { kind: "delete", table, where, ...wanted };
}

function exists(reader: TokenReader): Statement {
  reader.expect("(");
  const inner = reader.nested(() => parse(reader));
  reader.expect(")");
  if (inner.kind !== "select" || !inner.where)
    throw invalid(
      "Statement wasn't well formed, can't be processed: EXISTS wants a SELECT with a WHERE clause",
    );
  return { kind: "exists", table: inner.table, where: inner.where };
}

function returning(reader: TokenReader): { returning?: Returning } {
  if (!reader.acceptWord("RETURNING")) return {};
  const isAll = reader.acceptWord("ALL");
  if (!isAll) reader.expectWord("MODIFIED");
  const isOld = reader.acceptWord("OLD");
  if (!isOld) reader.expectWord("NEW");
  reader.expect("*");
  const returning: Returning = `${isAll ? "ALL" : "UPDATED"}_${isOld ? "OLD" : "NEW"}`;
  return { returning };
}

/** `path = value`, where set_add(path, …) and set_delete(path, …) work on the path itself. */
function assignment(reader: TokenReader): Change {
  const path = parsePath(reader);
  reader.expect("=");
  for (const [word, action] of [
    ["SET_ADD", "ADD"],
    ["SET_DELETE", "DELETE"],
  ] as const) {
    if (!reader.acceptWord(word)) continue;
    reader.expect("(");
    const subject = parsePath(reader);
    if (describePath(subject) !== describePath(path))
      throw invalid(`${word.toLowerCase()} must name the attribute that it is assigned to`);
    reader.expect(",");
    const value = parseLiteral(reader);
    reader.expect(")");
    return { action, path, value };
  }
  return { action: "SET", path, value: sum(reader) };
}

function sum(reader: TokenReader): Assigned {
  let left = operand(reader);
  for (;;) {
    const operator = reader.accept("+") ? "+" : reader.accept("-") ? "-" : undefined;
    if (operator) left = { kind: "arithmetic", operator, args: [left, operand(reader)] };
    else if (reader.next.kind === "number" && reader.next.text.startsWith("-")) {
      // `a -1`: the minus sticks to the number.
      left = { kind: "arithmetic", operator: "+", args: [left, operand(reader)] };
    } else return left;
  }
}

function operand(reader: TokenReader): Assigned {
  if (startsLiteral(reader)) return { kind: "value", value: parseLiteral(reader) };
  if (reader.acceptWord("LIST_APPEND")) {
    const [left, right] = reader.nested(() => pair(reader));
    return { kind: "list_append", args: [left, right] };
  }
  if (reader.isWord("IF_NOT_EXISTS") && reader.afterNext.text === "(") {
    reader.take();
    const [left, right] = reader.nested(() => pair(reader));
    if (left.kind !== "path") throw wrong(reader.next);
    return { kind: "if_not_exists", path: left.path, otherwise: right };
  }
  return { kind: "path", path: parsePath(reader) };
}

function pair(reader: TokenReader): [Assigned, Assigned] {
  reader.expect("(");
  const left = sum(reader);
  reader.expect(",");
  const right = sum(reader);
  reader.expect(")");
  return [left, right];
}
