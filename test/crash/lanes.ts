import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  APIGatewayClient,
  DeleteRestApiCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  ImportRestApiCommand,
  type RestApi,
} from "@aws-sdk/client-api-gateway";
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  BatchGetItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  FisClient,
  GetExperimentTemplateCommand,
  ListExperimentTemplatesCommand,
} from "@aws-sdk/client-fis";
import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import {
  CreateStreamCommand,
  KinesisClient,
  GetRecordsCommand as KinesisGetRecords,
  GetShardIteratorCommand as KinesisGetShardIterator,
  PutRecordCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { Acknowledged, Counter, type Lane } from "./lane.ts";

const ACCOUNT = "000000000000";
const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;

/** One lane or more for every service that keeps anything, through its SDK client. */
export function lanesOf(endpoint: string): Lane[] {
  const options = {
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" },
    maxAttempts: 1,
  };
  const dynamodb = new DynamoDBClient(options);
  const sqs = new SQSClient(options);
  return [
    messages(sqs),
    fanOut(new SNSClient(options), sqs),
    counters(dynamodb, new DynamoDBStreamsClient(options)),
    pairs(dynamodb),
    records(new KinesisClient(options)),
    users(new IAMClient(options)),
    sessions(new IAMClient(options), new STSClient(options), options),
    events(new CloudWatchLogsClient(options)),
    metrics(new CloudWatchClient(options)),
    alarms(new CloudWatchClient(options)),
    functions(new LambdaClient(options)),
    apis(new APIGatewayClient(options)),
    templates(new FisClient(options)),
    objects(new S3Client({ ...options, forcePathStyle: true })),
  ];
}

/** Messages are sent, received and deleted; at the end there are those that were sent and not deleted. */
function messages(sqs: SQSClient): Lane {
  const QueueUrl = "crash-messages";
  const sent = new Set<string>();
  const deleted = new Set<string>();
  return {
    name: "sqs",
    setup: async () => void (await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl }))),
    write: async (n) => {
      const MessageBody = `m${n}`;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      sent.add(MessageBody);
      if (n % 3 > 0) return;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { Body, ReceiptHandle } of Messages) {
        // From here on nobody knows, until the answer has come.
        sent.delete(Body!);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        deleted.add(Body!);
      }
    },
    verify: async () => {
      await visibilityTimesOut(sqs);
      const found = await drained(sqs, QueueUrl);
      assert.deepEqual(
        [...sent].filter((body) => !found.has(body)),
        [],
        "sqs: messages are lost",
      );
      assert.deepEqual(
        [...deleted].filter((body) => found.has(body)),
        [],
        "sqs: deleted messages are back",
      );
      sent.clear();
      deleted.clear();
    },
  };
}

/** What was received by somebody who is gone comes back. */
async function visibilityTimesOut(sqs: SQSClient): Promise<void> {
  const { hostname, port } = await sqs.config.endpoint!();
  await fetch(`http://${hostname}:${port}/_squall/clock`, { method: "POST", body: '{"advance":"PT31S"}' });
}

/** Takes everything that is visible out of a queue. */
async function drained(sqs: SQSClient, QueueUrl: string): Promise<Set<string>> {
  const bodies = new Set<string>();
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    for (const { Body } of Messages) bodies.add(Body!);
    const Entries = Messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

/** What was published reaches the queue that is subscribed, though the process was killed before it was delivered. */
function fanOut(sns: SNSClient, sqs: SQSClient): Lane {
  const TopicArn = arn("sns", "crash-topic");
  const QueueUrl = "crash-subscriber";
  const published = new Set<string>();
  return {
    name: "sns",
    setup: async () => {
      await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl }));
      await sns.send(new CreateTopicCommand({ Name: "crash-topic" }));
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: "sqs",
          Endpoint: arn("sqs", QueueUrl),
          Attributes: { RawMessageDelivery: "true" },
        }),
      );
    },
    write: async (n) => {
      await sns.send(new PublishCommand({ TopicArn, Message: `p${n}` }));
      published.add(`p${n}`);
    },
    verify: async () => {
      for (const untilMs = Date.now() + 10_000; published.size > 0 && Date.now() < untilMs; ) {
        for (const body of await drained(sqs, QueueUrl)) published.delete(body);
      }
      assert.deepEqual([...published], [], "sns: published, and never delivered");
    },
  };
}

