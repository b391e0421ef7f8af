import { stateOf, type Transition } from "../../aws/lifecycle.ts";
import { awsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { textSize } from "./item-text.ts";
import { backupLifecycle } from "./lifecycles.ts";
import { restore } from "./restore.ts";
import { beginIn } from "./table-creation.ts";
import type { TableRecord } from "./table-record.ts";

interface BackupRecord {
  readonly arn: string;
  readonly name: string;
  readonly createdMs: number;
  readonly bytes: number;
  readonly items: number;
  readonly transition?: Transition | undefined;
  /** The table as it was. */
  readonly table: TableRecord;
}

/** By ARN: the order of their making, within a table. */
const backups = defineCollection<BackupRecord>({ name: "backups" });
/** By backup and number: kept texts of items. */
const backupItems = defineCollection<string>({ name: "backup-items", codec: "text" });

const MOST_LISTED = 100;
const backupNotFound = awsError("BackupNotFoundException", 400, (arn: string) => `Backup not found: ${arn}`);
const backupInUse = awsError("BackupInUseException", 400, (arn: string) => `Backup is in use: ${arn}`);
const tableNotFound = awsError("TableNotFoundException", 400, (name: string) => `Table not found: ${name}`);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateBackup.html and its neighbours */
export const onDemandBackups = (database: Database): Handlers<DynamoDB.Operations> => ({
  CreateBackup(input, ctx) {
    const { region, name } = database.locate(input.TableName, ctx);
    const table = region.find(name);
    if (!table) throw tableNotFound(name);
    const nowMs = ctx.clock.now();
    const id = `${String(nowMs).padStart(14, "0")}-${ctx.random.hex(8)}`;
    const arn = `${table.record.arn}/backup/${id}`;
    const rows = region.store.collection(backupItems);
    let items = 0;
    let bytes = 0;
    for (const text of region.items.range({ prefix: [table.record.id] })) {
      rows.put([arn, items++], text);
      bytes += textSize(text);
    }
    const transition = beginIn(region, backupLifecycle, "CREATING", arn);
    const of = { createdMs: nowMs, bytes, items, table: table.record };
    const backup = { arn, name: input.BackupName, ...of, transition };
    region.store.collection(backups).put([arn], backup);
    return { BackupDetails: { ...details(backup, ctx), BackupStatus: "CREATING" } };
  },

  DescribeBackup(input, ctx) {
    const backup = ctx.store.collection(backups).get([input.BackupArn]);
    if (!backup) throw backupNotFound(input.BackupArn);
    return { BackupDescription: describeBackup(backup, ctx) };
  },

  DeleteBackup(input, ctx) {
    const all = ctx.store.collection(backups);
    const backup = all.get([input.BackupArn]);
    if (!backup) throw backupNotFound(input.BackupArn);
    checkAvailable(backup, ctx);
    all.delete([input.BackupArn]);
    ctx.store.collection(backupItems).clear({ prefix: [input.BackupArn] });
    const description = describeBackup(backup, ctx);
    const BackupDetails = { ...details(backup, ctx), BackupStatus: "DELETED" };
    return { BackupDescription: { ...description, BackupDetails } };
  },

  ListBackups(input, ctx) {
    const limit = input.Limit ?? MOST_LISTED;
    const name = input.TableName && database.locate(input.TableName, ctx).name;
    const start = input.ExclusiveStartBackupArn;
    const listed: BackupRecord[] = [];
    // SYSTEM and AWS_BACKUP backups are never made here.
    const wanted = ["USER", "ALL", undefined].includes(input.BackupType);
    for (const backup of ctx.store
      .collection(backups)
      .values(start === undefined ? {} : { after: [start] })) {
      if (!wanted || (name !== undefined && backup.table.name !== name)) continue;
      if (input.TimeRangeLowerBound && backup.createdMs < input.TimeRangeLowerBound.getTime()) continue;
      if (input.TimeRangeUpperBound && backup.createdMs >= input.TimeRangeUpperBound.getTime()) continue;
      if (listed.length === limit)
        return { BackupSummaries: summaries(listed, ctx), LastEvaluatedBackupArn: listed.at(-1)?.arn };
      listed.push(backup);
    }
    return { BackupSummaries: summaries(listed, ctx) };
  },

  RestoreTableFromBackup(input, ctx) {
    const backup = ctx.store.collection(backups).get([input.BackupArn]);
    if (!backup) throw backupNotFound(input.BackupArn);
    checkAvailable(backup, ctx);
    const texts = ctx.store.collection(backupItems).values({ prefix: [backup.arn] });
    const TableDescription = restore(database.region(ctx), backup.table, texts, input, {
      sourceTableArn: backup.table.arn,
      sourceBackupArn: backup.arn,
      atMs: backup.createdMs,
    });
    return { TableDescription };
  },
});

const statusOf = ({ transition }: BackupRecord, { host }: Context) =>
  stateOf(backupLifecycle, transition, "AVAILABLE", host);

function checkAvailable(backup: BackupRecord, ctx: Context): void {
  if (statusOf(backup, ctx) !== "AVAILABLE") throw backupInUse(backup.arn);
}

function details(backup: BackupRecord, ctx: Context): DynamoDB.BackupDetails {
  const { arn, name, createdMs, bytes } = backup;
  return {
    BackupArn: arn,
    BackupName: name,
    BackupSizeBytes: bytes,
    BackupStatus: statusOf(backup, ctx),
    BackupType: "USER",
    BackupCreationDateTime: new Date(createdMs),
  };
}

const summaries = (listed: readonly BackupRecord[], ctx: Context): DynamoDB.BackupSummary[] =>
  listed.map((backup) => {
    const { table } = backup;
    return { TableName: table.name, TableId: table.uuid, TableArn: table.arn, ...details(backup, ctx) };
  });

function describeBackup(backup: BackupRecord, ctx: Context): DynamoDB.BackupDescription {
  const { table } = backup;
  const { ReadCapacityUnits, WriteCapacityUnits } = table.throughput;
  return {
    BackupDetails: details(backup, ctx),
    SourceTableDetails: {
      TableName: table.name,
      TableId: table.uuid,
      TableArn: table.arn,
      TableSizeBytes: backup.bytes,
      KeySchema: table.keySchema,
      TableCreationDateTime: new Date(table.createdMs),
      ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
      ...(table.onDemand && { OnDemandThroughput: table.onDemand }),
      ItemCount: backup.items,
      BillingMode: table.billingMode,
    },
    SourceTableFeatureDetails: {
      ...(table.locals.length > 0 && {
        LocalSecondaryIndexes: table.locals.map(({ name, keySchema, projection }) => ({
          IndexName: name,
          KeySchema: keySchema,
          Projection: projection,
        })),
      }),
      ...(table.globals.length > 0 && {
        GlobalSecondaryIndexes: table.globals.map(({ name, keySchema, projection, throughput }) => ({
          IndexName: name,
          KeySchema: keySchema,
          Projection: projection,
          ProvisionedThroughput: {
            ReadCapacityUnits: throughput.ReadCapacityUnits,
            WriteCapacityUnits: throughput.WriteCapacityUnits,
          },
        })),
      }),
      ...(table.stream?.enabled && {
        StreamDescription: { StreamEnabled: true, StreamViewType: table.stream.viewType },
      }),
      ...(table.ttl?.enabled && {
        TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: table.ttl.attribute },
      }),
      ...(table.sse && { SSEDescription: table.sse }),
    },
  };
}
