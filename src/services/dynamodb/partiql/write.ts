import type { Context } from "../../../core/service.ts";
import type { Item } from "../attribute-value.ts";
import { Consumption } from "../capacity.ts";
import type { Database } from "../database.ts";
import { conditionFailed, duplicateItem } from "../errors.ts";
import type { Condition } from "../expressions/condition.ts";
import { holds } from "../expressions/evaluation.ts";
import { project } from "../expressions/projection.ts";
import { ItemWrite } from "../item-write.ts";
import type { Table } from "../table.ts";
import { keyAction, putAction, updateAction, type WriteAction } from "../write-action.ts";
import { wholeKey } from "./key.ts";
import type { Delete, Exists, Insert, Select, Statement, Update } from "./statement.ts";

export type Write = Exclude<Statement, Select>;

/** A statement as an action on one item of its table. */
export function actionOf(table: Table, statement: Write, returns?: string): WriteAction {
  const named = {
    TableName: table.record.arn,
    ...(returns !== undefined && { ReturnValuesOnConditionCheckFailure: returns }),
  };
  const hash: Condition = {
    kind: "function",
    name: "attribute_exists",
    args: [{ kind: "path", path: [table.keys.hash[0].name] }],
  };
  if (statement.kind === "insert") {
    return {
      ...putAction({ ...named, Item: statement.item }, { kind: "not", condition: hash }),
      failure: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
    };
  }
  const { key, rest } = wholeKey(table, statement.where);
  const keyed = { ...named, Key: key };
  if (statement.kind === "update") {
    const condition: Condition = rest ? { kind: "and", conditions: [hash, rest] } : hash;
    return updateAction(keyed, statement.changes, condition);
  }
  if (statement.kind === "exists") {
    const condition: Condition = rest ? { kind: "and", conditions: [hash, rest] } : hash;
    return keyAction(keyed, condition, "nothing");
  }
  return keyAction(keyed, rest, { item: undefined, size: 0 });
}

/** Carries out one statement by itself. */
export function write(
  database: Database,
  statement: Insert | Update | Delete | Exists,
  returns: string | undefined,
  ctx: Context,
): { items: Item[]; consumption: Consumption; table: Table } {
  const { region, table } = database.activeTable(statement.table, ctx);
  const action = actionOf(table, statement, returns);
  action.check(table);
  const change = new ItemWrite(region, table, action.keyItem);
  const consumption = new Consumption(table, "write");
  if (action.condition && !holds(action.condition, change.before ?? {})) {
    if (statement.kind !== "insert") throw conditionFailed(returns === "ALL_OLD" ? change.before : undefined);
    if (!statement.ignoresExisting) throw duplicateItem();
    return { items: [], consumption, table };
  }
  const result = action.result(table, change.before);
  if (result === "nothing") return { items: [], consumption, table };
  change.consume(consumption, result.item, result.size);
  consumption.charge(region);
  change.commit(result.item, result.size);
  return { items: returned(statement, change.before, result.item), consumption, table };
}

function returned(statement: Write, before: Item | undefined, after: Item | undefined): Item[] {
  if (statement.kind !== "update" && statement.kind !== "delete") return [];
  const item = statement.returning?.endsWith("OLD") ? before : after;
  if (!statement.returning || !item) return [];
  if (statement.returning.startsWith("ALL") || statement.kind === "delete") return [item];
  return [
    project(
      item,
      statement.changes.map(({ path }) => path),
    ),
  ];
}