/** A counter in an item: the table, its index and its stream tell the same story. */
function counters(dynamodb: DynamoDBClient, streams: DynamoDBStreamsClient): Lane {
  const TableName = "CrashCounters";
  const counter = new Counter("dynamodb");
  return {
    name: "dynamodb counters",
    setup: async () => {
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [
            { AttributeName: "id", AttributeType: "S" },
            { AttributeName: "count", AttributeType: "N" },
          ],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-count",
              KeySchema: [{ AttributeName: "count", KeyType: "HASH" }],
              Projection: { ProjectionType: "ALL" },
            },
          ],
          BillingMode: "PAY_PER_REQUEST",
          StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
        }),
      );
    },
    write: async () => {
      await dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: { id: { S: "one" } },
          UpdateExpression: "ADD #count :one",
          ExpressionAttributeNames: { "#count": "count" },
          ExpressionAttributeValues: { ":one": { N: "1" } },
        }),
      );
      counter.count();
    },
    verify: async () => {
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { id: { S: "one" } } }));
      const count = Number(Item?.["count"]?.N ?? 0);
      counter.verify(count);
      const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, IndexName: "by-count" }));
      assert.deepEqual(
        Items.map((item) => Number(item["count"]!.N)),
        count === 0 ? [] : [count],
        "dynamodb: the index differs from its table",
      );
      assert.equal(await lastInStream(dynamodb, streams, TableName), count, "dynamodb: the stream differs");
    },
  };
}

/** The count that a stream ends with, after each count before it exactly once. */
async function lastInStream(
  dynamodb: DynamoDBClient,
  streams: DynamoDBStreamsClient,
  TableName: string,
): Promise<number> {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  const StreamArn = Table!.LatestStreamArn!;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  let last = 0;
  for (const { ShardId } of StreamDescription!.Shards!) {
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    let iterator = ShardIterator;
    while (iterator) {
      const { Records = [], NextShardIterator } = await streams.send(
        new GetRecordsCommand({ ShardIterator: iterator }),
      );
      for (const { dynamodb: change } of Records) {
        const count = Number(change!.NewImage!["count"]!.N);
        // What is older than a day is gone from the stream; the clock of this test is moved.
        assert.ok(last === 0 || count === last + 1, `dynamodb: the stream says ${count} after ${last}`);
        last = count;
      }
      iterator = Records.length === 0 ? undefined : NextShardIterator;
    }
  }
  return last;
}

/** Two items by one transaction: both are there, or none is. */
function pairs(dynamodb: DynamoDBClient): Lane {
  const TableName = "CrashPairs";
  const acknowledged = new Acknowledged("dynamodb transactions");
  let last = 0;
  const both = async (n: string) => {
    const { Responses } = await dynamodb.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: ["a", "b"].map((side) => ({ id: { S: `${side}${n}` } })) } },
      }),
    );
    return Responses![TableName]!.length;
  };
  return {
    name: "dynamodb transactions",
    setup: async () => {
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
        }),
      );
    },
    write: async (n) => {
      last = n;
      await dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: ["a", "b"].map((side) => ({
            Put: { TableName, Item: { id: { S: `${side}${n}` } } },
          })),
        }),
      );
      acknowledged.add(String(n));
    },
    verify: async () => {
      await acknowledged.verify(async (n) => (await both(n)) === 2);
      assert.notEqual(await both(String(last)), 1, "dynamodb: half of a transaction");
    },
  };
}

