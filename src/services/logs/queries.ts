import { Jobs } from "../../aws/jobs.ts";
import { begin } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter, limitExceeded, queryEnded, queryNotFound } from "./errors.ts";
import { EVENT_OVERHEAD_BYTES, type EventLog } from "./event-log.ts";
import type { Where } from "./feed.ts";
import { groupArn, groupCollection, groupName, namedGroup, oldestKeptMs, requireGroup } from "./group.ts";
import { parseQuery, type Query } from "./insights/command.ts";
import { type Row, rowOf } from "./insights/record.ts";
import { runQuery } from "./insights/run.ts";
import { QueryError } from "./insights/token.ts";
import { queryLifecycle } from "./lifecycles.ts";
import { invalidNextToken, pageOf } from "./page.ts";
import { queryCollection, queryResultCollection, type StartedQuery } from "./query.ts";
import { streamNames } from "./stream.ts";
import type { Transformers } from "./transformers.ts";

const MAX_GROUPS = 50;
const MAX_RUNNING = 100;
const DEFAULT_LIMIT = 10_000;
const PAGE_SIZE = 1000;
/** How many queries are remembered. */
const MAX_KEPT = 1000;
/** Times beyond this are milliseconds: as seconds they would lie 3,000 years ahead. */
const MAX_SECONDS = 100_000_000_000;

type QueryJobs = Jobs<StartedQuery>;

