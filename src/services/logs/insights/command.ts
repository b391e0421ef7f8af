/** The commands of queries: each takes rows and gives rows. */

import { type Expression, isTrue, Reader, readExpression } from "./expression.ts";
import { AGGREGATES, compare, isThere, toText } from "./functions.ts";
import type { Row, Value } from "./record.ts";
import { QueryError, queryRegex, type Token, tokensOf } from "./token.ts";

export interface Query {
  readonly commands: readonly Command[];
  /** The columns of the answer, in order. */
  readonly columns: readonly string[];
  /** The number of rows that `limit` asks for. */
  readonly limit?: number;
  /** True when rows are summaries, not events: they have no `@ptr`. */
  readonly aggregated: boolean;
}

type Command = (rows: AsyncIterable<Row>) => AsyncIterable<Row>;

interface Draft {
  commands: Command[];
  columns: string[];
  displayed: boolean;
  limit?: number;
  aggregated: boolean;
}

const COMMANDS: Readonly<Record<string, (reader: Reader, draft: Draft) => void>> = {
  fields: readFields,
  display: readDisplay,
  filter: readFilter,
  where: readFilter,
  stats: readStats,
  sort: readSort,
  limit: readLimit,
  head: readLimit,
  parse: readParse,
  dedup: readDedup,
  filterindex: readFilter,
};

/** @throws QueryError with the place of what is no query */
export function parseQuery(text: string): Query {
  const tokens = tokensOf(text);
  const draft: Draft = { commands: [], columns: [], displayed: false, aggregated: false };
  const reader = new Reader(tokens, text);
  while (reader.peek()) {
    const name = reader.next();
    const read = Object.hasOwn(COMMANDS, name.text.toLowerCase())
      ? COMMANDS[name.text.toLowerCase()]
      : undefined;
    if (name.kind !== "name" || !read) throw reader.unexpected(name);
    read(reader, draft);
    if (reader.peek()) reader.expect("|");
  }
  const { commands, columns, limit, aggregated } = draft;
  return {
    commands,
    columns: columns.length > 0 ? columns : ["@timestamp", "@message"],
    ...(limit !== undefined && { limit }),
    aggregated,
  };
}

/** `expression [as name]`: without a name, its own text is the column's. */
function readNamed(reader: Reader): { expression: Expression; name: string } {
  const start = reader.peek()?.start ?? 0;
  const expression = readExpression(reader);
  const name = reader.textFrom(start).replace(/^`(.*)`$/, "$1");
  if (!reader.takes("as")) return { expression, name };
  return { expression, name: reader.next().text };
}

function* separated<T>(reader: Reader, read: (reader: Reader) => T): Iterable<T> {
  do yield read(reader);
  while (reader.takes(","));
}

async function* mapped(rows: AsyncIterable<Row>, change: (row: Row) => void): AsyncIterable<Row> {
  for await (const row of rows) {
    change(row);
    yield row;
  }
}

function readFields(reader: Reader, draft: Draft): void {
  const fields = [...separated(reader, readNamed)];
  draft.commands.push((rows) =>
    mapped(rows, (row) => {
      for (const { expression, name } of fields) row.set(name, expression(row));
    }),
  );
  if (draft.displayed) return;
  for (const { name } of fields) if (!draft.columns.includes(name)) draft.columns.push(name);
}

function readDisplay(reader: Reader, draft: Draft): void {
  draft.columns.length = 0;
  draft.displayed = false;
  readFields(reader, draft);
  draft.displayed = true;
}

function readFilter(reader: Reader, draft: Draft): void {
  const condition = readExpression(reader);
  draft.commands.push(async function* (rows) {
    for await (const row of rows) if (isTrue(condition(row))) yield row;
  });
}

interface Aggregate {
  readonly name: string;
  /** Undefined: every row counts. */
  readonly argument?: Expression;
  readonly compute: (values: readonly Value[], rows: number, parameter?: number) => Value;
  readonly parameter?: number;
}

/** `stats count(*) as n, avg(@duration) by bin(5m), level` */
function readStats(reader: Reader, draft: Draft): void {
  const aggregates = [...separated(reader, readAggregate)];
  const keys = reader.takes("by") ? [...separated(reader, readNamed)] : [];
  draft.commands.push((rows) => grouped(rows, aggregates, keys));
  draft.columns = [...keys.map(({ name }) => name), ...aggregates.map(({ name }) => name)];
  draft.displayed = false;
  draft.aggregated = true;
}

function readAggregate(reader: Reader): Aggregate {
  const fn = reader.next();
  const compute = Object.hasOwn(AGGREGATES, fn.text.toLowerCase())
    ? AGGREGATES[fn.text.toLowerCase()]
    : undefined;
  if (fn.kind !== "name" || !compute) throw reader.unexpected(fn);
  reader.expect("(");
  let argument: Expression | undefined;
  let parameter: number | undefined;
  if (!reader.takes(")")) {
    if (!reader.takes("*")) argument = readExpression(reader);
    if (reader.takes(",")) parameter = Number(reader.next().text);
    reader.expect(")");
  }
  const text = reader.textFrom(fn.start);
  const name = reader.takes("as") ? reader.next().text : text;
  return { name, compute, ...(argument && { argument }), ...(parameter !== undefined && { parameter }) };
}

