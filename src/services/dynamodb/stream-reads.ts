import { parseArn } from "../../core/arn.ts";
import { awsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers, Service, ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import type * as Streams from "../../models/generated/dynamodbstreams.ts";
import { itemSize } from "./attribute-value.ts";
import { itemOf } from "./item-text.ts";
import {
  type KeptRecord,
  lastSequence,
  RETENTION_MS,
  type StreamRecord,
  sequenceNumber,
  streamRecords,
  streams,
} from "./stream-records.ts";

const MOST_RECORDS = 1000;
const MOST_BYTES = 1024 * 1024;
const ITERATOR_LIFE_MS = 15 * 60 * 1000;
const MOST_LISTED = 100;

const streamNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (arn: string) => `Requested resource not found: Stream: ${arn} not found`,
);
const shardNotFound = awsError(
  "ResourceNotFoundException",
  400,
  (shard: string, arn: string) => `Requested resource not found: Shard: ${shard} in Stream: ${arn} not found`,
);
const invalid = awsError("ValidationException", 400, (message: string) => message);
const trimmed = awsError(
  "TrimmedDataAccessException",
  400,
  "The operation attempted to read past the oldest stream record in a shard.",
);
const expiredIterator = awsError(
  "ExpiredIteratorException",
  400,
  (issuedMs: number, nowMs: number) =>
    `Iterator expired. The iterator was created at time ${new Date(issuedMs).toUTCString()} while right now it is ${new Date(nowMs).toUTCString()} which is further in the future than the tolerated delay of ${ITERATOR_LIFE_MS} milliseconds.`,
);

/** Where a reader of a shard stands; on the wire opaque text. */
interface Position {
  readonly arn: string;
  readonly shard: number;
  /** The sequence number to read behind; empty from the first record on. */
  readonly after: string;
  readonly issuedMs: number;
}

/** Amazon DynamoDB Streams: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html */
export function dynamodbStreams(_host: ServiceHost): Service {
  return {
    name: "dynamodbstreams",
    operations: streamReads,
  };
}

