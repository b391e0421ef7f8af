import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cloud } from "../../src/index.ts";
import { inconsistencies } from "../consistency.ts";
import { failingCloud } from "../failing-cloud.ts";
import { FailingWrites } from "../failing-writes.ts";

interface JobCase {
  readonly service: string;
  readonly operation: string;
  input(place: string): object;
  /** How it stands, of what the operation has answered. */
  state(cloud: Cloud, answer: never): Promise<unknown>;
}

const table = (TableName: string) => ({
  TableName,
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  BillingMode: "PAY_PER_REQUEST",
});
const Bucket = "bucket-of-jobs";

/** Work behind an answer. */
const JOBS: readonly JobCase[] = [
  {
    service: "dynamodb",
    operation: "ExportTableToPointInTime",
    input: () => ({ TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/Table", S3Bucket: Bucket }),
    async state(cloud, { ExportDescription: { ExportArn } }: { ExportDescription: { ExportArn: string } }) {
      const { ExportDescription } = await cloud.call<{ ExportDescription: { ExportStatus: string } }>(
        "dynamodb",
        "DescribeExport",
        { ExportArn },
      );
      return ExportDescription.ExportStatus;
    },
  },
  {
    service: "dynamodb",
    operation: "ImportTable",
    input: (place) => ({
      S3BucketSource: { S3Bucket: Bucket, S3KeyPrefix: "nothing" },
      InputFormat: "DYNAMODB_JSON",
      TableCreationParameters: table(place),
    }),
    async state(
      cloud,
      { ImportTableDescription: { ImportArn } }: { ImportTableDescription: { ImportArn: string } },
    ) {
      const { ImportTableDescription } = await cloud.call<{
        ImportTableDescription: { ImportStatus: string };
      }>("dynamodb", "DescribeImport", { ImportArn });
      return ImportTableDescription.ImportStatus;
    },
  },
  {
    service: "logs",
    operation: "StartQuery",
    input: () => ({ logGroupName: "g", startTime: 0, endTime: 1, queryString: "fields @message" }),
    async state(cloud, { queryId }: { queryId: string }) {
      return (await cloud.call<{ status: string }>("logs", "GetQueryResults", { queryId })).status;
    },
  },
  {
    service: "logs",
    operation: "CreateExportTask",
    input: () => ({ logGroupName: "g", from: 0, to: 1, destination: Bucket }),
    async state(cloud, { taskId }: { taskId: string }) {
      const { exportTasks } = await cloud.call<{ exportTasks: { status: { code: string } }[] }>(
        "logs",
        "DescribeExportTasks",
        { taskId },
      );
      return exportTasks[0]!.status.code;
    },
  },
];

for (const { service, operation, input, state } of JOBS)
  test(`${service} ${operation} ends, whichever write of its work fails`, async () => {
    const database = new FailingWrites();
    await using world = await failingCloud(database);
    const { cloud, storage } = world;
    await cloud.call("s3", "CreateBucket", { Bucket });
    await cloud.call("s3", "PutBucketPolicy", { Bucket, Policy: JSON.stringify(OPEN_TO_LOGS) });
    await cloud.call("dynamodb", "CreateTable", table("Table"));
    await cloud.call("dynamodb", "UpdateContinuousBackups", {
      TableName: "Table",
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    await cloud.call("logs", "CreateLogGroup", { logGroupName: "g" });
    await cloud.settle(0);
    let answered = 0;
    for (let at = 1; ; at++) {
      const { result: answer, written } = await database.failing(at, async () => {
        const given = await cloud.call(service, operation, input(`Table${at}`)).catch(() => undefined);
        await cloud.settle(0);
        return given;
      });
      if (answer !== undefined) {
        answered++;
        // What could not be noted is noted a little later.
        await cloud.clock.advance("5s");
        await cloud.settle(0);
        assert.match(String(await state(cloud, answer as never)), /^(complete|fail)/i, `write ${at}`);
      }
      assert.deepEqual(inconsistencies(storage), [], `write ${at}`);
      if (written < at) break;
    }
    assert.ok(answered > 0, `${answered} jobs were begun`);
  });

const OPEN_TO_LOGS = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "logs.us-east-1.amazonaws.com" },
      Action: ["s3:GetBucketAcl", "s3:PutObject"],
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    },
  ],
};
