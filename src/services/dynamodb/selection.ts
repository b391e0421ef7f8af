/** What Query and Scan have in common: which index, which attributes, which filter. */

import type { Key } from "../../core/key.ts";
import type { Item } from "./attribute-value.ts";
import { consistentIndexRead, invalid, invalidParameter, unknownIndex } from "./errors.ts";
import type { Condition } from "./expressions/condition.ts";
import { pathsOf } from "./expressions/paths.ts";
import type { Path } from "./expressions/placeholders.ts";
import type { Index, Table } from "./table.ts";

export interface SelectionInput {
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly Select?: string;
}

/** The index that is asked for, if any. Throws when it is not there, or for a consistent read of a global one. */
export function selectIndex(table: Table, input: SelectionInput): Index | undefined {
  if (input.IndexName === undefined) return undefined;
  const index = table.index(input.IndexName);
  if (!index) throw unknownIndex(input.IndexName);
  if (index.isGlobal && input.ConsistentRead) throw consistentIndexRead();
  if ("settling" in index.record && index.record.settling?.status === "CREATING")
    throw invalid(`Cannot read from backfilling global secondary index: ${input.IndexName}`);
  return index;
}

/** Select and a projection must agree; before any table is looked at. */
export function checkSelect(input: SelectionInput, projection: readonly Path[] | undefined): void {
  const { Select: select } = input;
  if (projection && select !== undefined && select !== "SPECIFIC_ATTRIBUTES")
    throw invalid(
      select === "COUNT"
        ? "Cannot specify the AttributesToGet when choosing to get only the Count"
        : `Cannot specify the AttributesToGet when choosing to get ${select}`,
    );
  if (select === "SPECIFIC_ATTRIBUTES" && !projection)
    throw invalidParameter(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  if (select === "ALL_PROJECTED_ATTRIBUTES" && input.IndexName === undefined)
    throw invalidParameter("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
}

/**
 * Is the table to be read beside the index, for attributes that the index lacks? AWS does so for local indexes only.
 * Throws when a global index lacks what is asked for.
 */
export function fetchesFromTable(
  index: Index | undefined,
  input: SelectionInput,
  projection: readonly Path[] | undefined,
): boolean {
  if (!index?.attributes) return false;
  const { name } = index.record;
  if (input.Select === "ALL_ATTRIBUTES") {
    if (index.isGlobal)
      throw invalidParameter(
        `Select type ALL_ATTRIBUTES is not supported for global secondary index ${name} because its projection type is not ALL`,
      );
    return true;
  }
  const lacking = (projection ?? []).map(([head]) => head).filter((head) => !index.holds(head));
  if (lacking.length > 0 && index.isGlobal)
    throw invalidParameter(`Global secondary index ${name} does not project [${lacking.join(", ")}]`);
  return lacking.length > 0;
}

/** Keys are scalars: no expression may look inside one. */
export function refuseNestedKeys(table: Table, paths: readonly Path[]): void {
  const heads = new Set(paths.filter((path) => path.length > 1).map(([head]) => head));
  if (heads.size === 0) return;
  const message =
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed:";
  for (const { name } of table.keys.attributes) {
    if (heads.has(name)) throw invalid(`${message} Key: ${name}`);
  }
  for (const index of table.indexes) {
    for (const { name } of index.keys.attributes)
      if (heads.has(name)) throw invalid(`${message} IndexKey: ${name}`);
  }
}

/** A Query's filter is for attributes that are not its keys. */
export function refuseKeysInFilter(
  table: Table,
  index: Index | undefined,
  filter: Condition | undefined,
  parameter: string,
): void {
  if (!filter) return;
  const heads = new Set(pathsOf(filter).map(([head]) => head));
  for (const { name } of (index ?? table).keys.attributes) {
    if (heads.has(name))
      throw invalid(
        `${parameter} can only contain non-primary key attributes: Primary key attribute: ${name}`,
      );
  }
}

const badStart = (why = "") => invalid(`The provided starting key is invalid${why}`);

/** Checks an ExclusiveStartKey against the schema and returns the key of its row. */
export function startRow(table: Table, index: Index | undefined, key: Item, isScan: boolean): Key {
  const names = index ? index.startKeyNames() : table.keys.attributes.map(({ name }) => name);
  if (Object.keys(key).length !== names.length || names.some((name) => !Object.hasOwn(key, name)))
    throw badStart(isScan && !index ? ": The provided key element does not match the schema" : "");
  for (const { name, type } of (index ?? table).keys.attributes) {
    if (key[name]?.[type] === undefined)
      throw index ? badStart() : badStart(": The provided key element does not match the schema");
  }
  for (const { name, type } of table.keys.attributes) {
    if (key[name]?.[type] === undefined)
      throw badStart(": The provided key element does not match the schema");
  }
  const row = index ? index.rowKey(key) : table.itemKey(key);
  if (!row) throw badStart();
  return row;
}
