import { createHash } from "node:crypto";
import { type JobRecord, Jobs, type Work } from "../../aws/jobs.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";
import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { behindLast } from "../../core/text.ts";
import { zlib } from "../../core/zlib.ts";
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

type ExportRecord = Omit<DynamoDB.ExportDescription, "StartTime" | "EndTime" | "ExportTime"> &
  JobRecord & {
    readonly ExportArn: string;
    readonly S3Bucket: string;
    readonly startMs: number;
    readonly endMs?: number;
    readonly exportMs: number;
  };
export type ExportJobs = Jobs<ExportRecord>;

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

export const exportJobs = (database: Database): ExportJobs => new Jobs(database.host, work(database));

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportTableToPointInTime.html and its neighbours */
export const tableExports = (jobs: ExportJobs, database: Database): Handlers<DynamoDB.Operations> => ({
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
    const ExportArn = `${table.record.arn}/export/${id}`;
    const record: ExportRecord = {
      ExportArn,
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
      transition: beginIn(region, exportLifecycle, "IN_PROGRESS", ExportArn),
      by: ctx.caller,
    };
    jobs.begin(ctx, [ExportArn], record, ctx.id);
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

/** Writes the items as they were then, and the manifests. */
const work = (database: Database): Work<ExportRecord> => ({
  collection: exportRecords,
  isUnderWay: ({ ExportStatus }) => ExportStatus === "IN_PROGRESS",

  async carryOut(record, { place, call }) {
    const region = database.region(place);
    const bucket = record.S3Bucket;
    const table = region.find(nameOf(record.ExportArn))?.record;
    if (!table || table.uuid !== record.TableId) throw new Error("The table has been deleted.");
    const id = behindLast("/", record.ExportArn);
    const folder = `${record.S3Prefix ? `${record.S3Prefix}/` : ""}AWSDynamoDB/${id}`;
    const texts = [...textsAt(region, table, record.exportMs)];
    const body = zlib().gzipSync(texts.map((text) => `{"Item":${itemJson(text)}}\n`).join(""));
    const key = `${folder}/data/${region.host.random.string(26, "abcdefghijklmnopqrstuvwxyz234567")}.json.gz`;
    const md5 = createHash("md5").update(body).digest();
    const manifest = `${folder}/manifest-summary.json`;
    await putObject(call, bucket, key, body);
    const file = {
      itemCount: texts.length,
      md5Checksum: md5.toString("base64"),
      etag: md5.toString("hex"),
      dataFileS3Key: key,
    };
    const files = `${folder}/manifest-files.json`;
    await putObject(call, bucket, files, Buffer.from(`${JSON.stringify(file)}\n`));
    const endMs = region.host.clock.now();
    const summary = {
      version: "2020-06-30",
      exportArn: record.ExportArn,
      startTime: new Date(record.startMs).toISOString(),
      endTime: new Date(endMs).toISOString(),
      tableArn: record.TableArn,
      tableId: record.TableId,
      exportTime: new Date(record.exportMs).toISOString(),
      s3Bucket: record.S3Bucket,
      s3Prefix: record.S3Prefix ?? null,
      s3SseAlgorithm: record.S3SseAlgorithm,
      manifestFilesS3Key: files,
      billedSizeBytes: texts.reduce((bytes, text) => bytes + textSize(text), 0),
      itemCount: texts.length,
      outputFormat: "DYNAMODB_JSON",
      exportType: "FULL_EXPORT",
    };
    await putObject(call, bucket, manifest, Buffer.from(JSON.stringify(summary)));
    return {
      ...record,
      ExportStatus: "COMPLETED",
      endMs,
      ExportManifest: manifest,
      ItemCount: texts.length,
      BilledSizeBytes: summary.billedSizeBytes,
    };
  },

  failed: (record, error) => ({
    ...record,
    ExportStatus: "FAILED",
    endMs: database.host.clock.now(),
    FailureCode: error instanceof AwsError ? error.code : "InternalServerError",
    FailureMessage: error.message,
  }),
});

/** The table's, in an export's ARN: `…:table/<name>/export/<id>`. */
const nameOf = (exportArn: string): string => exportArn.split("/")[1] ?? "";

function describe({
  startMs,
  endMs,
  exportMs,
  transition: _,
  by: __,
  ...rest
}: ExportRecord): DynamoDB.ExportDescription {
  return {
    ...rest,
    StartTime: new Date(startMs),
    ...(endMs !== undefined && { EndTime: new Date(endMs) }),
    ExportTime: new Date(exportMs),
  };
}

export { notServed };
