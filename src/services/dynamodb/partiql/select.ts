import { makeToken, readToken } from "../../../aws/page.ts";
import { named } from "../../../core/named.ts";
import type { Context } from "../../../core/service.ts";
import type { Item } from "../attribute-value.ts";
import { Consumption } from "../capacity.ts";
import type { Database } from "../database.ts";
import { invalid } from "../errors.ts";
import { at } from "../expressions/evaluation.ts";
import type { Path } from "../expressions/placeholders.ts";
import { viewOf } from "../get-item.ts";
import { itemOf, itemText } from "../item-text.ts";
import { readPage } from "../page.ts";
import { rangeOf } from "../query.ts";
import { selectIndex } from "../selection.ts";
import type { Index, Table } from "../table.ts";
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
export function select(
  database: Database,
  statement: Select,
  options: SelectOptions,
  ctx: Context,
): Selected {
  const { region, table } = database.activeTable(statement.table, ctx);
  const index = selectIndex(table, {
    ...(statement.index !== undefined && { IndexName: statement.index }),
    ConsistentRead: options.consistent,
  });
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
  const page = readPage({
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
    fetches: false,
    consumption,
  });
  consumption.charge(region);
  const items = page.Items!;
  return {
    items: statement.paths ? items.map((item) => picked(item, statement.paths!)) : items,
    lastKey: page.LastEvaluatedKey,
    ...(page.LastEvaluatedKey && {
      nextToken: makeToken([itemText(page.LastEvaluatedKey)], options),
    }),
    consumption,
  };
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
