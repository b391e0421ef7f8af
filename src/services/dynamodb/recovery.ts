import { awsError } from "../../core/aws-error.ts";
import type { Key } from "../../core/key.ts";
import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import type { Changed } from "./item-write.ts";
import type { Region } from "./region.ts";
import { restore } from "./restore.ts";
import type { TableRecord } from "./table-record.ts";

/** What items were before each change: [table, epoch ms, order]. */
const history = defineCollection<{ key: Key; was?: string }>({ name: "history" });
const DAY_MS = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS = 35;

const recoveryOff = awsError(
  "PointInTimeRecoveryUnavailableException",
  400,
  (name: string) => `Point in time recovery is not enabled for table '${name}'`,
);
const badRestoreTime = awsError(
  "InvalidRestoreTimeException",
  400,
  "The specified restore time is outside the range of EarliestRestorableDateTime and LatestRestorableDateTime",
);
const sourceNotFound = awsError("TableNotFoundException", 400, (name: string) => `Table not found: ${name}`);

/** Point-in-time recovery: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html */
export const recovery = (database: Database): Handlers<DynamoDB.Operations> => ({
  UpdateContinuousBackups(input, ctx) {
    const { region, name } = database.locate(input.TableName, ctx);
    const table = region.find(name);
    if (!table) throw sourceNotFound(name);
    const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days } =
      input.PointInTimeRecoverySpecification;
    const known = table.record.recovery;
    const record: TableRecord = {
      ...table.record,
      recovery: enabled
        ? { sinceMs: known?.sinceMs ?? ctx.clock.now(), days: days ?? known?.days ?? DEFAULT_DAYS }
        : undefined,
    };
    if (!enabled) region.store.collection(history).clear({ prefix: [record.id] });
    region.save(record);
    return { ContinuousBackupsDescription: describeRecovery(record, ctx.clock.now()) };
  },

  DescribeContinuousBackups(input, ctx) {
    const { region, name } = database.locate(input.TableName, ctx);
    const table = region.find(name);
    if (!table) throw sourceNotFound(name);
    return { ContinuousBackupsDescription: describeRecovery(table.record, ctx.clock.now()) };
  },

  RestoreTableToPointInTime(input, ctx) {
    const { region, name } = database.locate(input.SourceTableArn ?? input.SourceTableName ?? "", ctx);
    const table = region.find(name);
    if (!table) throw sourceNotFound(name);
    const { record } = table;
    if (!record.recovery) throw recoveryOff(name);
    const nowMs = ctx.clock.now();
    const atMs = input.UseLatestRestorableTime ? nowMs : input.RestoreDateTime?.getTime();
    if (atMs === undefined || atMs > nowMs || atMs < earliestMs(record.recovery, nowMs))
      throw badRestoreTime();
    const target = database.region(ctx);
    const TableDescription = restore(target, record, textsAt(region, record, atMs), input, {
      sourceTableArn: record.arn,
      atMs,
    });
    return { TableDescription };
  },
});

function earliestMs({ sinceMs, days }: NonNullable<TableRecord["recovery"]>, nowMs: number): number {
  return Math.max(Math.floor(sinceMs / 1000) * 1000, nowMs - days * DAY_MS);
}

function describeRecovery(
  { recovery: known }: TableRecord,
  nowMs: number,
): DynamoDB.ContinuousBackupsDescription {
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: known
      ? {
          PointInTimeRecoveryStatus: "ENABLED",
          RecoveryPeriodInDays: known.days,
          EarliestRestorableDateTime: new Date(earliestMs(known, nowMs)),
          LatestRestorableDateTime: new Date(nowMs),
        }
      : { PointInTimeRecoveryStatus: "DISABLED" },
  };
}

let order = 0;

/** Remembers what an item was, for tables with recovery; forgets what is too old. */
export function rememberPast(region: Region, { write, nowMs }: Changed): void {
  const { record } = write.table;
  if (!record.recovery) return;
  const rows = region.store.collection(history);
  rows.put([record.id, nowMs, order++], {
    key: write.key,
    ...(write.beforeText !== undefined && { was: write.beforeText }),
  });
  const tooOldMs = nowMs - record.recovery.days * DAY_MS;
  if (order % 1000 === 0) rows.clear({ prefix: [record.id], before: [record.id, tooOldMs] });
}

export function forgetPast(region: Region, { id }: TableRecord): void {
  region.store.collection(history).clear({ prefix: [id] });
}

/** Kept texts of a table's items as they were at a moment. */
export function* textsAt(region: Region, record: TableRecord, atMs: number): Iterable<string> {
  const pasts = new Map<string, string | undefined>();
  const changes = region.store
    .collection(history)
    .values({ prefix: [record.id], from: [record.id, atMs + 1] });
  for (const { key, was } of changes) {
    const id = key.join("\n");
    // The first change after the moment tells what was there then.
    if (!pasts.has(id)) pasts.set(id, was);
  }
  for (const { key, text } of region.items.entries({ prefix: [record.id] })) {
    if (!pasts.has(key.join("\n"))) yield text;
  }
  for (const was of pasts.values()) if (was !== undefined) yield was;
}
