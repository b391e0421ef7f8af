import { zipOf } from "../../../src/services/lambda/functions.fixture.ts";
import { arn, type BackgroundCase, type Call, heard, role } from "./case.ts";

const queue = (call: Call, QueueName: string) => call("sqs", "CreateQueue", { QueueName });

const ZIP = await zipOf({
  "index.mjs": "export const handler = async (event) => JSON.stringify(event);",
});

async function func(call: Call, FunctionName: string): Promise<void> {
  await call("lambda", "CreateFunction", {
    FunctionName,
    Runtime: "nodejs22.x",
    Handler: "index.handler",
    Role: role,
    Code: { ZipFile: ZIP },
  });
}

/** Messages of a queue that go to another. */
const passed = (to: string): Pick<BackgroundCase, "state" | "ends" | "refused"> => ({
  state: (call, name) => heard(call, to, name),
  ends: /^heard$/,
  refused: /^nothing$/,
});

/** What is on its way from one service to another. */
export const DELIVERIES: readonly BackgroundCase[] = [
  {
    title: "sns: a message reaches its queue",
    async prepare(call) {
      await queue(call, "of-topic");
      await call("sns", "CreateTopic", { Name: "topic" });
      await call("sns", "Subscribe", {
        TopicArn: arn("sns", "topic"),
        Protocol: "sqs",
        Endpoint: arn("sqs", "of-topic"),
      });
    },
    begin: (call, Message) => call("sns", "Publish", { TopicArn: arn("sns", "topic"), Message }),
    ...passed("of-topic"),
  },
  {
    title: "events: an event reaches its target",
    async prepare(call) {
      await queue(call, "of-rule");
      await call("events", "PutRule", { Name: "rule", EventPattern: JSON.stringify({ source: ["mine"] }) });
      await call("events", "PutTargets", {
        Rule: "rule",
        Targets: [{ Id: "q", Arn: arn("sqs", "of-rule") }],
      });
    },
    begin: (call, name) =>
      call("events", "PutEvents", {
        Entries: [{ Source: "mine", DetailType: "said", Detail: JSON.stringify({ name }) }],
      }),
    ...passed("of-rule"),
  },
  {
    title: "s3: a queue hears of an object",
    async prepare(call) {
      await queue(call, "of-bucket");
      await call("s3", "CreateBucket", { Bucket: "told" });
      await call("s3", "PutBucketNotificationConfiguration", {
        Bucket: "told",
        NotificationConfiguration: {
          QueueConfigurations: [{ QueueArn: arn("sqs", "of-bucket"), Events: ["s3:ObjectCreated:*"] }],
        },
        SkipDestinationValidation: true,
      });
      await heard(call, "of-bucket", "");
    },
    begin: (call, Key) => call("s3", "PutObject", { Bucket: "told", Key, Body: "x" }),
    ...passed("of-bucket"),
  },
  {
    title: "s3: an object is replicated",
    async prepare(call) {
      for (const Bucket of ["copied-from", "copied-to"]) {
        await call("s3", "CreateBucket", { Bucket });
        await call("s3", "PutBucketVersioning", { Bucket, VersioningConfiguration: { Status: "Enabled" } });
      }
      await call("s3", "PutBucketReplication", {
        Bucket: "copied-from",
        ReplicationConfiguration: {
          Role: role,
          Rules: [
            {
              ID: "all",
              Status: "Enabled",
              Priority: 1,
              Filter: { Prefix: "" },
              DeleteMarkerReplication: { Status: "Disabled" },
              Destination: { Bucket: "arn:aws:s3:::copied-to" },
            },
          ],
        },
      });
    },
    begin: (call, Key) => call("s3", "PutObject", { Bucket: "copied-from", Key, Body: "x" }),
    lastsMs: 60_000,
    async state(call, Key) {
      const { ReplicationStatus } = await call<{ ReplicationStatus?: string }>("s3", "HeadObject", {
        Bucket: "copied-from",
        Key,
      });
      await call("s3", "HeadObject", { Bucket: "copied-to", Key });
      return ReplicationStatus;
    },
    ends: /^COMPLETED$/,
    refused: /^(NotFound|NoSuchKey|404)$/,
  },
  {
    // A destination that answers an error is given up, as AWS's DestinationDeliveryFailures count it.
    title: "lambda: an asynchronous event is run and its destination told",
    async prepare(call) {
      await queue(call, "of-function");
      await func(call, "async");
      await call("lambda", "PutFunctionEventInvokeConfig", {
        FunctionName: "async",
        DestinationConfig: { OnSuccess: { Destination: arn("sqs", "of-function") } },
      });
      await call("lambda", "Invoke", { FunctionName: "async", Payload: Buffer.from("{}") });
    },
    begin: (call, name) =>
      call("lambda", "Invoke", {
        FunctionName: "async",
        InvocationType: "Event",
        Payload: Buffer.from(JSON.stringify({ name })),
      }),
    ...passed("of-function"),
    ends: /^(heard|nothing)$/,
  },
  {
    title: "pipes: a message goes through a pipe",
    async prepare(call) {
      await queue(call, "into-pipe");
      await queue(call, "out-of-pipe");
      await call("pipes", "CreatePipe", {
        Name: "pipe",
        RoleArn: role,
        Source: arn("sqs", "into-pipe"),
        Target: arn("sqs", "out-of-pipe"),
      });
    },
    begin: (call, MessageBody) => call("sqs", "SendMessage", { QueueUrl: "into-pipe", MessageBody }),
    lastsMs: 60_000,
    ...passed("out-of-pipe"),
  },
  {
    title: "logs: a subscription hears of a line",
    async prepare(call) {
      await call("kinesis", "CreateStream", { StreamName: "reads", ShardCount: 1 });
      await call("logs", "CreateLogGroup", { logGroupName: "read" });
      await call("logs", "CreateLogStream", { logGroupName: "read", logStreamName: "s" });
      await call("logs", "PutSubscriptionFilter", {
        logGroupName: "read",
        filterName: "all",
        filterPattern: "",
        destinationArn: arn("kinesis", "stream/reads"),
        roleArn: role,
      });
    },
    begin: (call, message) =>
      call("logs", "PutLogEvents", {
        logGroupName: "read",
        logStreamName: "s",
        logEvents: [{ timestamp: Date.now(), message }],
      }),
    lastsMs: 10_000,
    async state(call) {
      const { ShardIterator } = await call<{ ShardIterator: string }>("kinesis", "GetShardIterator", {
        StreamName: "reads",
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      });
      const { Records } = await call<{ Records: object[] }>("kinesis", "GetRecords", { ShardIterator });
      const before = read;
      read = Records.length;
      return read - before;
    },
    ends: /^1$/,
    refused: /^0$/,
  },
  {
    title: "dynamodb: a global table's replica gets an item",
    async prepare(call) {
      await call("dynamodb", "CreateTable", {
        TableName: "global",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      });
      await call("dynamodb", "UpdateTable", {
        TableName: "global",
        ReplicaUpdates: [{ Create: { RegionName: "eu-west-1" } }],
      });
    },
    begin: (call, name) => call("dynamodb", "PutItem", { TableName: "global", Item: { id: { S: name } } }),
    lastsMs: 10_000,
    async state(call, name) {
      const input = { TableName: "global", Key: { id: { S: name } } };
      const there: boolean[] = [];
      for (const region of ["us-east-1", "eu-west-1"])
        there.push(
          (await call<{ Item?: object }>("dynamodb", "GetItem", input, { region })).Item !== undefined,
        );
      return there.join(" ");
    },
    ends: /^true true$/,
    refused: /^false false$/,
  },
];

/** How many records the subscription's stream had when it was last looked at. */
let read = 0;
