import { page, pageOf } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { invalidRequest, invalidToken } from "./errors.ts";
import { matches } from "./filter/match.ts";
import { parseFilter } from "./filter/parse.ts";
import { rangeOf } from "./range.ts";
import { durationOf, summaryOf } from "./summary.ts";
import { findTrace, isKept, type Trace, type TraceRecord, traceOf, traceRecords } from "./trace.ts";

/** How many summaries a page has at most. Inferred: AWS does not say. */
const SUMMARIES = 100;
/** https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html */
const MOST_TRACES = 5;

/** https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html and its neighbour */
export const traces: Handlers<XRay.Operations> = {
  GetTraceSummaries({ NextToken: token, ...query }, ctx) {
    const { StartTime, EndTime, TimeRangeType = "TraceId" } = query;
    const range = rangeOf(StartTime, EndTime);
    const filter = query.FilterExpression ? parseFilter(query.FilterExpression) : undefined;
    const share = shareOf(query);
    let processed = 0;
    const found = new Map<string, Trace>();
    const keep = (record: TraceRecord): boolean => {
      if (!isKept(record, ctx)) return false;
      processed += 1;
      if (share < 1 && ctx.random.draw(`xray:${record.id}`, 0) >= share) return false;
      const trace = traceOf(record, ctx);
      if (trace.segments.length === 0 || (filter && !matches(filter, trace, ctx.account))) return false;
      found.set(record.id, trace);
      return true;
    };
    const index = TimeRangeType === "TraceId" ? "started" : "event";
    const { items, nextToken } = pageOf(ctx.store.collection(traceRecords).by(index), {
      ...range,
      size: SUMMARIES,
      token,
      query,
      refuse: invalidToken,
      keep,
    });
    return {
      TraceSummaries: items.map(({ id }) => summaryOf(found.get(id) as Trace, ctx.account)),
      ApproximateTime: new Date(ctx.clock.now()),
      TracesProcessedCount: processed,
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  BatchGetTraces({ TraceIds, NextToken: token }, ctx) {
    if (TraceIds.length > MOST_TRACES)
      throw invalidRequest(`At most ${MOST_TRACES} traces can be asked for at once.`);
    const found = TraceIds.map((id) => findTrace(id, ctx));
    const { items, nextToken } = page(
      found.filter((trace) => trace !== undefined),
      ({ record }) => [TraceIds.indexOf(record.id)],
      { size: MOST_TRACES, token, query: TraceIds, refuse: invalidToken },
    );
    return {
      Traces: items.map((trace) => ({
        Id: trace.record.id,
        Duration: durationOf(trace.segments),
        LimitExceeded: false,
        Segments: trace.segments.map((segment) => ({ Id: segment.id, Document: JSON.stringify(segment) })),
      })),
      UnprocessedTraceIds: TraceIds.filter((_, at) => found[at] === undefined),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

/** Which share of the traces is looked at. */
function shareOf({ Sampling, SamplingStrategy }: Omit<XRay.GetTraceSummariesRequest, "NextToken">): number {
  const { Name, Value } = SamplingStrategy ?? {};
  if (!Sampling || Name !== "FixedRate") return 1;
  if (Value === undefined || Value < 0 || Value > 1)
    throw invalidRequest("The value of a fixed rate is from 0 to 1.");
  return Value;
}
