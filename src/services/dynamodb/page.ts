import { named } from "../../core/named.ts";
import type { Range } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type { Unhurried } from "../../core/unhurried.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Item } from "./attribute-value.ts";
import { type Consumption, readUnits } from "./capacity.ts";
import type { Condition } from "./expressions/condition.ts";
import { holds } from "./expressions/evaluation.ts";
import type { Path } from "./expressions/placeholders.ts";
import { project } from "./expressions/projection.ts";
import { itemOf, textSize } from "./item-text.ts";
import { pageAnswer } from "./kept-answer.ts";
import { MOST_PAGE_BYTES } from "./limits.ts";
import type { Region } from "./region.ts";
import type { View } from "./rows.ts";
import type { Index, Table } from "./table.ts";

/** Which rows a Query or a Scan reads, and what it makes of them. */
export interface PageRequest {
  readonly region: Region;
  readonly table: Table;
  readonly index: Index | undefined;
  readonly range: Range;
  readonly view: View | undefined;
  readonly consistent: boolean;
  /** Most rows to look at. */
  readonly limit: number | undefined;
  readonly filter: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
  /** Count only. */
  readonly counts: boolean;
  /** Read each item from the table too: the local index lacks attributes that are asked for. */
  readonly fetches: boolean;
  readonly consumption: Consumption;
}

export interface Page {
  readonly items: Item[];
  readonly lastKey: Item | undefined;
}

/** What Query and Scan answer with: a page, and what it has cost. */
export function* chargedPage(
  request: PageRequest,
  wanted: string | undefined,
): Unhurried<DynamoDB.QueryOutput> {
  const { region, counts, consumption } = request;
  const { kept, items, count, scanned, lastKey } = yield* readRows(request, true);
  consumption.charge(region);
  const ConsumedCapacity = consumption.report(wanted);
  if (kept) return pageAnswer(kept, scanned, lastKey, ConsumedCapacity);
  return {
    ...(!counts && { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(lastKey && { LastEvaluatedKey: lastKey }),
    ConsumedCapacity,
  };
}

/** A page as items. */
export function* readPage(request: PageRequest): Unhurried<Page> {
  const { items, lastKey } = yield* readRows(request, false);
  return { items, lastKey };
}

interface Rows {
  /** The items as they are kept, when they are wanted as that. */
  readonly kept: readonly string[] | undefined;
  readonly items: Item[];
  readonly count: number;
  readonly scanned: number;
  readonly lastKey: Item | undefined;
}

/** So many rows are read and filtered before others may have their turn. */
const PAUSE_ROWS = 16;

/**
 * Reads up to `limit` rows or 1 MB. A page that stops there says where, even if nothing lies behind. That may be some ten
 * thousand rows and a long filter: what takes too long for a turn goes on in the next.
 */
function* readRows(request: PageRequest, mayKeep: boolean): Unhurried<Rows> {
  const { region, table, index, filter, projection } = request;
  const rows = index ? region.indexRows : region.items;
  const isWhole = mayKeep && projection === undefined && !request.fetches && !request.counts;
  const kept: string[] | undefined = isWhole ? [] : undefined;
  const items: Item[] = [];
  let count = 0;
  let scanned = 0;
  let bytes = 0;
  let pageBytes = 0;
  let last: string | undefined;
  let stopped = false;
  for (const text of rows.range(request.range, request.view)) {
    const size = textSize(text);
    const whole = request.fetches && (filter || !request.counts) ? wholeOf(request, text) : undefined;
    // What is fetched from the table is what the page has (inferred).
    const shownBytes = whole === undefined ? size : textSize(whole);
    if (scanned === request.limit || (scanned > 0 && pageBytes + shownBytes > MOST_PAGE_BYTES)) {
      stopped = true;
      break;
    }
    scanned++;
    if (scanned % PAUSE_ROWS === 0) yield;
    bytes += size;
    pageBytes += shownBytes;
    if (whole !== undefined) request.consumption.add(readUnits(textSize(whole), request.consistent));
    last = text;
    if (filter || !(kept || request.counts)) {
      const item = itemOf(whole ?? text);
      if (filter && !holds(filter, item)) continue;
      if (!kept && !request.counts) items.push(projection ? project(item, projection) : item);
    }
    count++;
    kept?.push(text);
  }
  request.consumption.add(readUnits(bytes, request.consistent), index?.record.name);
  const isFull = stopped || scanned === request.limit;
  const lastKey = isFull && last !== undefined ? keyOf(table, index, itemOf(last)) : undefined;
  return { kept, items, count, scanned, lastKey };
}

/** The table's item for a row of an index. */
function wholeOf({ region, table, view }: PageRequest, row: string): string | undefined {
  return region.items.get(table.itemKey(itemOf(row)), view);
}

function keyOf(table: Table, index: Index | undefined, item: Item): Item {
  const key: Item = named();
  const names = index ? index.startKeyNames() : table.keys.attributes.map(({ name }) => name);
  for (const name of names) key[name] = sure(item[name]); // What is kept has its keys.
  return key;
}
