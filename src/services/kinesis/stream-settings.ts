import type { Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { retentionNotLonger, retentionNotShorter, retentionTooLong, retentionTooShort } from "./errors.ts";
import { trim } from "./get-records.ts";
import { changing, findActiveStream, saveStream } from "./stream.ts";

const LEAST_HOURS = 24;
const MOST_HOURS = 8760;
const ALL_METRICS = [
  "IncomingBytes",
  "IncomingRecords",
  "OutgoingBytes",
  "OutgoingRecords",
  "WriteProvisionedThroughputExceeded",
  "ReadProvisionedThroughputExceeded",
  "IteratorAgeMilliseconds",
];

/** What can be changed about a stream: retention, mode, encryption and shard-level metrics (these two are remembered, no more). */
export const streamSettings: Handlers<Kinesis.Operations> = {
  IncreaseStreamRetentionPeriod(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    const hours = input.RetentionPeriodHours;
    if (hours < LEAST_HOURS) throw retentionTooShort(hours);
    if (hours > MOST_HOURS) throw retentionTooLong(hours);
    if (hours < stream.retentionHours) throw retentionNotLonger(hours, stream);
    // What had expired before does not come back.
    trim(store, stream, ctx.clock.now());
    saveStream(store, changing({ ...stream, retentionHours: hours }, "UPDATING", ctx));
  },

  DecreaseStreamRetentionPeriod(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    const hours = input.RetentionPeriodHours;
    if (hours < LEAST_HOURS) throw retentionTooShort(hours);
    if (hours > MOST_HOURS) throw retentionTooLong(hours);
    if (hours > stream.retentionHours) throw retentionNotShorter(hours, stream);
    const shorter = { ...stream, retentionHours: hours };
    trim(store, shorter, ctx.clock.now());
    saveStream(store, changing(shorter, "UPDATING", ctx));
  },

  UpdateStreamMode(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    saveStream(store, changing({ ...stream, mode: input.StreamModeDetails.StreamMode }, "UPDATING", ctx));
  },

  UpdateMaxRecordSize(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    saveStream(store, { ...stream, maxRecordKiB: input.MaxRecordSizeInKiB });
  },

  StartStreamEncryption(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    saveStream(store, changing({ ...stream, keyId: input.KeyId }, "UPDATING", ctx));
  },

  StopStreamEncryption(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    const { keyId: _, ...plain } = stream;
    saveStream(store, changing(plain, "UPDATING", ctx));
  },

  EnableEnhancedMonitoring(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    const wanted = named(input.ShardLevelMetrics);
    const metrics = ALL_METRICS.filter((name) => stream.metrics.includes(name) || wanted.includes(name));
    saveStream(store, { ...stream, metrics });
    return answer(stream, metrics);
  },

  DisableEnhancedMonitoring(input, ctx) {
    const { stream, store } = findActiveStream(input, ctx);
    const unwanted = named(input.ShardLevelMetrics);
    const metrics = stream.metrics.filter((name) => !unwanted.includes(name));
    saveStream(store, { ...stream, metrics });
    return answer(stream, metrics);
  },
};

const named = (metrics: readonly string[]): readonly string[] =>
  metrics.includes("ALL") ? ALL_METRICS : metrics;

function answer(
  { name, arn, metrics }: { name: string; arn: string; metrics: readonly string[] },
  desired: string[],
) {
  return {
    StreamName: name,
    StreamARN: arn,
    CurrentShardLevelMetrics: [...metrics],
    DesiredShardLevelMetrics: desired,
  };
}
