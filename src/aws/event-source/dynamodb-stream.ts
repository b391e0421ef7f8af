import { partsOf } from "../../core/arn.ts";
import { isoSeconds } from "../../core/text.ts";
import type * as Streams from "../../models/generated/dynamodbstreams.ts";
import type { Mapping } from "./event-source.ts";
import type { Position, Shard, Stream, StreamRecord } from "./stream.ts";

const RETENTION_MS = 24 * 3_600_000;

/** A DynamoDB stream as a source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
export class DynamodbStream implements Stream {
  readonly topic = "dynamodb.stream";
  readonly batchName = "DDBStreamBatchInfo";
  readonly retentionMs = RETENTION_MS;
  readonly timeText = isoSeconds;
  readonly arn: string;
  readonly #mapping: Mapping;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.arn = mapping.sourceArn;
  }

  async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let ExclusiveStartShardId: string | undefined;
    do {
      const input = { StreamArn: this.arn, ...(ExclusiveStartShardId && { ExclusiveStartShardId }) };
      const { StreamDescription } = await this.#call<Streams.DescribeStreamOutput>("DescribeStream", input);
      for (const { ShardId: id, ParentShardId: parentId } of StreamDescription?.Shards ?? [])
        if (id !== undefined) shards.push({ id, ...(parentId && { parentId }) });
      ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
    } while (ExclusiveStartShardId);
    return shards;
  }

  async iterator(ShardId: string, position: Position): Promise<string | undefined> {
    const input = {
      StreamArn: this.arn,
      ShardId,
      ShardIteratorType: position.type,
      ...(position.type === "AFTER_SEQUENCE_NUMBER" && { SequenceNumber: position.sequenceNumber }),
    };
    return (await this.#call<Streams.GetShardIteratorOutput>("GetShardIterator", input)).ShardIterator;
  }

  async read(_shardId: string, ShardIterator: string, limit: number) {
    const input = { ShardIterator, Limit: Math.min(limit, 1000) };
    const output = await this.#mapping.poll("GetRecords", () =>
      this.#call<Streams.GetRecordsOutput>("GetRecords", input),
    );
    const records = (output.Records ?? []).map((record) => this.#record(record));
    return { records, ...(output.NextShardIterator && { next: output.NextShardIterator }) };
  }

  #record(record: Streams.Record & { sentBy?: string }): StreamRecord {
    const { ApproximateCreationDateTime, SequenceNumber, ...rest } = record.dynamodb ?? {};
    const arrivedAtMs = ApproximateCreationDateTime?.getTime() ?? 0;
    const event = {
      eventID: record.eventID,
      eventName: record.eventName,
      eventVersion: record.eventVersion,
      eventSource: "aws:dynamodb",
      awsRegion: record.awsRegion,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(arrivedAtMs / 1000),
        ...(plain(rest) as object),
        SequenceNumber,
      },
      ...(record.userIdentity && {
        userIdentity: { type: record.userIdentity.Type, principalId: record.userIdentity.PrincipalId },
      }),
      eventSourceARN: this.arn,
    };
    return {
      sequenceNumber: SequenceNumber ?? "",
      arrivedAtMs,
      partitionKey: JSON.stringify(plain(record.dynamodb?.Keys ?? {})),
      event,
      filtered: event,
      ...(record.sentBy && { sentBy: record.sentBy }),
    };
  }

  #call<O>(operation: string, input: object): Promise<O> {
    const { account, region } = partsOf(this.arn);
    const { host } = this.#mapping;
    return host.call<O>("dynamodbstreams", operation, input, {
      account,
      region,
      as: this.#mapping.role(),
      origin: this.#mapping.origin,
    });
  }
}

/** Attribute values as JSON: bytes are Base64 text. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
