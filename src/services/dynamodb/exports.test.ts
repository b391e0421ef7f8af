import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import {
  CreateTableCommand,
  DescribeExportCommand,
  DescribeImportCommand,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  PutItemCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb";
import { until } from "../../../test/until.ts";
import { fixture, tableInput } from "./fixture.test.ts";

/** As much of S3 as it takes: objects by path, listed by prefix. */
const objects = new Map<string, Buffer>();
const s3 = createServer(async (request, response) => {
  const url = new URL(request.url!, "http://s3");
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.method === "PUT") {
    objects.set(url.pathname, Buffer.concat(chunks));
    response.end();
  } else if (url.searchParams.has("list-type")) {
    const bucket = url.pathname.replace(/\/$/, "");
    const keys = [...objects.keys()].filter((path) =>
      path.startsWith(`${bucket}/${url.searchParams.get("prefix") ?? ""}`),
    );
    const contents = keys
      .map((path) => `<Contents><Key>${path.slice(bucket.length + 1)}</Key></Contents>`)
      .join("");
    response.end(`<?xml version="1.0"?><ListBucketResult>${contents}</ListBucketResult>`);
  } else {
    const body = objects.get(url.pathname);
    response.statusCode = body ? 200 : 404;
    response.end(body);
  }
});
await new Promise<void>((resolve) => s3.listen(0, "127.0.0.1", resolve));
after(() => s3.close());

const it = await fixture({
  upstreams: { s3: { url: `http://127.0.0.1:${(s3.address() as AddressInfo).port}` } },
});

/** Asks until it is no longer IN_PROGRESS. */
function settled<T extends { status?: string | undefined }>(ask: () => Promise<T>): Promise<T> {
  return until(ask, ({ status }) => status !== "IN_PROGRESS");
}

test("a table goes to S3 and comes back as another", async () => {
  const { TableDescription } = await it.client.send(
    new CreateTableCommand(tableInput("out", { hashOnly: true })),
  );
  await it.client.send(
    new UpdateContinuousBackupsCommand({
      TableName: "out",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
  const Items = ["a", "b"].map((p) => ({
    p: { S: p },
    raw: { B: new Uint8Array([1, 2]) },
    l: { L: [{ N: "1.5" }] },
  }));
  for (const Item of Items) await it.client.send(new PutItemCommand({ TableName: "out", Item }));
  const { ExportDescription } = await it.client.send(
    new ExportTableToPointInTimeCommand({
      TableArn: TableDescription!.TableArn,
      S3Bucket: "bucket",
      S3Prefix: "x",
    }),
  );
  const done = await settled(async () => {
    const { ExportDescription: now } = await it.client.send(
      new DescribeExportCommand({ ExportArn: ExportDescription!.ExportArn }),
    );
    return { status: now!.ExportStatus, now };
  });
  assert.equal(done.status, "COMPLETED", done.now!.FailureMessage);
  assert.equal(done.now!.ItemCount, 2);
  const folder = done.now!.ExportManifest!.replace("manifest-summary.json", "data/");
  const { ImportTableDescription } = await it.client.send(
    new ImportTableCommand({
      S3BucketSource: { S3Bucket: "bucket", S3KeyPrefix: folder },
      InputFormat: "DYNAMODB_JSON",
      InputCompressionType: "GZIP",
      TableCreationParameters: {
        TableName: "incoming",
        AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    }),
  );
  const back = await settled(async () => {
    const { ImportTableDescription: now } = await it.client.send(
      new DescribeImportCommand({ ImportArn: ImportTableDescription!.ImportArn }),
    );
    return { status: now!.ImportStatus, now };
  });
  assert.equal(back.status, "COMPLETED", back.now!.FailureMessage);
  assert.deepEqual([back.now!.ImportedItemCount, back.now!.ErrorCount], [2, 0]);
  const found = (await it.client.send(new ScanCommand({ TableName: "incoming" }))).Items!;
  assert.deepEqual(
    found.sort((a, b) => (a["p"]!.S! < b["p"]!.S! ? -1 : 1)),
    Items,
  );
});

test("CSV becomes items of strings, with keys of their own type", async () => {
  objects.set("/bucket/csv/books.csv", Buffer.from('id,title\n1,"One, or two"\n2,Three\nx,Not a number\n'));
  const { ImportTableDescription } = await it.client.send(
    new ImportTableCommand({
      S3BucketSource: { S3Bucket: "bucket", S3KeyPrefix: "csv/" },
      InputFormat: "CSV",
      TableCreationParameters: {
        TableName: "books",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "N" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      },
    }),
  );
  const { now } = await settled(async () => {
    const { ImportTableDescription: now } = await it.client.send(
      new DescribeImportCommand({ ImportArn: ImportTableDescription!.ImportArn }),
    );
    return { status: now!.ImportStatus, now };
  });
  assert.deepEqual([now!.ImportStatus, now!.ImportedItemCount, now!.ErrorCount], ["COMPLETED", 2, 1]);
  const { Items } = await it.client.send(new ScanCommand({ TableName: "books" }));
  assert.ok(Items!.some(({ id, title }) => id!.N === "1" && title!.S === "One, or two"));
});
