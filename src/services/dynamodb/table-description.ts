import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Region } from "./region.ts";
import { stateOfReplica } from "./replicas.ts";
import type { GlobalIndexRecord, IndexRecord, TableRecord, Throughput } from "./table-record.ts";

const ON_DEMAND_READS = 12_000;
const ON_DEMAND_WRITES = 4_000;

/**
 * What CreateTable answers: the capacity that is kept warm only where it was asked for, and no date of on-demand billing.
 * Recorded in LocalStack's `test_table_warm_throughput` and `test_dynamodb_stream_stream_view_type`.
 */
export function describeCreation(region: Region, record: TableRecord): DynamoDB.TableDescription {
  const { WarmThroughput, BillingModeSummary, GlobalSecondaryIndexes, ...rest } = describeTable(
    region,
    record,
    "CREATING",
  );
  return {
    ...rest,
    ...(BillingModeSummary && { BillingModeSummary: { BillingMode: record.billingMode } }),
    ...(record.warm && { WarmThroughput }),
    ...(GlobalSecondaryIndexes && {
      GlobalSecondaryIndexes: GlobalSecondaryIndexes.map((index, at) =>
        record.globals[at]?.warm ? index : withoutWarmth(index),
      ),
    }),
  };
}

/** What DeleteTable answers: what is left to say of a table that goes. */
export function describeDeletion(region: Region, record: TableRecord): DynamoDB.TableDescription {
  const {
    AttributeDefinitions: _attributes,
    KeySchema: _schema,
    CreationDateTime: _created,
    LocalSecondaryIndexes: _locals,
    GlobalSecondaryIndexes: _globals,
    WarmThroughput: _warmth,
    ...rest
  } = describeTable(region, record, "DELETING");
  return rest;
}

/**
 * What UpdateTable answers: the throughput that the table still has, what of it is warm, too. Recorded in November 2025 (LocalStack's
 * `test_dynamodb_event_source_mapping_with_on_failure_destination_config`).
 */
export function describeUpdate(
  region: Region,
  record: TableRecord,
  { isWarming }: { readonly isWarming: boolean },
): DynamoDB.TableDescription {
  const { GlobalSecondaryIndexes, WarmThroughput, ...rest } = describeTable(region, record, "UPDATING");
  return {
    ...rest,
    WarmThroughput: { ...WarmThroughput, Status: isWarming ? "UPDATING" : "ACTIVE" },
    ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(withoutWarmth) }),
  };
}

function withoutWarmth<T extends { readonly WarmThroughput?: unknown }>({ WarmThroughput: _, ...rest }: T) {
  return rest;
}

/** What DescribeTable and its like say of a table. `status` is for operations that say what they have just begun. */
export function describeTable(
  region: Region,
  record: TableRecord,
  status: string = record.settling?.status ?? "ACTIVE",
): DynamoDB.TableDescription {
  const tally = region.tally(region.items, record.id);
  const { locals, globals, stream } = record;
  return {
    AttributeDefinitions: record.attributes,
    TableName: record.name,
    KeySchema: record.keySchema,
    TableStatus: status,
    CreationDateTime: new Date(record.createdMs),
    ProvisionedThroughput: describeThroughput(inForce(record, status)),
    TableSizeBytes: tally.bytes,
    ItemCount: tally.rows,
    TableArn: record.arn,
    TableId: record.uuid,
    ...(record.payPerRequestSinceMs !== undefined && {
      BillingModeSummary: {
        BillingMode: record.billingMode,
        LastUpdateToPayPerRequestDateTime: new Date(record.payPerRequestSinceMs),
      },
    }),
    ...(locals.length > 0 && {
      LocalSecondaryIndexes: locals.map((index) => describeIndex(region, record, index)),
    }),
    ...(globals.length > 0 && {
      GlobalSecondaryIndexes: globals.map((index) => describeGlobalIndex(region, record, index, status)),
    }),
    ...(stream?.enabled && {
      StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
    }),
    ...(stream && { LatestStreamLabel: stream.label, LatestStreamArn: stream.arn }),
    ...(record.replicas && {
      GlobalTableVersion: "2019.11.21",
      ...(record.globalSettings?.consistency && {
        MultiRegionConsistency: record.globalSettings.consistency,
      }),
      Replicas: record.replicas.map((replica) => ({
        RegionName: replica.region,
        ReplicaStatus: stateOfReplica(region, replica),
        ...(replica.settling?.failure !== undefined && {
          ReplicaStatusDescription: replica.settling.failure,
        }),
        ...(replica.kmsKey && { KMSMasterKeyId: replica.kmsKey }),
        ...(replica.tableClass && { ReplicaTableClassSummary: { TableClass: replica.tableClass } }),
      })),
    }),
    ...(record.restored && {
      RestoreSummary: {
        SourceTableArn: record.restored.sourceTableArn,
        SourceBackupArn: record.restored.sourceBackupArn,
        RestoreDateTime: new Date(record.restored.atMs),
        RestoreInProgress: status === "CREATING",
      },
    }),
    ...(record.sse && { SSEDescription: record.sse }),
    ...(record.tableClass && {
      TableClassSummary: {
        TableClass: record.tableClass,
        ...(record.tableClassChangedMs && { LastUpdateDateTime: new Date(record.tableClassChangedMs) }),
      },
    }),
    DeletionProtectionEnabled: record.deletionProtection,
    ...(record.onDemand && { OnDemandThroughput: record.onDemand }),
    WarmThroughput: {
      ...warmThroughput(record.billingMode, record.throughput, record.warm),
      Status: status === "ACTIVE" ? "ACTIVE" : "UPDATING",
    },
  };
}

