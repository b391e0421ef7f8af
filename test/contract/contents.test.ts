import assert from "node:assert/strict";
import { test } from "node:test";
import { Catalog } from "../../src/aws/catalog.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";
import { type Call, caller } from "./lists.ts";

/** A declared type of which the digest shows what users have put in it. */
interface ContentsCase {
  readonly service: string;
  readonly type: string;
  /** Makes one that holds something. */
  fill(call: Call): Promise<unknown>;
  /** What the digest then has of it. */
  readonly holds: readonly { readonly id?: string; readonly text: RegExp }[];
}

const ROLE = "arn:aws:iam::000000000000:role/r";

const cases: readonly ContentsCase[] = [
  {
    service: "dynamodb",
    type: "table",
    async fill(call) {
      await call("CreateTable", {
        TableName: "orders",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
      await call("PutItem", { TableName: "orders", Item: { id: { S: "o1" }, n: { N: "7" } } });
    },
    holds: [{ id: "o1", text: /"N":"7"/ }],
  },
  {
    service: "ecs",
    type: "cluster",
    async fill(call) {
      await call("CreateCluster", { clusterName: "default" });
      await call("RegisterTaskDefinition", {
        family: "thumb",
        containerDefinitions: [{ name: "app", image: "x", memory: 64, command: ["sh", "-c", "exit 3"] }],
      });
      await call("RunTask", { taskDefinition: "thumb" });
      await until(
        () => call("ListTasks", { desiredStatus: "STOPPED" }),
        (answer) => (answer as { taskArns: readonly string[] }).taskArns.length === 1,
      );
    },
    holds: [{ text: /"exitCodes":\{"app":3\},"group":"family:thumb"/ }],
  },
  {
    service: "route53",
    type: "hostedzone",
    async fill(call) {
      const { HostedZone } = await call("CreateHostedZone", { Name: "example.com", CallerReference: "z" });
      const set = { Name: "www.example.com", Type: "A", TTL: 60, ResourceRecords: [{ Value: "192.0.2.1" }] };
      await call("ChangeResourceRecordSets", {
        HostedZoneId: (HostedZone as { Id: string }).Id,
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: set }] },
      });
    },
    holds: [{ id: "www.example.com. A", text: /192\.0\.2\.1/ }],
  },
  {
    service: "kinesis",
    type: "stream",
    async fill(call) {
      await call("CreateStream", { StreamName: "clicks", ShardCount: 1 });
      await call("PutRecord", { StreamName: "clicks", PartitionKey: "k", Data: Buffer.from("a click") });
    },
    holds: [{ text: /a click/ }],
  },
  {
    service: "lambda",
    type: "function",
    fill: (call) =>
      call("CreateFunction", {
        FunctionName: "worker",
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: ROLE,
        Code: { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") },
      }),
    holds: [{ id: "$LATEST", text: /"Handler":"index.handler"/ }],
  },
  {
    service: "s3",
    type: "bucket",
    async fill(call) {
      await call("CreateBucket", { Bucket: `uploads-${call.account}` });
      await call("PutObject", { Bucket: `uploads-${call.account}`, Key: "a/b", Body: Buffer.from("hello") });
    },
    holds: [{ id: "a/b", text: /"size":5/ }],
  },
  {
    service: "sqs",
    type: "queue",
    async fill(call) {
      await call("CreateQueue", { QueueName: "jobs" });
      await call("SendMessage", { QueueUrl: "jobs", MessageBody: "a job" });
    },
    holds: [{ text: /a job/ }],
  },
  {
    service: "ssm",
    type: "parameter",
    async fill(call) {
      await call("PutParameter", { Name: "/stage", Value: "test", Type: "String" });
      await call("PutParameter", { Name: "/stage", Value: "live", Type: "String", Overwrite: true });
    },
    holds: [
      { id: "1", text: /"value":"test"/ },
      { id: "2", text: /"value":"live"/ },
    ],
  },
  {
    service: "stepfunctions",
    type: "state-machine",
    async fill(call) {
      const definition = JSON.stringify({
        StartAt: "Wait",
        States: { Wait: { Type: "Wait", Seconds: 60, End: true } },
      });
      const { stateMachineArn } = await call("CreateStateMachine", {
        name: "bill",
        roleArn: ROLE,
        definition,
      });
      await call("StartExecution", { stateMachineArn, name: "first", input: '{"order":1}' });
    },
    holds: [
      { id: "definition", text: /StartAt/ },
      { id: "first", text: /order.*"status":"RUNNING"/ },
    ],
  },
];

for (const { service, type, fill, holds } of cases) {
  test(`the digest shows what is in a ${service} ${type}`, async () => {
    await using cloud = await testCloud();
    await fill(caller(cloud.call, service, newAccount()));
    const [digest, ...others] = cloud.digest().filter((one) => one.service === service && one.type === type);
    assert.deepEqual(others, []);
    assert.deepEqual(
      digest?.contents.map(({ id }) => id),
      holds.map(({ id }) => id),
    );
    holds.forEach(({ text }, at) => {
      assert.match(digest?.contents[at]?.text ?? "", text);
    });
  });
}

test("the port of a cloud does not make two worlds differ, nor what is computed of it", async () => {
  const digests: unknown[] = [];
  for (let run = 0; run < 2; run++) {
    await using cloud = await testCloud();
    const call = caller(cloud.call, "stepfunctions", "123456789012");
    const definition = JSON.stringify({
      StartAt: "Tell",
      States: {
        Tell: {
          Type: "Task",
          Resource: "arn:aws:states:::sqs:sendMessage",
          Parameters: { QueueUrl: `${cloud.url}/123456789012/mails`, MessageBody: "hi" },
          End: true,
        },
      },
    });
    await call("CreateStateMachine", { name: "bill", roleArn: ROLE, definition });
    digests.push(cloud.digest().find(({ service }) => service === "stepfunctions"));
  }
  assert.deepEqual(digests[0], digests[1]);
  assert.match(JSON.stringify(digests[0]), /127\.0\.0\.1:\*\//);
});

test("every declared type with contents has its case", async () => {
  const catalog = new Catalog(await loadDeclarations());
  const declared = [...catalog.allTypes()]
    .filter(({ contents }) => contents)
    .map(({ service, name }) => `${service} ${name}`);
  assert.deepEqual(declared.sort(), cases.map(({ service, type }) => `${service} ${type}`).sort());
});

test("names that are drawn (of a secret's versions) do not make two worlds differ", async () => {
  const digests: string[] = [];
  for (let run = 0; run < 2; run++) {
    await using cloud = await testCloud();
    const call = caller(cloud.call, "secretsmanager", "123456789012");
    await call("CreateSecret", { Name: "password", SecretString: "one" });
    await call("PutSecretValue", { SecretId: "password", SecretString: "two" });
    digests.push(cloud.digest().find(({ service }) => service === "secretsmanager")!.text);
  }
  const names = digests.map((text) => [...text.matchAll(/"\*(?: \(\d+\))?":/g)].map(String));
  assert.deepEqual(
    names,
    [
      ['"*":', '"* (2)":'],
      ['"*":', '"* (2)":'],
    ],
    digests[0],
  );
});
