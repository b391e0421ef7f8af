import assert from "node:assert/strict";
import { test } from "node:test";
import type { AwsError } from "../../src/core/aws-error.ts";
import type { Cloud } from "../../src/index.ts";
import { loadModel } from "../../src/models/model.ts";
import { createClient } from "../../src/protocols/client.ts";
import { newAccount, testCloud } from "../cloud.ts";

/*
 * A value that the service's own code goes on to use may still be left out by whoever calls: a member that the model calls
 * optional, a part of an ARN, of a token or of a key. Each of these is sent as it goes over the wire, and AWS's error comes
 * back: never an internal failure.
 */

type Output = Record<string, unknown>;
type Call = (operation: string, input?: object) => Promise<Output>;

interface LeftOut {
  readonly title: string;
  readonly service: string;
  /** Makes what is there before; what it returns is mixed into the input. */
  readonly prepare?: (call: Call, account: string) => Promise<object | undefined>;
  readonly operation: string;
  readonly input: object;
  readonly error: string;
  readonly message?: RegExp;
}

const table = (name: string, attributes: readonly string[] = ["id"]) => ({
  TableName: name,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
});
const index = (key: string) => ({
  IndexName: `by-${key}`,
  KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
  Projection: { ProjectionType: "ALL" },
});

const CASES: readonly LeftOut[] = [
  {
    title: "a restored table's index has a key that the table does not define",
    service: "dynamodb",
    async prepare(call) {
      await call("CreateTable", table("source"));
      const { BackupDetails } = await call("CreateBackup", { TableName: "source", BackupName: "backup" });
      return { BackupArn: (BackupDetails as Output)["BackupArn"] };
    },
    operation: "RestoreTableFromBackup",
    input: { TargetTableName: "target", GlobalSecondaryIndexOverride: [index("other")] },
    error: "ValidationException",
    message: /does not match an index/,
  },
  {
    title: "a start key of an index is longer than the index's keys may be",
    service: "dynamodb",
    async prepare(call) {
      await call("CreateTable", {
        ...table("indexed", ["id", "other"]),
        GlobalSecondaryIndexes: [index("other")],
      });
      return undefined;
    },
    operation: "Scan",
    input: {
      TableName: "indexed",
      IndexName: "by-other",
      ExclusiveStartKey: { id: { S: "a" }, other: { S: "x".repeat(3000) } },
    },
    error: "ValidationException",
    message: /The provided starting key is invalid/,
  },
  {
    title: "an item's attribute is null",
    service: "dynamodb",
    async prepare(call) {
      await call("CreateTable", table("plain"));
      return undefined;
    },
    operation: "PutItem",
    input: { TableName: "plain", Item: { id: { S: "a" }, other: {} } },
    error: "ValidationException",
  },
  {
    title: "a batch's request neither puts nor deletes",
    service: "dynamodb",
    async prepare(call) {
      await call("CreateTable", table("plain"));
      return undefined;
    },
    operation: "BatchWriteItem",
    input: { RequestItems: { plain: [{}] } },
    error: "ValidationException",
  },
  {
    title: "a transaction's item has no action",
    service: "dynamodb",
    operation: "TransactWriteItems",
    input: { TransactItems: [{}] },
    error: "ValidationException",
    message: /TransactItems can only contain one of/,
  },
  {
    title: "a global table has no region",
    service: "dynamodb",
    operation: "CreateGlobalTable",
    input: { GlobalTableName: "plain", ReplicationGroup: [] },
    error: "ValidationException",
  },
  {
    title: "a stream's iterator is of a shard that the stream does not have",
    service: "dynamodbstreams",
    async prepare(_, account) {
      const dynamodb = callerOf(cloud, "dynamodb", account);
      const { TableDescription } = await dynamodb("CreateTable", {
        ...table("streamed"),
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
      });
      const position = Buffer.from(JSON.stringify([99, "", Date.now()])).toString("base64");
      return { ShardIterator: `${(TableDescription as Output)["LatestStreamArn"]}|1|${position}` };
    },
    operation: "GetRecords",
    input: {},
    error: "ValidationException",
    message: /Invalid ShardIterator/,
  },
  ...["GetTemplate", "GetTemplateSummary"].map(
    (operation): LeftOut => ({
      title: `${operation} names neither a stack nor anything else`,
      service: "cloudformation",
      operation,
      input: {},
      error: "ValidationError",
    }),
  ),
  {
    title: "ListExecutions names neither a state machine nor a Map Run",
    service: "stepfunctions",
    operation: "ListExecutions",
    input: {},
    error: "ValidationException",
  },
  {
    title: "a metric alarm has no period",
    service: "cloudwatch",
    operation: "PutMetricAlarm",
    input: {
      AlarmName: "plain",
      Namespace: "plain",
      MetricName: "plain",
      Statistic: "Sum",
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: "GreaterThanThreshold",
    },
    error: "ValidationException",
    message: /Period must not be null/,
  },
  {
    title: "a secret's stage moves to a version that is not there",
    service: "secretsmanager",
    async prepare(call) {
      const ClientRequestToken = "11111111-1111-1111-1111-111111111111";
      await call("CreateSecret", { Name: "plain", SecretString: "plain", ClientRequestToken });
      return undefined;
    },
    operation: "UpdateSecretVersionStage",
    input: {
      SecretId: "plain",
      VersionStage: "AWSCURRENT",
      MoveToVersionId: "00000000-0000-0000-0000-000000000000",
    },
    error: "ResourceNotFoundException",
  },
  {
    title: "a task's handle to be cancelled is of no queue",
    service: "sqs",
    operation: "CancelMessageMoveTask",
    input: { TaskHandle: Buffer.from('{"taskId":"plain","sourceArn":"plain"}').toString("base64") },
    error: "InvalidParameterValueException",
  },
  ...(
    [
      ["UpdateRestApi", "name"],
      ["UpdateRestApi", "apiKeySource"],
    ] as const
  ).map(
    ([operation, member]): LeftOut => ({
      title: `a REST API's ${member} is replaced by nothing`,
      service: "apigateway",
      async prepare(call) {
        const { id } = await call("CreateRestApi", { name: "plain" });
        return { restApiId: id };
      },
      operation,
      input: { patchOperations: [{ op: "replace", path: `/${member}` }] },
      error: "BadRequestException",
      message: /Invalid null or empty value in/,
    }),
  ),
  {
    title: "a stage's deployment is replaced by nothing",
    service: "apigateway",
    async prepare(call) {
      const { id: restApiId, rootResourceId: resourceId } = await call("CreateRestApi", { name: "plain" });
      const method = { restApiId, resourceId, httpMethod: "GET" };
      await call("PutMethod", { ...method, authorizationType: "NONE" });
      await call("PutIntegration", { ...method, type: "MOCK" });
      await call("CreateDeployment", { restApiId, stageName: "dev" });
      return { restApiId };
    },
    operation: "UpdateStage",
    input: { stageName: "dev", patchOperations: [{ op: "replace", path: "/deploymentId" }] },
    error: "NotFoundException",
    message: /Invalid Deployment identifier specified/,
  },
];

