import type { Handlers } from "../../core/service.ts";
import type * as Logs from "../../models/generated/logs.ts";
import { invalidParameter, streamExists } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import { namedGroup, requireGroup } from "./group.ts";
import { pageOf } from "./page.ts";
import { requireStream, streamCollection } from "./stream.ts";

const PAGE_SIZE = 50;
/** AWS ignores sequence tokens; it still gives one that looks like those of old. */
export const SEQUENCE_TOKEN = "49611111111111111111111111111111111111111111111111111111";

export const streams = (events: EventLog): Handlers<Logs.Operations> => ({
  CreateLogStream(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    const collection = ctx.store.collection(streamCollection);
    const key = [group.name, input.logStreamName];
    if (collection.has(key)) throw streamExists();
    collection.put(key, { name: input.logStreamName, createdAtMs: ctx.clock.now() });
  },

  DeleteLogStream(input, ctx) {
    const group = requireGroup(ctx.store, input.logGroupName);
    requireStream(ctx.store, group, input.logStreamName);
    ctx.store.collection(streamCollection).delete([group.name, input.logStreamName]);
    events.clear(ctx.store, group.name, input.logStreamName);
  },

  DescribeLogStreams(input, ctx) {
    const group = namedGroup(ctx, input);
    const byTime = input.orderBy === "LastEventTime";
    if (byTime && input.logStreamNamePrefix !== undefined)
      throw invalidParameter("Cannot order by LastEventTime with a logStreamNamePrefix.");
    const prefix = input.logStreamNamePrefix ?? "";
    const found = [...ctx.store.collection(streamCollection).values({ prefix: [group.name] })].filter(
      ({ name }) => name.startsWith(prefix),
    );
    const describe = ({ name, createdAtMs }: (typeof found)[number]): Logs.LogStream => {
      const last = events.last(ctx.store, group.name, name);
      const first = last && events.first(ctx.store, group.name, name);
      return {
        logStreamName: name,
        creationTime: createdAtMs,
        ...(first && { firstEventTimestamp: first.timestamp }),
        ...(last && {
          lastEventTimestamp: last.timestamp,
          lastIngestionTime: last.ingestionTime,
          uploadSequenceToken: SEQUENCE_TOKEN,
        }),
        arn: `${group.arn}:log-stream:${name}`,
        storedBytes: 0,
      };
    };
    if (!byTime) {
      const { items, nextToken } = pageOf(found, input, PAGE_SIZE, ({ name }) => [name], input.descending);
      return { logStreams: items.map(describe), ...(nextToken && { nextToken }) };
    }
    const described = found.map(describe);
    const time = (stream: Logs.LogStream) => stream.lastEventTimestamp ?? 0;
    const key = (stream: Logs.LogStream) => [time(stream), stream.logStreamName ?? ""];
    const { items, nextToken } = pageOf(described, input, PAGE_SIZE, key, input.descending);
    return { logStreams: items, ...(nextToken && { nextToken }) };
  },
});
