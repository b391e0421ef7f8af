import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { attributeOf, type Item } from "./attribute-value.ts";
import { textSize } from "./item-text.ts";
import type { Region } from "./region.ts";
import type { Table } from "./table.ts";

const GIGABYTE = 1024 ** 3;

/** How big the item collection of a written item is: of tables with local indexes only, and rounded as AWS rounds it. */
export function collectionMetrics(
  region: Region,
  table: Table,
  item: Item,
): DynamoDB.ItemCollectionMetrics | undefined {
  if (table.record.locals.length === 0) return undefined;
  const prefix = [table.record.id, ...table.keys.texts(item).slice(0, 2)];
  let bytes = 0;
  for (const text of region.items.range({ prefix })) bytes += textSize(text);
  const lower = Math.floor(bytes / GIGABYTE);
  const [{ name }] = table.keys.hash;
  const value = attributeOf(item, name);
  return {
    ItemCollectionKey: value ? { [name]: value } : {},
    SizeEstimateRangeGB: [lower, lower + 1],
  };
}
