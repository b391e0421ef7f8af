import { pageOf } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { consumersOf, forgetConsumers } from "./consumer.ts";
import {
  shardCountGiven,
  shardCountMissing,
  streamExists,
  streamHasConsumers,
  tokenInvalid,
} from "./errors.ts";
import { checkShardLimit } from "./limits.ts";
import { describeShard, firstShards, openShards, shardsThatLast } from "./shards.ts";
import {
  changing,
  findStream,
  removeStream,
  type StreamRecord,
  saveStream,
  settled,
  statusOf,
  streamArn,
  streamCollection,
} from "./stream.ts";
import { taggingOf } from "./tagging.ts";

const ON_DEMAND_SHARDS = 4;
const RETENTION_HOURS = 24;
const RECORD_KIB = 1024;
const MOST_LISTED = 100;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Streams: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html and its neighbours. */
export const streams: Handlers<Kinesis.Operations> = {
  CreateStream(input, ctx) {
    const { StreamName: name, ShardCount } = input;
    // Neither a mode nor a count: on demand (LocalStack's test_create_stream_without_shard_count, verified on AWS).
    const mode =
      input.StreamModeDetails?.StreamMode ?? (ShardCount === undefined ? "ON_DEMAND" : "PROVISIONED");
    const isProvisioned = mode === "PROVISIONED";
    if (isProvisioned && ShardCount === undefined) throw shardCountMissing();
    if (!isProvisioned && ShardCount !== undefined) throw shardCountGiven();
    const before = ctx.store.collection(streamCollection).get([name]);
    if (before && settled(ctx.store, before, ctx)) throw streamExists(name, ctx.account);
    const count = ShardCount ?? ON_DEMAND_SHARDS;
    if (isProvisioned) checkShardLimit(count, ctx);
    const nowMs = ctx.clock.now();
    const stream: StreamRecord = {
      name,
      arn: streamArn(ctx.region, ctx.account, name),
      account: ctx.account,
      id: `${ctx.random.string(20, ALPHABET)}-${ctx.random.string(3, ALPHABET)}`,
      createdMs: nowMs,
      mode,
      retentionHours: RETENTION_HOURS,
      shards: firstShards(count, nowMs),
      metrics: [],
      tags: taggingOf({ name: input.StreamName, account: ctx.account }).read(input.Tags),
      ...(input.WarmThroughputMiBps !== undefined && { warmMiBps: input.WarmThroughputMiBps }),
      maxRecordKiB: input.MaxRecordSizeInKiB ?? RECORD_KIB,
    };
    saveStream(ctx.store, changing(stream, "CREATING", ctx));
  },

  DeleteStream(input, ctx) {
    const { stream, store } = findStream(input, ctx);
    if (!input.EnforceConsumerDeletion && consumersOf(store, stream, ctx.host).length > 0)
      throw streamHasConsumers(stream.name, stream.account);
    forgetConsumers(store, stream);
    const leaving = changing(stream, "DELETING", ctx);
    if (leaving.transition) saveStream(store, leaving);
    else removeStream(store, stream);
    ctx.host.bus.publish("kinesis.stream", { streamArn: stream.arn });
  },

  DescribeStream(input, ctx) {
    const { stream } = findStream(input, ctx);
    const start = input.ExclusiveStartShardId;
    const all = shardsThatLast(stream, ctx.clock.now()).filter(({ id }) => start === undefined || id > start);
    const limit = Math.min(input.Limit ?? MOST_LISTED, MOST_LISTED);
    return {
      StreamDescription: {
        ...common(stream),
        Shards: all.slice(0, limit).map(describeShard),
        HasMoreShards: all.length > limit,
      },
    };
  },

  DescribeStreamSummary(input, ctx) {
    const { stream, store } = findStream(input, ctx);
    return {
      StreamDescriptionSummary: {
        ...common(stream),
        StreamId: stream.id,
        OpenShardCount: openShards(stream).length,
        ConsumerCount: consumersOf(store, stream, ctx.host).length,
        MaxRecordSizeInKiB: stream.maxRecordKiB,
        ...(stream.warmMiBps !== undefined && {
          WarmThroughput: { TargetMiBps: stream.warmMiBps, CurrentMiBps: stream.warmMiBps },
        }),
      },
    };
  },

  ListStreams(input, ctx) {
    const start = input.ExclusiveStartStreamName;
    const { items, nextToken } = pageOf(ctx.store.collection(streamCollection), {
      size: input.Limit ?? MOST_LISTED,
      token: input.NextToken,
      keep: ({ name }) => input.NextToken !== undefined || start === undefined || name > start,
      refuse: tokenInvalid,
    });
    return {
      StreamNames: items.map(({ name }) => name),
      HasMoreStreams: nextToken !== undefined,
      ...(nextToken && { NextToken: nextToken }),
      StreamSummaries: items.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: statusOf(stream),
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: new Date(stream.createdMs),
      })),
    };
  },
};

/** What DescribeStream and DescribeStreamSummary both tell. */
function common(stream: StreamRecord) {
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    StreamStatus: statusOf(stream),
    StreamModeDetails: { StreamMode: stream.mode },
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: new Date(stream.createdMs),
    EnhancedMonitoring: [{ ShardLevelMetrics: [...stream.metrics] }],
    EncryptionType: stream.keyId === undefined ? "NONE" : "KMS",
    ...(stream.keyId !== undefined && { KeyId: stream.keyId }),
  };
}