const streamReads: Handlers<Streams.Operations> = {
  ListStreams(input, ctx) {
    checkLimit(input.Limit, MOST_LISTED);
    const limit = input.Limit ?? MOST_LISTED;
    if (input.ExclusiveStartStreamArn !== undefined) storeOf(input.ExclusiveStartStreamArn, ctx);
    const listed: Streams.Stream[] = [];
    const start = input.ExclusiveStartStreamArn;
    for (const stream of ctx.store
      .collection(streams)
      .values(start === undefined ? {} : { after: [start] })) {
      if (
        isOver(stream, ctx) ||
        (input.TableName !== undefined && stream.tableName !== tableName(input.TableName))
      )
        continue;
      if (listed.length === limit)
        return { Streams: listed, LastEvaluatedStreamArn: listed.at(-1)?.StreamArn };
      listed.push({ StreamArn: stream.arn, TableName: stream.tableName, StreamLabel: stream.label });
    }
    return { Streams: listed };
  },

  DescribeStream(input, ctx) {
    checkLimit(input.Limit, MOST_LISTED);
    checkShardFilter(input.ShardFilter);
    const stream = find(input.StreamArn, ctx);
    const all = stream.shards.map(({ id, startSequence, endSequence }) => ({
      ShardId: id,
      SequenceNumberRange: {
        StartingSequenceNumber: startSequence,
        ...(endSequence !== undefined && { EndingSequenceNumber: endSequence }),
      },
    }));
    const start = input.ExclusiveStartShardId;
    const from = start === undefined ? 0 : all.findIndex(({ ShardId }) => ShardId === start) + 1;
    const limit = input.Limit ?? MOST_LISTED;
    // No shard here has children: CHILD_SHARDS of any is an empty list.
    const parent = input.ShardFilter?.ShardId;
    if (parent !== undefined && !stream.shards.some(({ id }) => id === parent))
      throw shardNotFound(parent, input.StreamArn);
    const shards = input.ShardFilter?.Type === "CHILD_SHARDS" ? [] : all.slice(from, from + limit);
    return {
      StreamDescription: {
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: stream.closedMs === undefined ? "ENABLED" : "DISABLED",
        StreamViewType: stream.viewType,
        CreationRequestDateTime: new Date(stream.createdMs),
        TableName: stream.tableName,
        KeySchema: stream.keySchema,
        Shards: shards,
        ...(from + limit < all.length && { LastEvaluatedShardId: shards.at(-1)?.ShardId }),
      },
    };
  },

  GetShardIterator(input, ctx) {
    const stream = find(input.StreamArn, ctx);
    const shard = stream.shards.findIndex(({ id }) => id === input.ShardId);
    const { startSequence } = stream.shards[shard] ?? {};
    if (startSequence === undefined) throw shardNotFound(input.ShardId, input.StreamArn);
    const after = startOf(stream, shard, startSequence, input, ctx);
    return { ShardIterator: encode({ arn: stream.arn, shard, after, issuedMs: ctx.clock.now() }) };
  },

  GetRecords(input, ctx) {
    checkLimit(input.Limit, MOST_RECORDS);
    const position = decode(input.ShardIterator);
    const nowMs = ctx.clock.now();
    const hits = ctx.hits("dynamodb:stream", { resource: position.arn });
    const isExpired = nowMs - position.issuedMs > ITERATOR_LIFE_MS;
    if (isExpired || hits.some(({ effect }) => effect === "iterator-expiry"))
      throw expiredIterator(position.issuedMs, nowMs);
    const stream = find(position.arn, ctx);
    const shard = stream.shards[position.shard];
    if (!shard) throw invalid("Invalid ShardIterator");
    const delayMs = Math.max(
      0,
      ...hits.filter(({ effect }) => effect === "delay").map(({ params }) => Number(params["ms"])),
    );
    const batch = read(stream, position, input.Limit ?? MOST_RECORDS, nowMs - delayMs, ctx);
    const next = { ...position, after: batch.last, issuedMs: nowMs };
    const duplicates = hits.some(({ effect }) => effect === "duplicate");
    const records = duplicates ? batch.records.flatMap((record) => [record, record]) : batch.records;
    const isRead = shard.endSequence !== undefined && batch.isAll;
    return { Records: records, ...(!isRead && { NextShardIterator: encode(next) }) };
  },
};

function read(
  stream: StreamRecord,
  { shard, after }: Position,
  limit: number,
  untilMs: number,
  ctx: Context,
) {
  const rows = storeOf(stream.arn, ctx).collection(streamRecords);
  const prefix = [stream.id, shard];
  const oldestMs = ctx.clock.now() - RETENTION_MS;
  const records: Streams.Record[] = [];
  let last = after;
  let bytes = 0;
  let isAll = true;
  for (const { key, value } of rows.entries({ prefix, ...(after !== "" && { after: [...prefix, after] }) })) {
    const sequence = key[2] as string;
    if (value.atMs <= oldestMs) {
      rows.delete(key);
      continue;
    }
    const record = describe(value, sequence, stream, ctx.region);
    const size = record.dynamodb.SizeBytes;
    if (
      records.length >= limit ||
      value.atMs > untilMs ||
      (records.length > 0 && bytes + size > MOST_BYTES)
    ) {
      isAll = false;
      break;
    }
    records.push(record);
    bytes += size;
    last = sequence;
  }
  return { records, last, isAll };
}

function describe(kept: KeptRecord, sequence: string, stream: StreamRecord, region: string) {
  const keys = itemOf(kept.keys);
  const newImage = kept.new === undefined ? undefined : itemOf(kept.new);
  const oldImage = kept.old === undefined ? undefined : itemOf(kept.old);
  return {
    // Not modelled: no client sees it.
    ...(kept.sentBy !== undefined && { sentBy: kept.sentBy }),
    eventID: kept.id,
    eventName: kept.event,
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: region,
    dynamodb: {
      // Streams tell whole seconds.
      ApproximateCreationDateTime: new Date(Math.floor(kept.atMs / 1000) * 1000),
      Keys: keys,
      ...(newImage && { NewImage: newImage }),
      ...(oldImage && { OldImage: oldImage }),
      SequenceNumber: sequence,
      SizeBytes: itemSize(keys) + (newImage ? itemSize(newImage) : 0) + (oldImage ? itemSize(oldImage) : 0),
      StreamViewType: stream.viewType,
    },
    ...(kept.byTimeToLive && {
      userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" },
    }),
  };
}

