import { promisify } from "node:util";
import type { ZlibOptions, ZstdOptions } from "node:zlib";
import { type JobRecord, Jobs, type Work } from "../../aws/jobs.ts";
import { AwsError, awsError } from "../../core/aws-error.ts";
import { named } from "../../core/named.ts";
import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { zlib } from "../../core/zlib.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { admitItem, type Item } from "./attribute-value.ts";
import { getObject, listObjects } from "./bucket-objects.ts";
import type { Database } from "./database.ts";
import { invalid, tableExists } from "./errors.ts";
import { notServed } from "./exports.ts";
import { itemFromJson } from "./item-text.ts";
import { ItemWrite } from "./item-write.ts";
import { importLifecycle } from "./lifecycles.ts";
import { listPage } from "./list-page.ts";
import type { Table } from "./table.ts";
import { beginIn, createTable } from "./table-creation.ts";
import { checkTableSchema } from "./table-schema.ts";

type ImportRecord = Omit<DynamoDB.ImportTableDescription, "StartTime" | "EndTime"> &
  JobRecord & {
    readonly ImportArn: string;
    readonly TableArn: string;
    readonly S3BucketSource: DynamoDB.S3BucketSource;
    readonly InputCompressionType: string;
    readonly startMs: number;
    readonly endMs?: number;
  };
export type ImportJobs = Jobs<ImportRecord>;

const importRecords = defineCollection<ImportRecord>({ name: "imports" });
const importNotFound = awsError("ImportNotFoundException", 400, (arn: string) => `Import not found: ${arn}`);

export const importJobs = (database: Database): ImportJobs => new Jobs(database.host, work(database));

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html and its neighbours */
export const tableImports = (jobs: ImportJobs, database: Database): Handlers<DynamoDB.Operations> => ({
  ImportTable(input, ctx) {
    const { TableCreationParameters: schema } = input;
    if (input.InputFormat === "ION") throw invalid("The input format ION is not supported");
    checkTableSchema(schema);
    if (!ctx.host.serves("s3")) throw notServed();
    const region = database.region(ctx);
    if (region.find(schema.TableName)) throw tableExists(schema.TableName);
    const table = createTable(region, {
      name: schema.TableName,
      attributes: schema.AttributeDefinitions,
      keySchema: schema.KeySchema,
      globals: schema.GlobalSecondaryIndexes,
      billingMode: schema.BillingMode,
      throughput: schema.ProvisionedThroughput,
      onDemand: schema.OnDemandThroughput,
      sse: schema.SSESpecification,
    });
    const nowMs = ctx.clock.now();
    const ImportArn = `${table.arn}/import/${String(nowMs).padStart(14, "0")}-${ctx.random.hex(8)}`;
    const record: ImportRecord = {
      ImportArn,
      ImportStatus: "IN_PROGRESS",
      TableArn: table.arn,
      TableId: table.uuid,
      ClientToken: input.ClientToken,
      S3BucketSource: input.S3BucketSource,
      InputFormat: input.InputFormat,
      InputFormatOptions: input.InputFormatOptions,
      InputCompressionType: input.InputCompressionType ?? "NONE",
      TableCreationParameters: schema,
      startMs: nowMs,
      transition: beginIn(region, importLifecycle, "IN_PROGRESS", ImportArn),
      by: ctx.caller,
    };
    jobs.begin(ctx, [ImportArn], record, ctx.id);
    return { ImportTableDescription: describe(record) };
  },

  DescribeImport(input, ctx) {
    const record = ctx.store.collection(importRecords).get([input.ImportArn]);
    if (!record) throw importNotFound(input.ImportArn);
    return { ImportTableDescription: describe(record) };
  },

  ListImports(input, ctx) {
    const all = [...ctx.store.collection(importRecords).values()].filter(
      ({ TableArn }) => input.TableArn === undefined || TableArn === input.TableArn,
    );
    const { items, nextToken } = listPage(all, input, input.PageSize ?? 25, ({ ImportArn }) => [ImportArn], {
      hex: true,
    });
    const ImportSummaryList = items.map((record) => {
      const { ImportArn, ImportStatus, TableArn, S3BucketSource, InputFormat, StartTime, EndTime } =
        describe(record);
      return { ImportArn, ImportStatus, TableArn, S3BucketSource, InputFormat, StartTime, EndTime };
    });
    return { ImportSummaryList, ...(nextToken && { NextToken: nextToken }) };
  },
});

