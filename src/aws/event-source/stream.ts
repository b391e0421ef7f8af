import type { Mapping } from "./event-source.ts";

/** How a stream is read: what only DynamoDB streams and Kinesis have. */
export interface StreamSettings {
  /** `LATEST`, `TRIM_HORIZON` or `AT_TIMESTAMP`. */
  readonly startingPosition: string;
  /** Epoch milliseconds. */
  readonly startingPositionTimestampMs?: number;
  readonly parallelizationFactor: number;
  readonly maximumRecordAgeInSeconds: number;
  readonly bisectBatchOnFunctionError: boolean;
  readonly maximumRetryAttempts: number;
  readonly tumblingWindowInSeconds: number;
}

/** A record of a stream, ready for an event. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** Epoch milliseconds. */
  readonly arrivedAtMs: number;
  /** Records with the same one keep their order. */
  readonly partitionKey: string;
  /** As it stands in the event. */
  readonly event: object;
  /** As filters see it; undefined when its data is no JSON and filters want some. */
  readonly filtered: object;
  /** The call that wrote it, when it is known. */
  readonly sentBy?: string;
}

export interface Shard {
  readonly id: string;
  readonly parentId?: string;
  /** The other parent of a shard that was merged from two. */
  readonly adjacentParentId?: string;
}

/** Where in a shard to begin. */
export type Position =
  | { readonly type: "TRIM_HORIZON" | "LATEST" }
  | { readonly type: "AT_TIMESTAMP"; readonly atMs: number }
  | { readonly type: "AFTER_SEQUENCE_NUMBER"; readonly sequenceNumber: string };

/** What DynamoDB streams and Kinesis have in common. Every method rejects with an AwsError. */
export interface Stream {
  readonly topic: "dynamodb.stream" | "kinesis.stream";
  readonly arn: string;
  /** How long records stay, in milliseconds. */
  readonly retentionMs: number;
  /** The name of the batch in a failure record. */
  readonly batchName: "DDBStreamBatchInfo" | "KinesisBatchInfo";
  /** When a record came, as a failure record has it: whole seconds for DynamoDB, milliseconds for Kinesis. */
  timeText(epochMs: number): string;
  shards(): Promise<Shard[]>;
  iterator(shardId: string, position: Position): Promise<string | undefined>;
  /** `next` is undefined at the end of a closed shard. */
  read(shardId: string, iterator: string, limit: number): Promise<{ records: StreamRecord[]; next?: string }>;
}

/** A mapping of a stream. */
export interface StreamMapping extends Mapping {
  readonly stream: Stream;
  readonly settings: StreamSettings;
}
