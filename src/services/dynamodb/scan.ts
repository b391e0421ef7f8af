import type { Handlers } from "../../core/service.ts";
import type { Range } from "../../core/storage.ts";
import { inTime } from "../../core/unhurried.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { Consumption } from "./capacity.ts";
import type { Database } from "./database.ts";
import { invalid } from "./errors.ts";
import { readExpressions } from "./expressions/expressions.ts";
import { pathsOf } from "./expressions/paths.ts";
import { viewOf } from "./get-item.ts";
import { hex8 } from "./key-text.ts";
import { filterCondition } from "./legacy.ts";
import { chargedPage, type PageRequest } from "./page.ts";
import { admitStartKey, refuseDuplicates, refuseMixed } from "./parameters.ts";
import { checkSelect, fetchesFromTable, refuseNestedKeys, selectIndex, startRow } from "./selection.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
export const scan = (database: Database): Handlers<DynamoDB.Operations> => ({
  Scan(input, ctx) {
    refuseMixed(
      input,
      ["ProjectionExpression", "FilterExpression"],
      ["AttributesToGet", "ScanFilter", "ConditionalOperator"],
    );
    refuseDuplicates(input.AttributesToGet);
    const legacyFilter = filterCondition(input.ScanFilter, input.ConditionalOperator, "ScanFilter");
    const startKey = admitStartKey(input.ExclusiveStartKey);
    checkSegment(input);
    const expressions = readExpressions(input);
    const projection = expressions.projection ?? input.AttributesToGet?.map((name) => [name]);
    checkSelect(input, projection);
    const filter = expressions.filter ?? legacyFilter;

    const { region, table } = database.activeTable(input.TableName, ctx);
    const index = selectIndex(table, input);
    const id = index?.record.id ?? table.record.id;
    const range = segmentRange(id, input.Segment ?? 0, input.TotalSegments ?? 1);
    const start = startKey && startRow(table, index, startKey, true);
    if (start) checkStartInSegment(start[1] as string, input);
    if (projection) refuseNestedKeys(table, projection);
    if (filter) refuseNestedKeys(table, pathsOf(filter));

    const consistent = input.ConsistentRead ?? false;
    const consumption = new Consumption(table, "read");
    const request: PageRequest = {
      region,
      table,
      index,
      range: start ? { ...range, after: start } : range,
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

function checkSegment({ Segment: segment, TotalSegments: total }: DynamoDB.ScanInput): void {
  if (segment !== undefined && total === undefined)
    throw invalid(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  if (total === undefined) return;
  if (segment === undefined)
    throw invalid(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  if (segment >= total)
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
}

/** Segments share the space of partition hashes evenly. */
function segmentRange(id: string, segment: number, total: number): Range {
  return {
    prefix: [id],
    ...(segment > 0 && { from: [id, segmentStart(segment, total)] }),
    ...(segment + 1 < total && { before: [id, segmentStart(segment + 1, total)] }),
  };
}

function segmentStart(segment: number, total: number): string {
  return hex8(Math.floor((2 ** 32 * segment) / total));
}

function checkStartInSegment(hash: string, { Segment = 0, TotalSegments = 1 }: DynamoDB.ScanInput): void {
  const isBefore = Segment > 0 && hash < segmentStart(Segment, TotalSegments);
  const isBehind = Segment + 1 < TotalSegments && hash >= segmentStart(Segment + 1, TotalSegments);
  if (isBefore || isBehind)
    throw invalid(
      `The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${TotalSegments} Segment: ${Segment}`,
    );
}
