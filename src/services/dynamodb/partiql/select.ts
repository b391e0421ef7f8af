import { makeToken, readToken } from "../../../aws/page.ts";
import { named } from "../../../core/named.ts";
import type { Context } from "../../../core/service.ts";
import type { Unhurried } from "../../../core/unhurried.ts";
import type { Item } from "../attribute-value.ts";
import { Consumption } from "../capacity.ts";
import type { Database } from "../database.ts";
import { invalid, invalidParameter } from "../errors.ts";
import type { Condition } from "../expressions/condition.ts";
import { at } from "../expressions/evaluation.ts";
import { pathsOf } from "../expressions/paths.ts";
import type { Path } from "../expressions/placeholders.ts";
import { viewOf } from "../get-item.ts";
import { itemOf, itemText } from "../item-text.ts";
import { readPage } from "../page.ts";
import { rangeOf } from "../query.ts";
import { selectIndex } from "../selection.ts";
import type { Index, KeySchema, Table } from "../table.ts";
import { keyConditionsIn } from "./key.ts";
import type { Select } from "./statement.ts";

export interface SelectOptions {
  readonly consistent: boolean;
  readonly limit?: number | undefined;
  readonly nextToken?: string | undefined;
  /** What was asked: a token serves no other statement. */
  readonly query?: unknown;
}

export interface Selected {
  readonly items: Item[];
  readonly lastKey?: Item | undefined;
  readonly nextToken?: string;
  readonly consumption: Consumption;
}

/** A page of a SELECT: a query when the WHERE pins the partition key, else a scan. */
export function* select(
  database: Database,
  statement: Select,
  options: SelectOptions,
  ctx: Context,
): Unhurried<Selected> {
  const { region, table } = database.activeTable(statement.table, ctx);
  const index = indexOf(table, statement.index, options.consistent);
  if (index) refuseUnprojected(index, statement);
  refuseManyKeys((index ?? table).keys, statement.where);
  const keys = (index ?? table).keys;
  const id = (index ?? table).record.id;
  const conditions = keyConditionsIn(keys, statement.where);
  if (statement.order && !conditions)
    throw invalid(
      statement.where
        ? "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
        : "Must have WHERE clause in the statement when using ORDER BY clause.",
    );
  const reverse = statement.order?.some(
    ({ name, descends }) => descends && keys.range.some((part) => part.name === name),
  );
  const { nextToken: token, query } = options;
  const last = readToken({ token, query, refuse: invalidToken });
  const start = last && rowOf(table, index, String(last[0]));
  const consumption = new Consumption(table, "read");
  const page = yield* readPage({
    region,
    table,
    index,
    range: conditions
      ? rangeOf(id, keys, conditions, reverse ?? false, start)
      : { prefix: [id], ...(start && { after: start }) },
    view: options.consistent ? undefined : viewOf(ctx, region, table),
    consistent: options.consistent,
    limit: options.limit,
    filter: statement.where,
    projection: undefined,
    counts: false,
    fetches:
      index !== undefined && !index.isGlobal && (statement.paths ?? []).some(([head]) => !index.holds(head)),
    consumption,
  });
  consumption.charge(region);
  const { paths } = statement;
  const { items, lastKey } = page;
  return {
    items: paths ? items.map((item) => picked(item, paths)) : items,
    lastKey,
    ...(lastKey && { nextToken: makeToken([itemText(lastKey)], options) }),
    consumption,
  };
}

/** PartiQL has words of its own for what Query refuses of an index. */
function indexOf(table: Table, name: string | undefined, consistent: boolean): Index | undefined {
  if (name === undefined) return undefined;
  const index = table.index(name);
  if (!index) throw invalid("The table does not have the specified index");
  if (index.isGlobal && consistent)
    throw invalid("Strongly consistent read is not supported on Global Secondary Indexes");
  return selectIndex(table, { IndexName: name, ConsistentRead: consistent });
}

/** An index answers only from what it holds; a local one fetches what is selected, but not what is filtered by. */
function refuseUnprojected(index: Index, { where, paths }: Select): void {
  if (index.projectsAll) return;
  const lacking = (wanted: readonly Path[]) => [
    ...new Set(wanted.map(([head]) => head).filter((head) => !index.holds(head))),
  ];
  const { name } = index.record;
  const filtered = lacking(where ? pathsOf(where) : []);
  if (filtered.length > 0)
    throw invalidParameter(
      `Secondary index ${name} does not project one or more filter attributes: [${filtered.join(", ")}]`,
    );
  const selected = index.isGlobal ? lacking(paths ?? []) : [];
  if (selected.length > 0)
    throw invalidParameter(`Global secondary index ${name} does not project [${selected.join(", ")}]`);
}

const MOST_HASH_OPERANDS = 50;

/** Of values of the partition key, IN takes half as many as of others. */
function refuseManyKeys(keys: KeySchema, where: Condition | undefined): void {
  if (!where) return;
  if (where.kind === "and" || where.kind === "or")
    for (const part of where.conditions) refuseManyKeys(keys, part);
  if (where.kind !== "in" || where.args.length - 1 <= MOST_HASH_OPERANDS) return;
  const [subject] = where.args;
  if (subject?.kind === "path" && keys.hash.some(({ name }) => name === subject.path[0]))
    throw invalid(
      `The IN operator is provided with too many operands; number of operands: ${where.args.length - 1}`,
    );
}

const invalidToken = () => invalid("Given NextToken is invalid");

function rowOf(table: Table, index: Index | undefined, keyText: string) {
  try {
    const key = itemOf(keyText);
    return index ? index.rowKey(key) : table.itemKey(key);
  } catch {
    // The table has been made anew with other keys.
    throw invalidToken();
  }
}

/** What a SELECT of paths gives: each under the name that its path ends in. */
function picked(item: Item, paths: readonly Path[]): Item {
  const result: Item = named();
  for (const path of paths) {
    const value = at(path, item);
    if (value) result[columnName(path)] = value;
  }
  return result;
}

function columnName(path: Path): string {
  const last = path.findLastIndex((step) => typeof step === "string");
  return (
    path[last] +
    path
      .slice(last + 1)
      .map((step) => `[${step}]`)
      .join("")
  );
}