function records(kinesis: KinesisClient): Lane {
  const StreamName = "crash-stream";
  const acknowledged = new Acknowledged("kinesis");
  const found = new Set<string>();
  let after: string | undefined;
  return {
    name: "kinesis",
    setup: async () => {
      await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
      await waitUntilStreamExists({ client: kinesis, maxWaitTime: 10, minDelay: 1 }, { StreamName });
    },
    write: async (n) => {
      await kinesis.send(new PutRecordCommand({ StreamName, PartitionKey: "p", Data: Buffer.from(`r${n}`) }));
      acknowledged.add(`r${n}`);
    },
    verify: async () => {
      const { ShardIterator } = await kinesis.send(
        new KinesisGetShardIterator({
          StreamName,
          ShardId: "shardId-000000000000",
          ...(after
            ? { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: after }
            : { ShardIteratorType: "TRIM_HORIZON" }),
        }),
      );
      let iterator = ShardIterator;
      while (iterator) {
        const { Records = [], NextShardIterator } = await kinesis.send(
          new KinesisGetRecords({ ShardIterator: iterator }),
        );
        for (const { Data, SequenceNumber } of Records) {
          found.add(Buffer.from(Data!).toString());
          after = SequenceNumber;
        }
        iterator = Records.length === 0 ? undefined : NextShardIterator;
      }
      await acknowledged.verify(async (record) => found.has(record));
    },
  };
}

function users(iam: IAMClient): Lane {
  const acknowledged = new Acknowledged("iam");
  return {
    name: "iam",
    setup: async () => {},
    write: async (n) => {
      const UserName = `user-${n}`;
      await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: "n", Value: String(n) }] }));
      acknowledged.add(UserName);
    },
    verify: () =>
      acknowledged.verify(
        async (UserName) => {
          const { User } = await iam.send(new GetUserCommand({ UserName }));
          return User?.Tags?.[0]?.Value === UserName.slice(5);
        },
        (UserName) => iam.send(new DeleteUserCommand({ UserName })),
      ),
  };
}