async function* grouped(
  rows: AsyncIterable<Row>,
  aggregates: readonly Aggregate[],
  keys: readonly { expression: Expression; name: string }[],
): AsyncIterable<Row> {
  const groups = new Map<string, { key: Value[]; rows: number; values: Value[][] }>();
  for await (const row of rows) {
    const key = keys.map(({ expression }) => expression(row));
    const id = JSON.stringify(key.map(toText));
    let group = groups.get(id);
    if (!group) {
      group = { key, rows: 0, values: aggregates.map(() => []) };
      groups.set(id, group);
    }
    group.rows++;
    aggregates.forEach(({ argument }, at) => {
      const value = argument ? argument(row) : 1;
      if (value !== undefined && value !== null) group?.values[at]?.push(value);
    });
  }
  if (keys.length === 0 && groups.size === 0)
    groups.set("", { key: [], rows: 0, values: aggregates.map(() => []) });
  for (const { key, rows: count, values } of groups.values()) {
    const row: Row = new Map();
    keys.forEach(({ name }, at) => {
      row.set(name, key[at]);
    });
    aggregates.forEach(({ name, compute, parameter }, at) => {
      row.set(name, compute(values[at] ?? [], count, parameter));
    });
    yield row;
  }
}

function readSort(reader: Reader, draft: Draft): void {
  const keys = [
    ...separated(reader, () => {
      const { expression, name } = readNamed(reader);
      const descending = reader.takes("desc");
      if (!descending) reader.takes("asc");
      // After `stats`, a sort by the text of an aggregate means its column.
      return { value: (row: Row) => (row.has(name) ? row.get(name) : expression(row)), descending };
    }),
  ];
  draft.commands.push(async function* (rows) {
    const all: { row: Row; values: Value[] }[] = [];
    for await (const row of rows) all.push({ row, values: keys.map(({ value }) => value(row)) });
    all.sort((a, b) => {
      for (const [at, { descending }] of keys.entries()) {
        const order = compare(a.values[at], b.values[at]);
        if (order !== 0) return descending ? -order : order;
      }
      return 0;
    });
    for (const { row } of all) yield row;
  });
}

const MAX_LIMIT = 10_000;

function readLimit(reader: Reader, draft: Draft): void {
  const token = reader.next();
  const limit = Number(token.text);
  if (token.kind !== "number" || !Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT)
    throw reader.unexpected(token);
  draft.limit = limit;
  draft.commands.push(async function* (rows) {
    let left = limit;
    for await (const row of rows) {
      if (left-- <= 0) return;
      yield row;
    }
  });
}

/** `parse @message "user=*, id=*" as user, id` or `parse @message /user=(?<user>\S+)/`. */
function readParse(reader: Reader, draft: Draft): void {
  let source: Expression = (row) => row.get("@message");
  const first = reader.peek();
  if (first?.kind === "name") source = readExpression(reader);
  const pattern = reader.next();
  if (pattern.kind === "regex") {
    const expression = queryRegex(pattern);
    const names = reader.takes("as") ? [...separated(reader, () => reader.next().text)] : [];
    draft.commands.push((rows) =>
      mapped(rows, (row) => {
        const found = expression.exec(toText(source(row)));
        if (!found) return;
        for (const [name, at] of expression.names) row.set(name, found[at]);
        setNamed(row, names, found.slice(1));
      }),
    );
    addColumns(draft, names.length > 0 ? names : [...expression.names.keys()]);
    return;
  }
  if (pattern.kind !== "string") throw reader.unexpected(pattern);
  reader.expect("as");
  const names = [...separated(reader, () => reader.next().text)];
  const read = globReader(pattern, names.length);
  draft.commands.push((rows) => mapped(rows, (row) => setNamed(row, names, read(toText(source(row))))));
  addColumns(draft, names);
}

/** What `parse` makes is only shown when no `fields` came before. */
function addColumns(draft: Draft, names: readonly string[]): void {
  if (draft.columns.length > 0) return;
  draft.columns = ["@timestamp", "@message", ...names];
}

function setNamed(
  row: Row,
  names: readonly string[],
  values: readonly (string | undefined)[] | undefined,
): void {
  if (!values) return;
  names.forEach((name, at) => {
    row.set(name, values[at]);
  });
}

/** Reads what stands at the wildcards. One takes as little as it can; one at the end takes all. */
function globReader(token: Token, count: number): (text: string) => string[] | undefined {
  const [first = "", ...parts] = token.text.split("*");
  if (parts.length !== count)
    throw new QueryError("the number of wildcards and of fields differ", token.start, token.end);
  return (text) => {
    const values: string[] = [];
    let from = text.indexOf(first);
    if (from < 0) return undefined;
    from += first.length;
    for (const [at, part] of parts.entries()) {
      const end = part === "" && at === count - 1 ? text.length : text.indexOf(part, from);
      if (end < 0) return undefined;
      values.push(text.slice(from, end));
      from = end + part.length;
    }
    return values;
  };
}

/** `dedup server, severity`: of rows that agree in all these, the first. */
function readDedup(reader: Reader, draft: Draft): void {
  const fields = [...separated(reader, readNamed)];
  draft.commands.push(async function* (rows) {
    const seen = new Set<string>();
    for await (const row of rows) {
      const key = fields.map(({ expression }) => expression(row));
      // Rows without one of the fields are all kept.
      if (key.every(isThere)) {
        const id = JSON.stringify(key.map(toText));
        if (seen.has(id)) continue;
        seen.add(id);
      }
      yield row;
    }
  });
}