/** Queries at their work, once their start has been answered. */
export const queryJobs = (host: ServiceHost, events: EventLog, transformers: Transformers): QueryJobs => {
  /** The rows of a query's groups, newest first. */
  function* rowsOf(
    where: Where,
    { groups, fromMs, toMs, text }: StartedQuery,
    statistics: { recordsScanned: number; bytesScanned: number },
  ): Iterable<Row> {
    const store = host.store(where.account, where.region);
    const nowMs = host.clock.now();
    const asksForNow = /\bnow\s*\(/i.test(text);
    const rows: { timestamp: number; row: Row }[] = [];
    for (const name of groups) {
      const group = store.collection(groupCollection).get([name]);
      if (!group) continue;
      const range = {
        from: { timestamp: Math.max(fromMs, oldestKeptMs(group, nowMs)), sequence: 0 },
        before: { timestamp: toMs + 1, sequence: 0 },
      };
      const transformed = transformers.of(store, where, name);
      for (const event of events.merge(store, name, streamNames(store, group), range)) {
        statistics.recordsScanned++;
        statistics.bytesScanned += Buffer.byteLength(event.message) + EVENT_OVERHEAD_BYTES;
        const made = transformed(event, event.stream);
        const row = rowOf(event, { account: where.account, group: name }, made);
        if (asksForNow) row.set("@now", Math.floor(nowMs / 1000));
        rows.push({ timestamp: event.timestamp, row });
      }
    }
    if (groups.length > 1) rows.sort((a, b) => a.timestamp - b.timestamp);
    for (const { row } of rows.reverse()) yield row;
  }

  return new Jobs(host, {
    collection: queryCollection,
    isUnderWay: ({ status }) => status === "Running",

    /** Pauses often: others are answered meanwhile. */
    async carryOut(started, { place, store, isWanted }) {
      const statistics = { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 };
      const rows = unhurried(rowsOf(place, started, statistics), isWanted);
      const found = await runQuery(parse(started.text), rows, started.limit);
      if (!isWanted()) return started;
      statistics.recordsMatched = found.length;
      store.collection(queryResultCollection).put([started.id], found);
      return { ...started, status: "Complete", statistics };
    },

    failed(started, error) {
      host.log.error(`The query '${started.id}' failed`, error);
      return { ...started, status: "Failed" };
    },
  });
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
export const queries = (jobs: QueryJobs, events: EventLog): Handlers<Logs.Operations> => {
  return {
    StartQuery(input, ctx) {
      if (input.queryLanguage !== undefined && input.queryLanguage !== "CWLI")
        throw new AwsError(
          "NotImplemented",
          `Queries in ${input.queryLanguage} are not implemented; CWLI is.`,
          {
            status: 501,
          },
        );
      if (input.endTime < input.startTime) throw invalidParameter("End time should not be before start time");
      parse(input.queryString);
      const groups = groupsOf(input, ctx);
      const collection = ctx.store.collection(queryCollection);
      const all = [...collection.values()];
      if (all.filter(({ status }) => status === "Running").length >= MAX_RUNNING) throw limitExceeded();
      forgetOldest(all, ctx);
      const started: StartedQuery = {
        id: ctx.random.uuid(),
        text: input.queryString,
        groups,
        fromMs: milliseconds(input.startTime),
        // The last second belongs to the range.
        toMs: milliseconds(input.endTime) + (input.endTime < MAX_SECONDS ? 999 : 0),
        limit: input.limit ?? DEFAULT_LIMIT,
        createdAtMs: ctx.clock.now(),
        status: "Running",
        statistics: { recordsMatched: 0, recordsScanned: 0, bytesScanned: 0 },
        transition: begin(
          queryLifecycle,
          "Running",
          groupArn(ctx.region, ctx.account, sure(groups[0])),
          ctx,
          ctx,
        ),
      };
      jobs.begin(ctx, [started.id], started, ctx.id);
      return { queryId: started.id };
    },

    GetQueryResults(input, ctx) {
      const found = ctx.store.collection(queryCollection).get([input.queryId]);
      if (!found) throw queryNotFound();
      const rows = ctx.store.collection(queryResultCollection).get([input.queryId]) ?? [];
      const { maxItems: size = DEFAULT_LIMIT, nextToken: token, ...query } = input;
      const { items, nextToken } = page(rows.entries(), ([at]) => [at], {
        size,
        token,
        query,
        refuse: invalidNextToken,
      });
      return {
        queryLanguage: "CWLI",
        status: found.status,
        statistics: { ...found.statistics, logGroupsScanned: found.groups.length },
        results: items.map(([, row]) => row),
        ...(nextToken && { nextToken }),
      };
    },

    StopQuery(input, ctx) {
      const collection = ctx.store.collection(queryCollection);
      const found = collection.get([input.queryId]);
      if (!found) throw queryNotFound();
      if (found.status !== "Running") throw queryEnded();
      collection.put([found.id], { ...found, status: "Cancelled" });
      return { success: true };
    },

    DescribeQueries(input, ctx) {
      const found = [...ctx.store.collection(queryCollection).values()].filter(
        ({ status, groups }) =>
          (input.status === undefined || status === input.status) &&
          (input.logGroupName === undefined || groups.includes(input.logGroupName)),
      );
      const { items, nextToken } = pageOf(
        found,
        input,
        PAGE_SIZE,
        ({ createdAtMs, id }) => [createdAtMs, id],
        true,
      );
      return {
        queries: items.map(({ id, text, status, createdAtMs, groups, fromMs, toMs }) => ({
          queryLanguage: "CWLI" as const,
          queryId: id,
          // With its range, as recorded (LocalStack's test_describe_queries).
          queryString: `SOURCE ${groups.map((group) => `"${group}"`).join(", ")} START=${fromMs} END=${toMs} | ${text}`,
          status,
          createTime: createdAtMs,
          logGroupName: groups[0] ?? "",
        })),
        ...(nextToken && { nextToken }),
      };
    },

    ListLogGroupsForQuery(input, ctx) {
      const found = ctx.store.collection(queryCollection).get([input.queryId]);
      if (!found) throw queryNotFound();
      const { items, nextToken } = pageOf(found.groups, input, MAX_GROUPS, (group) => [group]);
      return { logGroupIdentifiers: items, ...(nextToken && { nextToken }) };
    },

    GetLogGroupFields(input, ctx) {
      const group = namedGroup(ctx, input);
      const counts = new Map<string, number>();
      let total = 0;
      for (const stream of streamNames(ctx.store, group)) {
        for (const event of events.read(ctx.store, group.name, stream, { reverse: true, limit: 100 })) {
          total++;
          for (const name of rowOf({ ...event, stream }, { account: ctx.account, group: group.name }).keys())
            if (name !== "@ptr") counts.set(name, (counts.get(name) ?? 0) + 1);
        }
      }
      const logGroupFields = [...counts].map(([name, count]) => ({
        name,
        percent: Math.round((100 * count) / total),
      }));
      return { logGroupFields };
    },
  };
};

/** How long a query runs before others have their turn. */
const SLICE_MS = 10;

/** Rows, with a pause when they have taken a while; they end when nobody wants them any more. */
async function* unhurried(rows: Iterable<Row>, isWanted: () => boolean): AsyncIterable<Row> {
  let pauseAt = performance.now() + SLICE_MS;
  for (const row of rows) {
    if (performance.now() > pauseAt) {
      await new Promise((resolve) => setImmediate(resolve));
      if (!isWanted()) return;
      pauseAt = performance.now() + SLICE_MS;
    }
    yield row;
  }
}

function parse(text: string): Query {
  try {
    return parseQuery(text);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new AwsError("MalformedQueryException", error.message, {
      members: {
        queryCompileError: {
          location: { startCharOffset: error.start, endCharOffset: error.end },
          message: error.message,
        },
      },
    });
  }
}

function groupsOf(input: Logs.StartQueryRequest, ctx: Context): string[] {
  const { logGroupName, logGroupNames, logGroupIdentifiers } = input;
  const given = [logGroupName && [logGroupName], logGroupNames, logGroupIdentifiers].filter(
    (names) => names !== undefined,
  );
  if (given.length !== 1)
    throw invalidParameter(
      "Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be specified.",
    );
  const names = [...new Set((given[0] as string[]).map(groupName))];
  if (names.length > MAX_GROUPS) throw invalidParameter(`At most ${MAX_GROUPS} log groups can be queried.`);
  return names.map((name) => requireGroup(ctx.store, name).name);
}

const milliseconds = (time: number) => (time < MAX_SECONDS ? time * 1000 : time);

function forgetOldest(all: StartedQuery[], ctx: Context): void {
  if (all.length < MAX_KEPT) return;
  all.sort((a, b) => a.createdAtMs - b.createdAtMs);
  for (const { id } of all.slice(0, all.length - MAX_KEPT + 1)) {
    ctx.store.collection(queryCollection).delete([id]);
    ctx.store.collection(queryResultCollection).delete([id]);
  }
}
