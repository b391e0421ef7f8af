import type { Context } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { admitItem, type Item, withAdmittedKey } from "./attribute-value.ts";
import type { Database } from "./database.ts";
import { type CancellationReason, invalid, itemTooLarge } from "./errors.ts";
import type { Condition } from "./expressions/condition.ts";
import { readExpressions } from "./expressions/expressions.ts";
import type { Clause } from "./expressions/update.ts";
import type { ItemWrite } from "./item-write.ts";
import { MOST_ITEM_BYTES } from "./limits.ts";
import type { Region } from "./region.ts";
import type { Table } from "./table.ts";
import { changeOf, checkUpdated } from "./update-item.ts";

/** One action of a transaction, read and checked as far as that goes without its table. */
export interface WriteAction {
  readonly tableName: string;
  readonly keyItem: Item;
  readonly condition?: Condition;
  /** ALL_OLD: the item goes along with a failed condition. */
  readonly returns?: string;
  /** The reason for cancelling a transaction when the condition fails. Default: ConditionalCheckFailed. */
  readonly failure?: CancellationReason;
  /** Checks against the table. Throws ValidationException. */
  check(table: Table): void;
  /** The item as it will be (undefined: none), or that nothing is written at all. */
  result(table: Table, before: Item | undefined): { item: Item | undefined; size: number } | "nothing";
}

export interface LocatedAction {
  readonly action: WriteAction;
  readonly region: Region;
  readonly table: Table;
}

export function locate(database: Database, action: WriteAction, ctx: Context): LocatedAction {
  return { action, ...database.activeTable(action.tableName, ctx) };
}

const notOneAction = () => invalid("TransactItems can only contain one of Check, Put, Update or Delete");

/** Reads one item of a TransactWriteItems. Throws ValidationException. */
export function readWriteAction(request: DynamoDB.TransactWriteItem): WriteAction {
  const { Put: put, Update: update, Delete: remove, ConditionCheck: check } = request;
  if ([put, update, remove, check].filter(Boolean).length > 1) throw notOneAction();
  if (put) return putAction(put);
  if (update) {
    const expressions = readExpressions(update);
    return updateAction(withAdmittedKey(update), expressions.update ?? [], expressions.condition);
  }
  const keyed = remove ?? check;
  if (!keyed) throw notOneAction();
  const { condition } = readExpressions(keyed);
  return keyAction(withAdmittedKey(keyed), condition, remove ? { item: undefined, size: 0 } : "nothing");
}

interface Named {
  readonly TableName: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

export function putAction(put: DynamoDB.Put, condition = readExpressions(put).condition): WriteAction {
  const { normal: item, size } = admitItem(put.Item);
  return {
    tableName: put.TableName,
    keyItem: item,
    condition,
    returns: put.ReturnValuesOnConditionCheckFailure,
    check(table) {
      table.checkItem(item);
      if (size > MOST_ITEM_BYTES) throw itemTooLarge();
    },
    result: () => ({ item, size }),
  };
}

export function updateAction(
  update: Named & { readonly Key: Item },
  clauses: readonly Clause[],
  condition: Condition | undefined,
): WriteAction {
  return {
    tableName: update.TableName,
    keyItem: update.Key,
    condition,
    returns: update.ReturnValuesOnConditionCheckFailure,
    check(table) {
      table.checkKey(update.Key);
      changeOf(table, clauses);
    },
    result(table, before) {
      const item = changeOf(table, clauses).after(before, update.Key);
      return { item, size: item ? checkUpdated(table, item) : 0 };
    },
  };
}

export function keyAction(
  keyed: Named & { readonly Key: Item },
  condition: Condition | undefined,
  result: ReturnType<WriteAction["result"]>,
): WriteAction {
  return {
    tableName: keyed.TableName,
    keyItem: keyed.Key,
    condition,
    returns: keyed.ReturnValuesOnConditionCheckFailure,
    check: (table) => table.checkKey(keyed.Key),
    result: () => result,
  };
}

/** An action with what it makes of its item. */
export interface PreparedWrite extends LocatedAction {
  readonly write: ItemWrite;
  readonly result: ReturnType<WriteAction["result"]>;
}
