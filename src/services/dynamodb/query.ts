import type { Key } from "../../core/key.ts";
import type { Handlers } from "../../core/service.ts";
import type { Range } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import { inTime } from "../../core/unhurried.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { type AttributeValue, compare, type Item } from "./attribute-value.ts";
import { Consumption } from "./capacity.ts";
import type { Database } from "./database.ts";
import { invalid, invalidParameter } from "./errors.ts";
import { readExpressions } from "./expressions/expressions.ts";
import type { KeyCondition, KeyConditions } from "./expressions/key-condition.ts";
import { pathsOf } from "./expressions/paths.ts";
import { viewOf } from "./get-item.ts";
import { keyText, partitionHash } from "./key-text.ts";
import { filterCondition, legacyKeyConditions } from "./legacy.ts";
import { chargedPage, type PageRequest } from "./page.ts";
import { admitStartKey, refuseDuplicates, refuseMixed } from "./parameters.ts";
import {
  checkSelect,
  fetchesFromTable,
  refuseKeysInFilter,
  refuseNestedKeys,
  selectIndex,
  startRow,
} from "./selection.ts";
import type { KeySchema } from "./table.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
export const query = (database: Database): Handlers<DynamoDB.Operations> => ({
  Query(input, ctx) {
    const legacy = ["AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"].filter(
      // KeyConditions may stand beside the other expressions.
      (name) => name !== "KeyConditions" || input.KeyConditionExpression !== undefined,
    );
    refuseMixed(input, ["ProjectionExpression", "FilterExpression", "KeyConditionExpression"], legacy);
    const legacyFilter = filterCondition(input.QueryFilter, input.ConditionalOperator, "QueryFilter");
    refuseDuplicates(input.AttributesToGet);
    const startKey = admitStartKey(input.ExclusiveStartKey);
    if (!input.KeyConditions && input.KeyConditionExpression === undefined) throw missingConditions();
    const expressions = readExpressions(input);
    const conditions =
      expressions.keyConditions ?? (input.KeyConditions && legacyKeyConditions(input.KeyConditions));
    if (!conditions) throw missingConditions();
    const projection = expressions.projection ?? input.AttributesToGet?.map((name) => [name]);
    checkSelect(input, projection);
    const filter = expressions.filter ?? legacyFilter;

    const { region, table } = database.activeTable(input.TableName, ctx);
    const index = selectIndex(table, input);
    const { keys } = index ?? table;
    const start = startKey && startRow(table, index, startKey, false);
    checkKeyConditions(keys, conditions);
    if (startKey) checkStart(keys, conditions, startKey);
    if (projection) refuseNestedKeys(table, projection);
    refuseKeysInFilter(table, index, filter, input.QueryFilter ? "QueryFilter" : "Filter Expression");
    if (filter) refuseNestedKeys(table, pathsOf(filter));

    const consistent = input.ConsistentRead ?? false;
    const consumption = new Consumption(table, "read");
    const request: PageRequest = {
      region,
      table,
      index,
      range: rangeOf(
        index?.record.id ?? table.record.id,
        keys,
        conditions,
        input.ScanIndexForward === false,
        start,
      ),
      view: consistent ? undefined : viewOf(ctx, region, table),
      consistent,
      limit: input.Limit,
      filter,
      projection,
      counts: input.Select === "COUNT",
      fetches: fetchesFromTable(index, input, projection),
      consumption,
    };
    return inTime(chargedPage(request, input.ReturnConsumedCapacity));
  },
});

const missingConditions = () =>
  invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
const notSupported = () => invalid("Query key condition not supported");

/** The partition key must be equal to something; the sort key (from the left, when it has many parts) may be anything ordered. */
function checkKeyConditions(keys: KeySchema, conditions: KeyConditions): void {
  const most = Math.max(2, keys.attributes.length);
  if (conditions.size === 0 || conditions.size > most)
    throw invalid("Conditions can be of length 1 or 2 only");
  if (keys.attributes.length === 1 && conditions.size > 1) throw notSupported();
  for (const { name, type } of keys.hash) {
    const condition = conditions.get(name);
    if (!condition) throw invalid(`Query condition missed key schema element: ${name}`);
    checkType(name, condition, type);
    if (condition.operator !== "EQ") throw notSupported();
  }
  let left = conditions.size - keys.hash.length;
  for (const { name, type } of keys.range) {
    if (left === 0) break;
    const condition = conditions.get(name);
    if (!condition) throw invalid(`Query condition missed key schema element: ${name}`);
    checkType(name, condition, type);
    left--;
    if (left > 0 && condition.operator !== "EQ") throw notSupported();
  }
  if (left > 0) throw notSupported();
}