/** Credentials that were handed out are known afterwards. */
function sessions(iam: IAMClient, sts: STSClient, options: { endpoint: string; region: string }): Lane {
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/crash`;
  const acknowledged = new Acknowledged("sts");
  return {
    name: "sts",
    setup: async () => {
      const AssumeRolePolicyDocument = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "sts:AssumeRole" }],
      });
      await iam.send(new CreateRoleCommand({ RoleName: "crash", AssumeRolePolicyDocument }));
    },
    write: async (n) => {
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: `s-${n}` }));
      acknowledged.add(JSON.stringify([Credentials!.AccessKeyId, Credentials!.SecretAccessKey, n]));
    },
    verify: () =>
      acknowledged.verify(async (name) => {
        const [accessKeyId, secretAccessKey, n] = JSON.parse(name) as [string, string, number];
        const session = new STSClient({ ...options, credentials: { accessKeyId, secretAccessKey } });
        const { Arn } = await session.send(new GetCallerIdentityCommand({}));
        session.destroy();
        return Arn?.endsWith(`assumed-role/crash/s-${n}`);
      }),
  };
}

function events(logs: CloudWatchLogsClient): Lane {
  const logGroupName = "crash-group";
  const acknowledged = new Acknowledged("logs");
  let round = 0;
  const stream = () => `stream-${round}`;
  return {
    name: "logs",
    setup: async () => void (await logs.send(new CreateLogGroupCommand({ logGroupName }))),
    write: async (n) => {
      // A stream a round, so that all of it can be read again.
      if (n % 1000 === 0) {
        round = n / 1000;
        await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: stream() }));
      }
      const logStreamName = stream();
      const timestamp = Date.now();
      const logEvents = [1, 2].map((part) => ({ timestamp, message: `e${n}-${part}` }));
      await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      acknowledged.add(`${logStreamName} e${n}`);
    },
    verify: async () => {
      const read = new Map<string, Set<string>>();
      await acknowledged.verify(async (name) => {
        const [logStreamName, event] = name.split(" ") as [string, string];
        let found = read.get(logStreamName);
        if (!found) {
          found = await messagesIn(logs, logGroupName, logStreamName);
          read.set(logStreamName, found);
        }
        return found.has(`${event}-1`) && found.has(`${event}-2`);
      });
    },
  };
}

async function messagesIn(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  logStreamName: string,
): Promise<Set<string>> {
  const found = new Set<string>();
  let nextToken: string | undefined;
  for (;;) {
    const page = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken }),
    );
    for (const { message } of page.events!) found.add(message!);
    if (page.nextForwardToken === nextToken) return found;
    nextToken = page.nextForwardToken;
  }
}

function metrics(cloudwatch: CloudWatchClient): Lane {
  const counter = new Counter("cloudwatch metrics");
  const Timestamp = new Date(Date.now() - 3_600_000);
  return {
    name: "cloudwatch metrics",
    setup: async () => {},
    write: async () => {
      const MetricData = [{ MetricName: "m", Value: 1, Timestamp }];
      await cloudwatch.send(new PutMetricDataCommand({ Namespace: "Crash", MetricData }));
      counter.count();
    },
    verify: async () => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "Crash",
          MetricName: "m",
          StartTime: new Date(Timestamp.getTime() - 120_000),
          EndTime: new Date(Timestamp.getTime() + 120_000),
          Period: 60,
          Statistics: ["Sum"],
        }),
      );
      counter.verify(Datapoints.reduce((sum, { Sum }) => sum + Sum!, 0));
    },
  };
}

function alarms(cloudwatch: CloudWatchClient): Lane {
  const acknowledged = new Acknowledged("cloudwatch alarms");
  return {
    name: "cloudwatch alarms",
    setup: async () => {},
    write: async (n) => {
      const AlarmName = `alarm-${n}`;
      await cloudwatch.send(
        new PutMetricAlarmCommand({
          AlarmName,
          Namespace: "Crash",
          MetricName: "quiet",
          Statistic: "Sum",
          Period: 3600,
          EvaluationPeriods: 1,
          Threshold: n,
          ComparisonOperator: "GreaterThanThreshold",
        }),
      );
      acknowledged.add(AlarmName);
    },
    verify: () =>
      acknowledged.verify(
        async (AlarmName) => {
          const { MetricAlarms } = await cloudwatch.send(
            new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
          );
          return MetricAlarms?.[0]?.Threshold === Number(AlarmName.slice(6));
        },
        (AlarmName) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] })),
      ),
  };
}

/** Functions come and go, two by two with the same code: whichever are there have it. */
function functions(lambda: LambdaClient): Lane {
  const acknowledged = new Acknowledged("lambda");
  const gone = new Set<string>();
  return {
    name: "lambda",
    setup: async () => {},
    write: async (n) => {
      const FunctionName = `function-${n}`;
      const ZipFile = await zipOf({ "index.mjs": `export const handler = () => ${Math.floor(n / 2) % 50};` });
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: `arn:aws:iam::${ACCOUNT}:role/crash`,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Code: { ZipFile },
        }),
      );
      if (n % 2 === 0) {
        await lambda.send(new DeleteFunctionCommand({ FunctionName }));
        gone.add(FunctionName);
      } else acknowledged.add(FunctionName);
    },
    verify: async () => {
      await acknowledged.verify(
        async (FunctionName) => {
          const { Code, Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
          const zip = new Uint8Array(await (await fetch(Code!.Location!)).arrayBuffer());
          return createHash("sha256").update(zip).digest("base64") === Configuration!.CodeSha256;
        },
        (FunctionName) => lambda.send(new DeleteFunctionCommand({ FunctionName })),
      );
      for (const FunctionName of gone) {
        await assert.rejects(
          lambda.send(new GetFunctionCommand({ FunctionName })),
          ResourceNotFoundException,
          `lambda: ${FunctionName} is back`,
        );
      }
      gone.clear();
    },
  };
}

const API_PATHS = ["/a", "/a/b", "/c"];

/** An API from a document is many rows: each API that is there has all of its resources. */
function apis(apigateway: APIGatewayClient): Lane {
  const acknowledged = new Acknowledged("apigateway");
  return {
    name: "apigateway",
    setup: async () => {},
    write: async (n) => {
      const method = { get: { responses: {}, "x-amazon-apigateway-integration": { type: "mock" } } };
      const document = {
        openapi: "3.0.1",
        info: { title: `api-${n}`, version: "1" },
        paths: Object.fromEntries(API_PATHS.map((path) => [path, method])),
      };
      const { id } = await apigateway.send(
        new ImportRestApiCommand({ body: Buffer.from(JSON.stringify(document)) }),
      );
      acknowledged.add(id!);
    },
    verify: async () => {
      const found = new Set((await allApis(apigateway)).map(({ id }) => id!));
      const remove = (restApiId: string) => apigateway.send(new DeleteRestApiCommand({ restApiId }));
      for (const id of found) {
        if (acknowledged.has(id)) continue;
        // It was on its way: whole, or not there at all.
        await isWhole(apigateway, id);
        await remove(id);
      }
      await acknowledged.verify(async (id) => found.has(id) && (await isWhole(apigateway, id)), remove);
    },
  };
}

async function allApis(apigateway: APIGatewayClient): Promise<RestApi[]> {
  const found: RestApi[] = [];
  let position: string | undefined;
  do {
    const page = await apigateway.send(new GetRestApisCommand({ limit: 500, position }));
    found.push(...(page.items ?? []));
    position = page.position;
  } while (position);
  return found;
}

async function isWhole(apigateway: APIGatewayClient, restApiId: string): Promise<boolean> {
  const { items = [] } = await apigateway.send(new GetResourcesCommand({ restApiId, embed: ["methods"] }));
  const withMethods = items.filter(({ resourceMethods }) => resourceMethods?.["GET"]?.methodIntegration);
  assert.deepEqual(withMethods.map(({ path }) => path).sort(), API_PATHS, "apigateway: half an API");
  return true;
}

function templates(fis: FisClient): Lane {
  const acknowledged = new Acknowledged("fis");
  return {
    name: "fis",
    setup: async () => {},
    write: async (n) => {
      const { experimentTemplate } = await fis.send(
        new CreateExperimentTemplateCommand({
          clientToken: `token-${n}`,
          description: "crash",
          roleArn: `arn:aws:iam::${ACCOUNT}:role/crash`,
          stopConditions: [{ source: "none" }],
          actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
        }),
      );
      acknowledged.add(experimentTemplate!.id!);
    },
    verify: async () => {
      const remove = (id: string) => fis.send(new DeleteExperimentTemplateCommand({ id }));
      const { experimentTemplates = [] } = await fis.send(
        new ListExperimentTemplatesCommand({ maxResults: 100 }),
      );
      for (const { id } of experimentTemplates) if (!acknowledged.has(id!)) await remove(id!);
      await acknowledged.verify((id) => fis.send(new GetExperimentTemplateCommand({ id })), remove);
    },
  };
}

/** Objects are written over and copied; each has a body, and it is the last that was acknowledged or the one behind it. */
function objects(s3: S3Client): Lane {
  const Bucket = "crash-bucket";
  const acknowledged = new Map<string, number>();
  const bodyOf = (n: number) => `${n} `.repeat(n % 4 === 0 ? 30_000 : 10);
  return {
    name: "s3",
    setup: async () => void (await s3.send(new CreateBucketCommand({ Bucket }))),
    write: async (n) => {
      const Key = `key-${n % 7}`;
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: bodyOf(n) }));
      acknowledged.set(Key, n);
      if (n % 5 === 0) {
        await s3.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `/${Bucket}/${Key}` }));
        acknowledged.set("copy", n);
      }
    },
    verify: async () => {
      for (const [Key, n] of acknowledged) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        const text = await Body!.transformToString();
        const found = Number.parseInt(text, 10);
        assert.equal(text, bodyOf(found), `s3: ${Key} has half a body`);
        assert.ok(found >= n, `s3: ${Key} is from ${found}, ${n} was acknowledged`);
        acknowledged.set(Key, found);
      }
    },
  };
}
