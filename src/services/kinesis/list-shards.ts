import type { Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { filterIncomplete, tokenExpired, tokenInvalid, tokenWithName } from "./errors.ts";
import { describeShard, shardsThatLast } from "./shards.ts";
import { findStream, horizonMs, type ShardRecord, type StreamRecord } from "./stream.ts";

const MOST_LISTED = 1000;
const TOKEN_LIFE_MS = 300_000;

/** What a page leaves for the next one to know. */
interface Token {
  readonly arn: string;
  readonly after: string;
  readonly issuedMs: number;
  readonly filter?: { Type: string; ShardId?: string; atMs?: number };
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
export const listShards: Handlers<Kinesis.Operations> = {
  ListShards(input, ctx) {
    const nowMs = ctx.clock.now();
    const token = input.NextToken === undefined ? undefined : decode(input.NextToken);
    if (token && (input.StreamName !== undefined || input.StreamARN !== undefined)) throw tokenWithName();
    if (token && nowMs - token.issuedMs > TOKEN_LIFE_MS) throw tokenExpired();
    const { stream } = findStream(token ? { StreamARN: token.arn } : input, ctx);
    const filter = token ? token.filter : filterOf(input.ShardFilter);
    const after = token?.after ?? input.ExclusiveStartShardId ?? "";
    const all = shardsThatLast(stream, nowMs)
      .filter(({ id }) => id > after)
      .filter((shard) => !filter || passes(shard, filter, stream, nowMs));
    const limit = input.MaxResults ?? MOST_LISTED;
    const page = all.slice(0, limit);
    const next = {
      arn: stream.arn,
      after: page.at(-1)?.id ?? "",
      issuedMs: nowMs,
      ...(filter && { filter }),
    };
    return { Shards: page.map(describeShard), ...(all.length > limit && { NextToken: encode(next) }) };
  },
};

function filterOf(filter: Kinesis.ShardFilter | undefined): Token["filter"] {
  if (!filter) return undefined;
  const { Type, ShardId, Timestamp } = filter;
  if (Type === "AFTER_SHARD_ID" && ShardId === undefined) throw filterIncomplete("ShardId", Type);
  if (Type.endsWith("_TIMESTAMP") && Timestamp === undefined) throw filterIncomplete("Timestamp", Type);
  return { Type, ...(ShardId !== undefined && { ShardId }), ...(Timestamp && { atMs: Timestamp.getTime() }) };
}

function passes(
  shard: ShardRecord,
  { Type, ShardId = "", atMs = 0 }: NonNullable<Token["filter"]>,
  stream: StreamRecord,
  nowMs: number,
): boolean {
  // On a stream younger than its retention, the horizon is the stream's beginning.
  const horizon = Math.max(horizonMs(stream, nowMs), stream.createdMs);
  const wasOpenAt = (ms: number) =>
    shard.createdMs <= ms && (shard.closedMs === undefined || shard.closedMs > ms);
  if (Type === "AFTER_SHARD_ID") return shard.id > ShardId;
  if (Type === "AT_LATEST") return shard.closedMs === undefined;
  if (Type === "AT_TRIM_HORIZON") return wasOpenAt(horizon);
  if (Type === "AT_TIMESTAMP") return wasOpenAt(Math.max(atMs, horizon));
  if (Type === "FROM_TIMESTAMP") return shard.closedMs === undefined || shard.closedMs >= atMs;
  return true;
}

const encode = (token: Token): string => Buffer.from(JSON.stringify(token)).toString("base64");

function decode(text: string): Token {
  try {
    const token: Token = JSON.parse(Buffer.from(text, "base64").toString());
    if (typeof token.arn === "string" && typeof token.issuedMs === "number") return token;
  } catch {
    // No token of ours, as below.
  }
  throw tokenInvalid();
}
