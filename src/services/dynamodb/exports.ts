import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type Transition, whenOver } from "../../aws/lifecycle.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { putObject } from "./bucket-objects.ts";
import type { Database } from "./database.ts";
import { invalid } from "./errors.ts";
import { itemJson } from "./item-json.ts";
import { textSize } from "./item-text.ts";
import { exportLifecycle } from "./lifecycles.ts";
import { listPage } from "./list-page.ts";
import { textsAt } from "./recovery.ts";
import { beginIn } from "./table-creation.ts";
import type { TableRecord } from "./table-record.ts";

type ExportRecord = Omit<DynamoDB.ExportDescription, "StartTime" | "EndTime" | "ExportTime"> & {
  readonly ExportArn: string;
  readonly startMs: number;
  endMs?: number;
  readonly exportMs: number;
};

const exportRecords = defineCollection<ExportRecord>({ name: "exports" });
const exportNotFound = awsError("ExportNotFoundException", 400, (arn: string) => `Export not found: ${arn}`);
const recoveryOff = awsError(
  "PointInTimeRecoveryUnavailableException",
  400,
  (name: string) => `Point in time recovery is not enabled for table '${name}'`,
);
const notServed = () =>
  new AwsError(
    "NotImplemented",
    "No S3 is served here: start with an upstream for s3 to export and import.",
    {
      status: 501,
    },
  );

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html and its neighbours */
export const tableExports = (database: Database, stopped: AbortSignal): Handlers<DynamoDB.Operations> => ({
  ExportTableToPointInTime(input, ctx) {
    const { region, name } = database.locate(input.TableArn, ctx);
    const table = region.find(name);
    if (!table) throw awsError("TableNotFoundException", 400, `Table not found: ${name}`)();
    if (!table.record.recovery) throw recoveryOff(name);
    if (input.ExportType === "INCREMENTAL_EXPORT" || input.ExportFormat === "ION")
      throw invalid("Only FULL_EXPORT in the format DYNAMODB_JSON is supported");
    if (!ctx.host.serves("s3")) throw notServed();
    const nowMs = ctx.clock.now();
    const id = `${String(nowMs).padStart(14, "0")}-${ctx.random.hex(8)}`;
    const record: ExportRecord = {
      ExportArn: `${table.record.arn}/export/${id}`,
      ExportStatus: "IN_PROGRESS",
      startMs: nowMs,
      exportMs: input.ExportTime?.getTime() ?? nowMs,
      TableArn: table.record.arn,
      TableId: table.record.uuid,
      ClientToken: input.ClientToken,
      S3Bucket: input.S3Bucket,
      S3Prefix: input.S3Prefix,
      S3SseAlgorithm: input.S3SseAlgorithm ?? "AES256",
      ExportFormat: "DYNAMODB_JSON",
      ExportType: "FULL_EXPORT",
    };
    ctx.store.collection(exportRecords).put([record.ExportArn], record);
    const texts = [...textsAt(region, table.record, record.exportMs)];
    const transition = beginIn(region, exportLifecycle, "IN_PROGRESS", record.ExportArn);
    void carryOut(record, texts, table.record, id, ctx, { transition, stopped });
    return { ExportDescription: describe(record) };
  },

  DescribeExport(input, ctx) {
    const record = ctx.store.collection(exportRecords).get([input.ExportArn]);
    if (!record) throw exportNotFound(input.ExportArn);
    return { ExportDescription: describe(record) };
  },

  ListExports(input, ctx) {
    const all = [...ctx.store.collection(exportRecords).values()].filter(
      ({ TableArn }) => input.TableArn === undefined || TableArn === input.TableArn,
    );
    const { items, nextToken } = listPage(all, input, input.MaxResults ?? 25, ({ ExportArn }) => [ExportArn]);
    return {
      ExportSummaries: items.map(({ ExportArn, ExportStatus, ExportType }) => ({
        ExportArn,
        ExportStatus,
        ExportType,
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
});

interface UnderWay {
  readonly transition: Transition | undefined;
  readonly stopped: AbortSignal;
}

/** Writes the items and the manifests; how it ended is in the record. */
async function carryOut(
  record: ExportRecord,
  texts: readonly string[],
  table: TableRecord,
  id: string,
  ctx: Context,
  { transition, stopped }: UnderWay,
): Promise<void> {
  const folder = `${record.S3Prefix ? `${record.S3Prefix}/` : ""}AWSDynamoDB/${id}`;
  const end = (change: Partial<ExportRecord>) => {
    if (!stopped.aborted)
      ctx.store.collection(exportRecords).put([record.ExportArn], { ...record, ...change });
  };
  try {
    const failure = await whenOver(transition, ctx.host, stopped);
    if (failure !== undefined) throw new Error(failure);
    const lines = texts.map((text) => `{"Item":${itemJson(text)}}\n`).join("");
    const body = gzipSync(lines);
    const key = `${folder}/data/${ctx.random.string(26, "abcdefghijklmnopqrstuvwxyz234567")}.json.gz`;
    const md5 = createHash("md5").update(body).digest();
    const manifest = `${folder}/manifest-summary.json`;
    await putObject(ctx, sure(record.S3Bucket), key, body);
    const file = {
      itemCount: texts.length,
      md5Checksum: md5.toString("base64"),
      etag: md5.toString("hex"),
      dataFileS3Key: key,
    };
    await putObject(
      ctx,
      sure(record.S3Bucket),
      `${folder}/manifest-files.json`,
      Buffer.from(`${JSON.stringify(file)}\n`),
    );
    const endMs = ctx.clock.now();
    const summary = {
      version: "2020-06-30",
      exportArn: record.ExportArn,
      startTime: new Date(record.startMs).toISOString(),
      endTime: new Date(endMs).toISOString(),
      tableArn: table.arn,
      tableId: table.uuid,
      exportTime: new Date(record.exportMs).toISOString(),
      s3Bucket: record.S3Bucket,
      s3Prefix: record.S3Prefix ?? null,
      s3SseAlgorithm: record.S3SseAlgorithm,
      manifestFilesS3Key: `${folder}/manifest-files.json`,
      billedSizeBytes: texts.reduce((bytes, text) => bytes + textSize(text), 0),
      itemCount: texts.length,
      outputFormat: "DYNAMODB_JSON",
      exportType: "FULL_EXPORT",
    };
    await putObject(ctx, sure(record.S3Bucket), manifest, Buffer.from(JSON.stringify(summary)));
    end({
      ExportStatus: "COMPLETED",
      endMs,
      ExportManifest: manifest,
      ItemCount: texts.length,
      BilledSizeBytes: summary.billedSizeBytes,
    });
  } catch (error) {
    end({
      ExportStatus: "FAILED",
      endMs: ctx.clock.now(),
      FailureCode: error instanceof AwsError ? error.code : "InternalServerError",
      FailureMessage: (error as Error).message,
    });
  }
}

function describe({ startMs, endMs, exportMs, ...rest }: ExportRecord): DynamoDB.ExportDescription {
  return {
    ...rest,
    StartTime: new Date(startMs),
    ...(endMs !== undefined && { EndTime: new Date(endMs) }),
    ExportTime: new Date(exportMs),
  };
}

export { notServed };