const cloud = await testCloud();
test.after(() => cloud.stop());

for (const { title, service, prepare, operation, input, error, message } of CASES) {
  test(`${service}: ${title}`, async () => {
    const account = newAccount();
    const call = callerOf(cloud, service, account);
    const prepared = await prepare?.(call, account);
    await assert.rejects(call(operation, { ...input, ...prepared }), (refusal: AwsError) => {
      assert.equal(refusal.code, error, refusal.message);
      if (message) assert.match(refusal.message, message);
      return true;
    });
  });
}

function callerOf({ url }: Cloud, service: string, account: string): Call {
  const model = loadModel(service)!;
  const client = createClient(model);
  const { signingName = model.metadata.endpointPrefix } = model.metadata;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;
  return async (operation, input = {}) => {
    const request = client.encodeRequest(operation, input as Output);
    const { "content-length": _, host: __, ...headers } = request.headers as Record<string, string>;
    const query = request.query ? `?${request.query}` : "";
    const response = await fetch(`${url}${request.path}${query}`, {
      method: request.method,
      headers: { ...headers, authorization },
      ...(request.body?.length && { body: Buffer.from(request.body) }),
    });
    return client.decodeResponse(operation, {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: new Uint8Array(await response.arrayBuffer()),
    });
  };
}