/** The sequence number that an iterator starts behind. */
function startOf(
  stream: StreamRecord,
  shard: number,
  startSequence: string,
  input: Streams.GetShardIteratorInput,
  ctx: Context,
): string {
  const { ShardIteratorType: type, SequenceNumber: given } = input;
  if (given !== undefined && (type === "TRIM_HORIZON" || type === "LATEST"))
    throw invalid(
      `One or more parameter values were invalid: SequenceNumber cannot be used with shard iterator type ${type}`,
    );
  if (type === "TRIM_HORIZON") return "";
  if (type === "LATEST") return lastSequence(storeOf(stream.arn, ctx), stream, shard) ?? "";
  if (type === "AT_TIMESTAMP") {
    if (!input.Timestamp)
      throw invalid(
        "One or more parameter values were invalid: Missing Timestamp: Timestamp is required for shard iterator type AT_TIMESTAMP",
      );
    return String(BigInt(sequenceNumber(input.Timestamp.getTime(), 0)) - 1n);
  }
  if (given === undefined)
    throw invalid(
      "One or more parameter values were invalid: Missing SequenceNumber: SequenceNumber is required for shard iterator types AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER",
    );
  if (!/^\d+$/.test(given)) throw invalid(`Invalid SequenceNumber: ${given}`);

  const isOld = Number(given.slice(1, 14)) <= ctx.clock.now() - RETENTION_MS;
  if (given < startSequence || isOld) throw trimmed();
  return type === "AFTER_SEQUENCE_NUMBER" ? given : String(BigInt(given) - 1n);
}

/** The model has only the least: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html */
function checkLimit(limit: number | undefined, most: number): void {
  if (limit !== undefined && limit > most)
    throw invalid(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to ${most}`,
    );
}

function checkShardFilter(filter: Streams.ShardFilter | undefined): void {
  if (!filter) return;
  for (const [path, given] of [
    ["type", filter.Type],
    ["shardId", filter.ShardId],
  ]) {
    if (given === undefined)
      throw invalid(
        `1 validation error detected: Value null at 'shardFilter.${path}' failed to satisfy constraint: Member must not be null`,
      );
  }
}

function find(arn: string, ctx: Context): StreamRecord {
  const stream = storeOf(arn, ctx).collection(streams).get([arn]);
  if (!stream || isOver(stream, ctx)) throw streamNotFound(arn);
  return stream;
}

/** A stream's ARN tells where it is kept: it may be of another account or region. */
function storeOf(arn: string, ctx: Context): Store {
  const parsed = parseArn(arn);
  if (parsed?.service !== "dynamodb") throw invalid(`Invalid StreamArn: ${arn}`);
  return ctx.host.store(parsed.account, parsed.region);
}

/** A stream that was switched off a day ago is gone. */
function isOver({ closedMs }: StreamRecord, ctx: Context): boolean {
  return closedMs !== undefined && ctx.clock.now() - closedMs > RETENTION_MS;
}

function tableName(nameOrArn: string): string {
  return (nameOrArn.startsWith("arn:") && nameOrArn.split("/")[1]) || nameOrArn;
}

function encode(position: Position): string {
  return `${position.arn}|1|${Buffer.from(JSON.stringify([position.shard, position.after, position.issuedMs])).toString("base64")}`;
}

function decode(iterator: string): Position {
  const [arn = "", , text] = iterator.split("|");
  try {
    const [shard, after, issuedMs] = readJson(Buffer.from(text ?? "", "base64").toString()) as [
      number,
      string,
      number,
    ];
    return { arn, shard, after, issuedMs };
  } catch {
    throw invalid("Invalid ShardIterator");
  }
}