function checkType(name: string, { operator, values }: KeyCondition, type: "S" | "N" | "B"): void {
  if (values.some((value) => value[type] === undefined))
    throw invalidParameter("Condition parameter type does not match schema type");
  if (operator === "BEGINS_WITH" && type === "N")
    throw invalidParameter("ComparisonOperator BEGINS_WITH is not valid for N AttributeValue type");
  if (values.some((value) => value.S === "" || value.B?.length === 0))
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. Key: ${name}`,
    );
}

/** An ExclusiveStartKey must be one that this Query could have come to. */
function checkStart(keys: KeySchema, conditions: KeyConditions, start: Item): void {
  const isMet = ({ name }: { name: string }) => {
    const [value, condition] = [start[name], conditions.get(name)];
    return value !== undefined && condition !== undefined && meets(value, condition);
  };
  const inPartition = keys.hash.every(isMet);
  const ranges = keys.range.filter(({ name }) => conditions.has(name));
  if (ranges.length === 0) {
    if (!inPartition)
      throw invalid("The provided starting key is outside query boundaries based on provided conditions");
    return;
  }
  if (!ranges.every(isMet)) throw invalid("The provided starting key does not match the range key predicate");
  if (!inPartition) throw invalid("The query can return at most one row and cannot be restarted");
}

function meets(value: AttributeValue, { operator, values: [first, second = first] }: KeyCondition): boolean {
  const order = compare(value, first);
  if (order === undefined) return false;
  switch (operator) {
    case "EQ":
      return order === 0;
    case "LT":
      return order < 0;
    case "LE":
      return order <= 0;
    case "GT":
      return order > 0;
    case "GE":
      return order >= 0;
    case "BETWEEN":
      return order >= 0 && (compare(value, second) ?? 1) <= 0;
    case "BEGINS_WITH":
      return keyText(value).startsWith(keyText(first));
  }
}

/** The rows that meet the conditions, behind the row of the start key. */
export function rangeOf(
  id: string,
  keys: KeySchema,
  conditions: KeyConditions,
  reverse: boolean,
  start: Key | undefined,
): Range {
  const hashes = keys.hash.map(({ name }) => keyText(sure(conditions.get(name)).values[0])); // They are checked.
  const prefix = [id, partitionHash(hashes), ...hashes];
  let range: Range = {};
  for (const { name, type } of keys.range) {
    const condition = conditions.get(name);
    if (!condition) break;
    if (condition.operator === "EQ") prefix.push(keyText(condition.values[0]));
    else range = bounds(prefix, condition, type);
  }
  const restart: Range = start ? (reverse ? { before: start } : { after: start }) : {};
  return { ...range, prefix, reverse, ...restart };
}

function bounds(prefix: readonly string[], { operator, values }: KeyCondition, type: "S" | "N" | "B"): Range {
  const low = keyText(values[0]);
  const at = (text: string) => [...prefix, text];
  switch (operator) {
    case "LT":
      return { before: at(low) };
    case "LE":
      return { before: at(behind(low)) };
    case "GT":
      return { from: at(behind(low)) };
    case "GE":
      return { from: at(low) };
    case "BETWEEN":
      return { from: at(low), before: at(behind(keyText(values[1] ?? values[0]))) };
    case "BEGINS_WITH":
      return { from: at(low), before: at(low + (type === "S" ? LAST_CHARACTERS : "g")) };
    default:
      throw new Error(`${operator} has no bounds.`);
  }
}

/** The next text after this one. */
const behind = (text: string) => `${text}\u0000`;
const LAST_CHARACTERS = "\u{10ffff}".repeat(8);
