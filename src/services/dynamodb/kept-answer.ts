/** Answers with items as they are kept: their JSON goes from the store to the client, and nobody reads it on the way. */

import { asJson } from "../../core/call.ts";
import { readJson } from "../../core/read-json.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Item } from "./attribute-value.ts";
import { itemJson } from "./item-json.ts";
import { itemFromJson, jsonOf, textHoldsBinary } from "./item-text.ts";

/** @param text a kept item */
export function itemAnswer(text: string): DynamoDB.GetItemOutput {
  return asJson(`{"Item":${itemJson(text)}}`, textHoldsBinary(text) ? readItem : readPlain);
}

/** What Query and Scan answer with. @param texts kept items */
export function pageAnswer(
  texts: readonly string[],
  scanned: number,
  lastKey: Item | undefined,
  consumed: DynamoDB.ConsumedCapacity | undefined,
): DynamoDB.QueryOutput {
  let json = `{"Items":[${texts.map(itemJson).join(",")}],"Count":${texts.length},"ScannedCount":${scanned}`;
  if (lastKey) json += `,"LastEvaluatedKey":${jsonOf(lastKey)}`;
  if (consumed) json += `,"ConsumedCapacity":${JSON.stringify(consumed)}`;
  return asJson(`${json}}`, readPage);
}

const readPlain = readJson as <Output>(json: string) => Output;

function readItem(json: string): DynamoDB.GetItemOutput {
  const output = readJson(json) as { Item: Item };
  itemFromJson(output.Item);
  return output;
}

function readPage(json: string): DynamoDB.QueryOutput {
  const output = readJson(json) as DynamoDB.QueryOutput;
  for (const item of output.Items ?? []) itemFromJson(item);
  if (output.LastEvaluatedKey) itemFromJson(output.LastEvaluatedKey);
  return output;
}
