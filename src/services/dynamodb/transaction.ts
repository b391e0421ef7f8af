import { AwsError } from "../../core/aws-error.ts";
import type { Hit } from "../../core/fault.ts";
import { encodeKey } from "../../core/key.ts";
import type { Context } from "../../core/service.ts";
import { Consumption } from "./capacity.ts";
import {
  type CancellationReason,
  invalid,
  isEmptyKey,
  transactionCanceled,
  transactionConflict,
} from "./errors.ts";
import { holds } from "./expressions/evaluation.ts";
import { ItemWrite } from "./item-write.ts";
import { MOST_TRANSACTION_BYTES } from "./limits.ts";
import type { Region } from "./region.ts";
import type { Table } from "./table.ts";
import type { LocatedAction, PreparedWrite } from "./write-action.ts";

const NONE: CancellationReason = { Code: "None" };
const CONFLICT: CancellationReason = {
  Code: "TransactionConflict",
  Message: "Transaction is ongoing for the item",
};

interface Locatable {
  readonly region: Region;
  readonly table: Table;
}

/**
 * Holds items for a transaction while a fault rule may delay it, then runs it. Others that come for the items meanwhile
 * meet a conflict; transactions that only read do not hold what they read. Rules at `dynamodb:transaction` may end it with
 * reasons of their own.
 * @param keys the items' keys as `lockKey` makes them; empty for an item that cannot be locked
 */
export async function inTransaction<T>(
  ctx: Context,
  items: readonly Locatable[],
  keys: readonly string[],
  kind: "reads" | "writes",
  run: (transaction: object) => T,
): Promise<T> {
  const transaction = {};
  const locks = items.map(({ region }, at) => ({ region, key: keys[at] ?? "" }));
  const reasons = locks.map(
    ({ region, key }): CancellationReason => (region.locks.has(key) ? CONFLICT : NONE),
  );
  if (reasons.includes(CONFLICT)) throw transactionCanceled(reasons);
  const resources = [...new Set(items.map(({ table }) => table.record.arn))];
  const locked = kind === "writes" ? locks : [];
  for (const { region, key } of locked) if (key !== "") region.locks.set(key, transaction);
  try {
    return await ctx.faultPoint("dynamodb:transaction", { resource: resources }, async (hits) => {
      strike(hits, items.length);
      return run(transaction);
    });
  } finally {
    for (const { region, key } of locked) region.locks.delete(key);
  }
}

export function lockKey({ table }: Locatable, keyItem: Parameters<Table["itemKey"]>[0]): string {
  return encodeKey(table.itemKey(keyItem));
}

/** The effects of rules at `dynamodb:transaction`. */
function strike(hits: readonly Hit[], count: number): void {
  for (const { effect, params } of hits) {
    const at = Math.min(count - 1, Number(params["item"] ?? 0));
    const reason =
      effect === "conflict"
        ? CONFLICT
        : {
            Code: String(params["reason"] ?? "ConditionalCheckFailed"),
            Message: String(params["message"] ?? "The conditional request failed"),
          };
    throw transactionCanceled(
      Array.from({ length: count }, (_, position) => (position === at ? reason : NONE)),
    );
  }
}

/** Carries out all actions or none; throws TransactionCanceledException with one reason for each. Returns what was consumed, by table. */
export function commitAll(
  actions: readonly LocatedAction[],
  transaction: object,
  { id: writtenBy }: Context,
): Map<Table, Consumption> {
  const reasons: CancellationReason[] = [];
  const prepared: PreparedWrite[] = [];
  let bytes = 0;
  for (const located of actions) {
    const outcome = prepare(located, transaction);
    if ("Code" in outcome) reasons.push(outcome);
    else {
      reasons.push(NONE);
      prepared.push(outcome);
      if (outcome.result !== "nothing") bytes += outcome.result.size;
    }
  }
  if (reasons.some((reason) => reason !== NONE)) throw transactionCanceled(firstReason(reasons));
  if (bytes > MOST_TRANSACTION_BYTES)
    throw invalid(
      "Transaction request size exceeds the maximum of 4 MB: the aggregate size of the items is too large",
    );
  const consumed = consumption(prepared);
  const regions = new Map(prepared.map(({ table, region }) => [table, region]));
  for (const [table, units] of consumed) {
    const region = regions.get(table);
    if (region && !units.tryCharge(region))
      throw transactionCanceled(prepared.map((write) => (write.table === table ? THROTTLED : NONE)));
  }
  for (const { write, result } of prepared)
    if (result !== "nothing") write.commit(result.item, result.size, { writtenBy });
  return consumed;
}

/** What does not fit a table ends the check there: of several such items only the first has its reason. */
export function firstReason(reasons: readonly CancellationReason[]): CancellationReason[] {
  const first = reasons.findIndex(({ Code }) => Code === "ValidationError");
  return reasons.map((reason, at) => (first < 0 || at === first ? reason : NONE));
}

const THROTTLED: CancellationReason = {
  Code: "ProvisionedThroughputExceeded",
  Message:
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API",
};

/** What an action makes of its item, or why it cannot be. */
function prepare(located: LocatedAction, transaction: object): PreparedWrite | CancellationReason {
  const { action, region, table } = located;
  try {
    action.check(table);
    const write = new ItemWrite(region, table, action.keyItem, true, transaction);
    if (action.condition && !holds(action.condition, write.before ?? {}))
      return {
        ...(action.failure ?? { Code: "ConditionalCheckFailed", Message: "The conditional request failed" }),
        ...(action.returns === "ALL_OLD" && write.before && { Item: write.before }),
      };
    return { ...located, write, result: action.result(table, write.before) };
  } catch (error) {
    if (error instanceof AwsError && error.code === "ValidationException" && !isEmptyKey(error))
      return { Code: "ValidationError", Message: error.message };
    if (error instanceof AwsError && error.code === transactionConflict().code) return CONFLICT;
    throw error;
  }
}

/** Transactions take each write twice. */
function consumption(prepared: readonly PreparedWrite[]): Map<Table, Consumption> {
  const consumed = new Map<Table, Consumption>();
  for (const { table, write, result } of prepared) {
    const units = consumed.get(table) ?? new Consumption(table, "write");
    consumed.set(table, units);
    if (result === "nothing") units.add(2);
    else write.consume(units, result.item, result.size, 2);
  }
  return consumed;
}
