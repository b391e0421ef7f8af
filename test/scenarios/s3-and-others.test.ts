import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { CreateFunctionCommand } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { lambdaClient, ROLE, zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { clientOptions, newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

test("a function whose code lies in S3 is told of an object and answers with another", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const lambda = lambdaClient(cloud, account);
  const [Code, Bucket] = [`code-${account}`, `photos-${account}`];
  await s3.createBucket({ Bucket: Code });
  await s3.createBucket({ Bucket });
  const source = `import { S3 } from "@aws-sdk/client-s3";
    const s3 = new S3({ forcePathStyle: true });
    export const handler = async ({ Records }) => {
      for (const { s3: { bucket, object } } of Records) {
        const { Body } = await s3.getObject({ Bucket: bucket.name, Key: object.key });
        const text = await Body.transformToString();
        await s3.putObject({ Bucket: bucket.name, Key: "out/" + object.key, Body: text.toUpperCase() });
      }
    };`;
  await s3.putObject({ Bucket: Code, Key: "f.zip", Body: await zipOf({ "index.mjs": source }) });
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "shout",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Role: ROLE,
      Timeout: 20,
      Code: { S3Bucket: Code, S3Key: "f.zip" },
    }),
  );
  await s3.putBucketNotificationConfiguration({
    Bucket,
    NotificationConfiguration: {
      LambdaFunctionConfigurations: [
        {
          LambdaFunctionArn: FunctionArn,
          Events: ["s3:ObjectCreated:*"],
          Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "in-" }] } },
        },
      ],
    },
  });
  await s3.putObject({ Bucket, Key: "in-1", Body: "hello" });
  await until(async () => (await s3.listObjectsV2({ Bucket, Prefix: "out/" })).KeyCount === 1);
  const { Body } = await s3.getObject({ Bucket, Key: "out/in-1" });
  assert.equal(await Body!.transformToString(), "HELLO");
});

test("a table goes to S3 and comes back as another", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const dynamodb = new DynamoDB(clientOptions(cloud, account));
  const Bucket = `export-${account}`;
  await s3.createBucket({ Bucket });
  const keys = {
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" as const }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" as const }],
    BillingMode: "PAY_PER_REQUEST" as const,
  };
  const { TableDescription } = await dynamodb.createTable({ TableName: "out", ...keys });
  await dynamodb.updateContinuousBackups({
    TableName: "out",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  await dynamodb.putItem({ TableName: "out", Item: { id: { S: "a" }, n: { N: "1" } } });
  const { ExportDescription } = await dynamodb.exportTableToPointInTime({
    TableArn: TableDescription!.TableArn,
    S3Bucket: Bucket,
  });
  const settled = (status: () => Promise<string | undefined>) =>
    until(status, (now) => now !== "IN_PROGRESS");
  const { ExportArn } = ExportDescription!;
  const exported = await settled(
    async () => (await dynamodb.describeExport({ ExportArn })).ExportDescription!.ExportStatus,
  );
  assert.equal(exported, "COMPLETED");
  const { Contents } = await s3.listObjectsV2({ Bucket });
  const data = Contents!.find(({ Key }) => Key!.includes("/data/"))!.Key!;
  const { ImportTableDescription } = await dynamodb.importTable({
    S3BucketSource: { S3Bucket: Bucket, S3KeyPrefix: data.slice(0, data.lastIndexOf("/")) },
    InputFormat: "DYNAMODB_JSON",
    InputCompressionType: "GZIP",
    TableCreationParameters: { TableName: "copied", ...keys },
  });
  const { ImportArn } = ImportTableDescription!;
  const imported = await settled(
    async () => (await dynamodb.describeImport({ ImportArn })).ImportTableDescription!.ImportStatus,
  );
  assert.equal(imported, "COMPLETED");
  const { Items } = await dynamodb.scan({ TableName: "copied" });
  assert.deepEqual(Items, [{ id: { S: "a" }, n: { N: "1" } }]);
});

test("logs are exported to S3", async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const s3 = new S3({ ...clientOptions(cloud, account), forcePathStyle: true });
  const logs = new CloudWatchLogs(clientOptions(cloud, account));
  const Bucket = `logs-${account}`;
  await s3.createBucket({ Bucket });
  const group = { logGroupName: "/app" };
  await logs.createLogGroup(group);
  await logs.createLogStream({ ...group, logStreamName: "a/b" });
  const timestamp = Date.now();
  await logs.putLogEvents({
    ...group,
    logStreamName: "a/b",
    logEvents: [
      { timestamp, message: "first" },
      { timestamp: timestamp + 1, message: "second" },
    ],
  });
  const asked = { ...group, from: timestamp - 1000, to: timestamp + 1000 };
  await assert.rejects(logs.createExportTask({ ...asked, destination: "no-such-bucket" }), {
    name: "InvalidParameterException",
  });
  const { taskId } = await logs.createExportTask({ ...asked, destination: Bucket, destinationPrefix: "out" });
  await until(
    () => logs.describeExportTasks({ taskId }),
    ({ exportTasks }) => exportTasks?.[0]?.status?.code === "COMPLETED",
  );
  const { Body } = await s3.getObject({ Bucket, Key: `out/${taskId}/a-b/000000.gz` });
  const text = gunzipSync(await Body!.transformToByteArray()).toString();
  assert.deepEqual(text.split("\n"), [
    `${new Date(timestamp).toISOString()} first`,
    `${new Date(timestamp + 1).toISOString()} second`,
    "",
  ]);
});
