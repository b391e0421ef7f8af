import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { invalidRequest, invalidToken } from "./errors.ts";
import { matches } from "./filter/match.ts";
import { parseFilter } from "./filter/parse.ts";
import { graphOf, statisticsOf } from "./graph.ts";
import { findGroup } from "./group.ts";
import { rangeOf } from "./range.ts";
import { findTrace, isKept, type Trace, traceOf, traceRecords } from "./trace.ts";

/** How many services and bins a page has at most. Inferred: AWS does not say. */
const PAGE_SIZE = 100;
const DEFAULT_PERIOD_SECONDS = 60;

/** https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html and its neighbours */
export const graphs: Handlers<XRay.Operations> = {
  GetServiceGraph({ NextToken: token, ...query }, ctx) {
    const { StartTime, EndTime } = query;
    const services = graphOf(tracesOf(query, ctx), ctx.account);
    return {
      StartTime,
      EndTime,
      ...servicesPage(services, token, query),
      ContainsOldGroupVersions: false,
    };
  },

  GetTraceGraph({ TraceIds, NextToken: token }, ctx) {
    const traces = TraceIds.map((id) => findTrace(id, ctx)).filter((trace) => trace !== undefined);
    return servicesPage(graphOf(traces, ctx.account), token, TraceIds);
  },

  GetTimeSeriesServiceStatistics({ NextToken: token, ...query }, ctx) {
    const { Period: seconds = DEFAULT_PERIOD_SECONDS } = query;
    if (seconds !== 60 && seconds !== 300) throw invalidRequest("Period must be 60 or 300.");
    const filter = query.EntitySelectorExpression ? parseFilter(query.EntitySelectorExpression) : undefined;
    const bins = new Map<number, Trace[]>();
    for (const trace of tracesOf(query, ctx)) {
      if (filter && !matches(filter, trace, ctx.account)) continue;
      const at = Math.floor(trace.record.eventAtMs / 1000 / seconds) * seconds;
      bins.set(at, [...(bins.get(at) ?? []), trace]);
    }
    const { items, nextToken } = page(bins, ([at]) => [at], {
      size: PAGE_SIZE,
      token,
      query,
      refuse: invalidToken,
    });
    return {
      TimeSeriesServiceStatistics: items.map(([at, traces]) => {
        const { statistics, histogram } = statisticsOf(traces);
        return {
          Timestamp: new Date(at * 1000),
          ServiceSummaryStatistics: statistics,
          ResponseTimeHistogram: histogram,
        };
      }),
      ContainsOldGroupVersions: false,
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

function servicesPage(services: readonly XRay.Service[], token: string | undefined, query: unknown) {
  const { items, nextToken } = page(services, ({ ReferenceId = 0 }) => [ReferenceId], {
    size: PAGE_SIZE,
    token,
    query,
    refuse: invalidToken,
  });
  return { Services: items, ...(nextToken && { NextToken: nextToken }) };
}

/** Traces that began in a time, those of a group when one is named. @throws InvalidRequestException */
function tracesOf(
  query: Pick<XRay.GetServiceGraphRequest, "StartTime" | "EndTime" | "GroupName" | "GroupARN">,
  ctx: Context,
): Trace[] {
  const { StartTime, EndTime, GroupName, GroupARN } = query;
  const range = rangeOf(StartTime, EndTime);
  const group = (GroupName ?? GroupARN) === undefined ? undefined : findGroup(query, ctx);
  const filter = group?.filter ? parseFilter(group.filter) : undefined;
  return [...ctx.store.collection(traceRecords).by("event").values(range)]
    .filter((record) => isKept(record, ctx))
    .map((record) => traceOf(record, ctx))
    .filter((trace) => filter === undefined || matches(filter, trace, ctx.account));
}
