import { partsOf } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import type { Mapping } from "./event-source.ts";
import type { Position, Shard, Stream, StreamRecord } from "./stream.ts";

const RETENTION_MS = 24 * 3_600_000;

/** A Kinesis data stream as a source: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
export class KinesisStream implements Stream {
  readonly topic = "kinesis.stream";
  readonly batchName = "KinesisBatchInfo";
  readonly retentionMs = RETENTION_MS;
  readonly timeText = (epochMs: number) => new Date(epochMs).toISOString();
  readonly arn: string;
  readonly #streamName: string;
  readonly #mapping: Mapping;

  constructor(mapping: Mapping) {
    this.#mapping = mapping;
    this.arn = mapping.sourceArn;
    // A consumer's ARN goes on behind the stream's name.
    this.#streamName = partsOf(this.arn).resource.split("/")[1] ?? "";
  }

  async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const input = NextToken ? { NextToken } : { StreamName: this.#streamName };
      const output = await this.#call<Kinesis.ListShardsOutput>("ListShards", input);
      for (const { ShardId, ParentShardId, AdjacentParentShardId } of output.Shards ?? []) {
        shards.push({
          id: ShardId,
          ...(ParentShardId && { parentId: ParentShardId }),
          ...(AdjacentParentShardId && { adjacentParentId: AdjacentParentShardId }),
        });
      }
      NextToken = output.NextToken;
    } while (NextToken);
    return shards;
  }

  async iterator(ShardId: string, position: Position): Promise<string | undefined> {
    const input = {
      StreamName: this.#streamName,
      ShardId,
      ShardIteratorType: position.type,
      ...(position.type === "AFTER_SEQUENCE_NUMBER" && { StartingSequenceNumber: position.sequenceNumber }),
      ...(position.type === "AT_TIMESTAMP" && { Timestamp: new Date(position.atMs) }),
    };
    return (await this.#call<Kinesis.GetShardIteratorOutput>("GetShardIterator", input)).ShardIterator;
  }

  async read(shardId: string, ShardIterator: string, limit: number) {
    const input = { ShardIterator, Limit: Math.min(limit, 10_000) };
    const output = await this.#mapping.poll("GetRecords", () =>
      this.#call<Kinesis.GetRecordsOutput>("GetRecords", input),
    );
    const records = output.Records.map((record) => this.#record(shardId, record));
    return { records, ...(output.NextShardIterator && { next: output.NextShardIterator }) };
  }

  #record(shardId: string, record: Kinesis.Record & { sentBy?: string }): StreamRecord {
    const { region } = partsOf(this.arn);
    const arrivedAtMs = record.ApproximateArrivalTimestamp?.getTime() ?? 0;
    const kinesis = {
      kinesisSchemaVersion: "1.0",
      partitionKey: record.PartitionKey,
      sequenceNumber: record.SequenceNumber,
      data: Buffer.from(record.Data).toString("base64"),
      approximateArrivalTimestamp: arrivedAtMs / 1000,
    };
    return {
      sequenceNumber: record.SequenceNumber,
      arrivedAtMs,
      partitionKey: record.PartitionKey ?? "",
      event: {
        kinesis,
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `${shardId}:${record.SequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: this.#mapping.role(),
        awsRegion: region,
        eventSourceARN: this.arn,
      },
      filtered: { ...kinesis, data: dataOf(record.Data) },
      ...(record.sentBy && { sentBy: record.sentBy }),
    };
  }

  #call<O>(operation: string, input: object): Promise<O> {
    const { account, region } = partsOf(this.arn);
    const { host } = this.#mapping;
    return host.call<O>("kinesis", operation, input, {
      account,
      region,
      as: this.#mapping.role(),
      origin: this.#mapping.origin,
    });
  }
}

/** Filters look into JSON; other data is text to them. */
function dataOf(data: Uint8Array): unknown {
  const text = Buffer.from(data).toString();
  try {
    return readJson(text);
  } catch {
    return text;
  }
}
