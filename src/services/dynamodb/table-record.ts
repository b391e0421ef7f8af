import type { Transition } from "../../aws/lifecycle.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";

/** A status that settles by itself: what the table (or index) is until then. */
export type Settling = Transition<"CREATING" | "UPDATING" | "DELETING">;

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
  /** Epoch milliseconds. */
  lastIncreaseMs?: number;
  lastDecreaseMs?: number;
  decreasesToday?: number;
}

export interface IndexRecord {
  /** Short and unique: the first part of the keys of its rows. */
  readonly id: string;
  readonly name: string;
  readonly keySchema: DynamoDB.KeySchema;
  readonly projection: DynamoDB.Projection;
}

export interface GlobalIndexRecord extends IndexRecord {
  throughput: Throughput;
  /** From before the last UpdateTable, when that changed it: in force while the table is UPDATING. */
  wasThroughput?: Throughput;
  onDemand?: DynamoDB.OnDemandThroughput;
  warm?: DynamoDB.WarmThroughput;
  settling?: Settling;
}

export interface StreamRecordOfTable {
  readonly arn: string;
  readonly label: string;
  readonly viewType: string;
  readonly enabled: boolean;
}

export interface TimeToLive {
  readonly attribute: string;
  readonly enabled: boolean;
  readonly changedMs: number;
  readonly transition?: Transition<"ENABLING" | "DISABLING"> | undefined;
}

/** What a table knows of its other in another region. */
export interface Replica {
  readonly region: string;
  readonly sinceMs: number;
  readonly settling?: Settling | undefined;
  readonly tableClass?: string | undefined;
  readonly kmsKey?: string | undefined;
}

/** All that is known of a table but its items: one JSON value in the store. */
export interface TableRecord {
  readonly name: string;
  /** TableId. */
  readonly uuid: string;
  /** Short and unique: the first part of the keys of its items. */
  readonly id: string;
  readonly arn: string;
  readonly createdMs: number;
  attributes: DynamoDB.AttributeDefinitions;
  readonly keySchema: DynamoDB.KeySchema;
  billingMode: "PROVISIONED" | "PAY_PER_REQUEST";
  /** When it last went to PAY_PER_REQUEST. */
  payPerRequestSinceMs?: number;
  throughput: Throughput;
  /** From before the last UpdateTable, when that changed it: in force while the table is UPDATING. */
  wasThroughput?: Throughput;
  onDemand?: DynamoDB.OnDemandThroughput;
  warm?: DynamoDB.WarmThroughput;
  locals: IndexRecord[];
  globals: GlobalIndexRecord[];
  /** The latest stream, also when it is off. */
  stream?: StreamRecordOfTable;
  tableClass?: string;
  tableClassChangedMs?: number;
  deletionProtection: boolean;
  sse?: DynamoDB.SSEDescription;
  tags: Record<string, string>;
  ttl?: TimeToLive;
  /** Policies of the table and of its streams, by ARN. */
  policies?: Record<string, { text: string; revision: string }>;
  recovery?: { sinceMs: number; days: number };
  restored?: { sourceTableArn: string; sourceBackupArn?: string; atMs: number };
  /** Regions of the global table's other replicas. */
  replicas?: Replica[];
  globalSettings?: { consistency?: string };
  insights?: Record<
    string,
    { status: string; changedMs: number; mode?: string; transition?: Transition | undefined }
  >;
  kinesis?: {
    streamArn: string;
    status: string;
    precision?: string;
    transition?: Transition | undefined;
  }[];
  autoScaling?: Record<string, unknown>;
  settling?: Settling;
}