function warmThroughput(
  billingMode: string,
  throughput: Throughput,
  warm: DynamoDB.WarmThroughput | undefined,
): DynamoDB.WarmThroughput {
  const onDemand = billingMode === "PAY_PER_REQUEST";
  return {
    ReadUnitsPerSecond:
      warm?.ReadUnitsPerSecond ?? (onDemand ? ON_DEMAND_READS : throughput.ReadCapacityUnits),
    WriteUnitsPerSecond:
      warm?.WriteUnitsPerSecond ?? (onDemand ? ON_DEMAND_WRITES : throughput.WriteCapacityUnits),
  };
}

/** While a table is UPDATING it has the throughput from before. */
function inForce(
  { throughput, wasThroughput }: Pick<TableRecord, "throughput" | "wasThroughput">,
  status: string,
): Throughput {
  return status === "UPDATING" ? (wasThroughput ?? throughput) : throughput;
}

function describeThroughput(throughput: Throughput): DynamoDB.ProvisionedThroughputDescription {
  return {
    ...(throughput.lastIncreaseMs !== undefined && {
      LastIncreaseDateTime: new Date(throughput.lastIncreaseMs),
    }),
    ...(throughput.lastDecreaseMs !== undefined && {
      LastDecreaseDateTime: new Date(throughput.lastDecreaseMs),
    }),
    NumberOfDecreasesToday: throughput.decreasesToday ?? 0,
    ReadCapacityUnits: throughput.ReadCapacityUnits,
    WriteCapacityUnits: throughput.WriteCapacityUnits,
  };
}

function describeIndex(region: Region, record: TableRecord, index: IndexRecord) {
  const tally = region.tally(region.indexRows, index.id);
  return {
    IndexName: index.name,
    KeySchema: index.keySchema,
    Projection: index.projection,
    IndexSizeBytes: tally.bytes,
    ItemCount: tally.rows,
    IndexArn: `${record.arn}/index/${index.name}`,
  };
}

function describeGlobalIndex(
  region: Region,
  record: TableRecord,
  index: GlobalIndexRecord,
  tableStatus: string,
): DynamoDB.GlobalSecondaryIndexDescription {
  const status = index.settling?.status ?? (tableStatus === "CREATING" ? "CREATING" : "ACTIVE");
  return {
    ...describeIndex(region, record, index),
    IndexStatus: status,
    ...(index.settling?.status === "CREATING" && { Backfilling: true }),
    ProvisionedThroughput: describeThroughput(inForce(index, tableStatus)),
    ...(index.onDemand && { OnDemandThroughput: index.onDemand }),
    WarmThroughput: {
      ...warmThroughput(record.billingMode, index.throughput, index.warm),
      Status: status === "ACTIVE" ? "ACTIVE" : "UPDATING",
    },
  };
}