/** Reads all objects and puts their items. */
const work = (database: Database): Work<ImportRecord> => ({
  collection: importRecords,
  isUnderWay: ({ ImportStatus }) => ImportStatus === "IN_PROGRESS",

  async carryOut(record, { place, call, isWanted }) {
    const { S3Bucket: bucket, S3KeyPrefix: prefix } = record.S3BucketSource;
    const counts = { ProcessedItemCount: 0, ImportedItemCount: 0, ErrorCount: 0, ProcessedSizeBytes: 0 };
    for (const key of await listObjects(call, bucket, prefix)) {
      const raw = await getObject(call, bucket, key);
      const text = (await decompressed(raw, record.InputCompressionType)).toString("utf8");
      if (!isWanted()) return record;
      counts.ProcessedSizeBytes += raw.length;
      const { region, table } = database.table(record.TableArn, place);
      for (const item of itemsIn(text, record, table)) {
        counts.ProcessedItemCount++;
        try {
          if (!item) throw invalid("The item cannot be read");
          const { normal, size } = admitItem(item);
          table.checkItem(normal);
          new ItemWrite(region, table, normal).commit(normal, size);
          counts.ImportedItemCount++;
        } catch (error) {
          if (!(error instanceof AwsError)) throw error;
          counts.ErrorCount++;
        }
      }
    }
    return { ...record, ...counts, ImportStatus: "COMPLETED", endMs: database.host.clock.now() };
  },

  failed: (record, error) => ({
    ...record,
    ImportStatus: "FAILED",
    endMs: database.host.clock.now(),
    FailureCode: error instanceof AwsError ? error.code : "InternalServerError",
    FailureMessage: error.message,
  }),
});

/** Of one object: what unpacks without end is an error here. */
const LARGEST = { maxOutputLength: 256 * 1024 * 1024 };

async function decompressed(raw: Buffer, type: string): Promise<Buffer> {
  if (type === "GZIP") return promisify<Buffer, ZlibOptions, Buffer>(zlib().gunzip)(raw, LARGEST);
  if (type === "ZSTD") return promisify<Buffer, ZstdOptions, Buffer>(zlib().zstdDecompress)(raw, LARGEST);
  return raw;
}

function* itemsIn(text: string, record: ImportRecord, table: Table): Iterable<Item | undefined> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (record.InputFormat === "DYNAMODB_JSON") {
    for (const line of lines) yield jsonItem(line);
    return;
  }
  const { Delimiter: delimiter = ",", HeaderList: given } = record.InputFormatOptions?.Csv ?? {};
  const header = given ?? fieldsOf(lines.shift() ?? "", delimiter);
  for (const line of lines) yield csvItem(header, fieldsOf(line, delimiter), table);
}

function jsonItem(line: string): Item | undefined {
  try {
    return itemFromJson((readJson(line) as { Item: object }).Item);
  } catch {
    return undefined;
  }
}

/** CSV knows strings only, but for the key attributes, which have their own types. */
function csvItem(header: readonly string[], fields: readonly string[], table: Table): Item {
  const item: Item = named();
  const types = new Map(
    table.record.attributes.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  header.forEach((name, at) => {
    const field = fields[at];
    if (field === undefined || field === "") return;
    const type = types.get(name) ?? "S";
    item[name] =
      type === "N" ? { N: field } : type === "B" ? { B: Buffer.from(field, "base64") } : { S: field };
  });
  return item;
}

/** One line's fields; those in double quotes may hold the delimiter. */
function fieldsOf(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let text = "";
      for (at++; at < line.length; at++) {
        if (line[at] !== '"') text += line[at];
        else if (line[at + 1] === '"') text += line[at++];
        else break;
      }
      fields.push(text);
      at = line.indexOf(delimiter, at);
    } else {
      const end = line.indexOf(delimiter, at);
      fields.push(line.slice(at, end < 0 ? undefined : end));
      at = end;
    }
    if (at < 0) return fields;
    at += delimiter.length;
  }
}

function describe({
  startMs,
  endMs,
  transition: _,
  by: __,
  ...rest
}: ImportRecord): DynamoDB.ImportTableDescription {
  return {
    ...rest,
    StartTime: new Date(startMs),
    ...(endMs !== undefined && { EndTime: new Date(endMs) }),
  };
}
