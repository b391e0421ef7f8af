import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreatePipeCommand,
  type CreatePipeCommandInput,
  DescribePipeCommand,
  PipesClient,
  StopPipeCommand,
} from "@aws-sdk/client-pipes";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";

async function world() {
  const cloud = await testCloud();
  const account = newAccount();
  const pipes = new PipesClient(clientOptions(cloud, account));
  const sqs = new SQSClient(clientOptions(cloud, account));
  for (const QueueName of ["from", "to", "dead"]) await sqs.send(new CreateQueueCommand({ QueueName }));
  const urlOf = (name: string) => `${cloud.url}/${account}/${name}`;
  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${account}:${name}`;
  const role = `arn:aws:iam::${account}:role/pipe`;
  return {
    cloud,
    account,
    pipes,
    arnOf,
    create: (input: Partial<CreatePipeCommandInput> = {}) =>
      pipes.send(
        new CreatePipeCommand({
          Name: "p",
          Source: arnOf("from"),
          Target: arnOf("to"),
          RoleArn: role,
          ...input,
        }),
      ),
    send: (body: string) => sqs.send(new SendMessageCommand({ QueueUrl: urlOf("from"), MessageBody: body })),
    /** What has come to a queue once it is `count` messages. */
    async came(name: string, count: number): Promise<string[]> {
      const found: string[] = [];
      const take = async () => {
        await cloud.clock.advance(0);
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: urlOf(name), MaxNumberOfMessages: 10 }),
        );
        for (const { ReceiptHandle } of Messages)
          await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf(name), ReceiptHandle }));
        found.push(...Messages.map(({ Body }) => Body!));
        return found.length;
      };
      await until(take, (length) => length >= count);
      return found;
    },
    async [Symbol.asyncDispose]() {
      pipes.destroy();
      sqs.destroy();
      await cloud[Symbol.asyncDispose]();
    },
  };
}

test("a pipe takes the messages that its filter wants to its target, as its template says", async () => {
  await using w = await world();
  await w.create({
    SourceParameters: { FilterCriteria: { Filters: [{ Pattern: '{"body": {"state": ["paid"]}}' }] } },
    TargetParameters: { InputTemplate: '{"order": <$.body.id>, "by": "<aws.pipes.pipe-name>"}' },
  });
  await w.send('{"id": 1, "state": "open"}');
  await w.send('{"id": 2, "state": "paid"}');
  assert.deepEqual(await w.came("to", 1), ['{"order": 2, "by": "p"}']);
});

test("without a template the target gets the record as the source has it; a pipe that is stopped takes nothing", async () => {
  await using w = await world();
  await w.create();
  await w.send("hello");
  const [record] = (await w.came("to", 1)).map((text) => JSON.parse(text) as Record<string, unknown>);
  assert.equal(record!["body"], "hello");
  assert.equal(record!["eventSource"], "aws:sqs");
  await w.pipes.send(new StopPipeCommand({ Name: "p" }));
  assert.equal((await w.pipes.send(new DescribePipeCommand({ Name: "p" }))).CurrentState, "STOPPED");
  await w.send("later");
  await w.cloud.clock.advance("1m");
  assert.deepEqual(await w.came("from", 1), ["later"]);
});

test("records of Kinesis are tried again as often as it is said, and then the dead-letter queue is told", async () => {
  await using w = await world();
  const call = (operation: string, input: object) =>
    w.cloud.call<Record<string, unknown>>("kinesis", operation, input, {
      account: w.account,
      region: "us-east-1",
    });
  await call("CreateStream", { StreamName: "s", ShardCount: 1 });
  await w.create({
    Source: `arn:aws:kinesis:us-east-1:${w.account}:stream/s`,
    SourceParameters: {
      KinesisStreamParameters: {
        StartingPosition: "TRIM_HORIZON",
        MaximumRetryAttempts: 1,
        DeadLetterConfig: { Arn: w.arnOf("dead") },
      },
    },
    Target: w.arnOf("gone"),
  });
  await call("PutRecord", { StreamName: "s", PartitionKey: "k", Data: Buffer.from('{"n": 1}') });
  await w.cloud.clock.advance("10s");
  const [dead] = (await w.came("dead", 1)).map(
    (text) => JSON.parse(text) as { context: object; KinesisBatchInfo: { batchSize: number } },
  );
  assert.deepEqual(dead!.context, {
    partnerResourceArn: `arn:aws:pipes:us-east-1:${w.account}:pipe/p`,
    condition: "RetryAttemptsExhausted",
  });
  assert.equal(dead!.KinesisBatchInfo.batchSize, 1);
});

test("a target that fails for one message leaves the others done; the one comes again", async () => {
  await using w = await world();
  await w.cloud.faults.add({ point: "pipes:send", effect: "error", params: { kind: "internal" }, times: 1 });
  await w.create({ TargetParameters: { InputTemplate: "<$.body>" } });
  await w.send('{"n": 1}');
  await w.send('{"n": 2}');
  assert.equal((await w.came("to", 1)).length, 1);
  await w.cloud.clock.advance("31s");
  assert.equal((await w.came("to", 1)).length, 1);
});

test("what no pipe here can read or reach is refused by its name", async () => {
  await using w = await world();
  const topic = `arn:aws:kafka:us-east-1:${w.account}:cluster/c`;
  await assert.rejects(w.create({ Source: topic }), /no source of the kind of arn:aws:kafka/);
  const { Arn } = await w.create();
  assert.equal(Arn, `arn:aws:pipes:us-east-1:${w.account}:pipe/p`);
  await assert.rejects(w.create(), { name: "ConflictException", message: "Pipe p already exists." });
});

test("AWS's own tags are refused", async () => {
  await using w = await world();
  await assert.rejects(w.create({ Tags: { "aws:mine": "1" } }), { name: "ValidationException" });
});

/** What a pipe logs of a batch of one message, by the level that it is told. */
const LOGGED: readonly (readonly [level: "ERROR" | "INFO" | "TRACE", fine: string[], failed: string[]])[] = [
  ["ERROR", [], ["TARGET_INVOCATION_FAILED", "TARGET_STAGE_FAILED", "EXECUTION_FAILED"]],
  [
    "INFO",
    ["EXECUTION_STARTED", "TARGET_STAGE_ENTERED", "TARGET_STAGE_SUCCEEDED", "EXECUTION_SUCCEEDED"],
    [
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_INVOCATION_FAILED",
      "TARGET_STAGE_FAILED",
      "EXECUTION_FAILED",
    ],
  ],
  [
    "TRACE",
    [
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_TRANSFORMATION_STARTED",
      "TARGET_TRANSFORMATION_SUCCEEDED",
      "TARGET_INVOCATION_STARTED",
      "TARGET_INVOCATION_SUCCEEDED",
      "TARGET_STAGE_SUCCEEDED",
      "EXECUTION_SUCCEEDED",
    ],
    [
      "EXECUTION_STARTED",
      "TARGET_STAGE_ENTERED",
      "TARGET_TRANSFORMATION_STARTED",
      "TARGET_TRANSFORMATION_SUCCEEDED",
      "TARGET_INVOCATION_STARTED",
      "TARGET_INVOCATION_FAILED",
      "TARGET_STAGE_FAILED",
      "EXECUTION_FAILED",
    ],
  ],
];
for (const [Level, fine, failed] of LOGGED)
  test(`a pipe that logs ${Level} tells its log group of each step, with its data if that is asked for`, async () => {
    await using w = await world();
    const logs = <O>(operation: string, input: object) =>
      w.cloud.call<O>("logs", operation, input, { account: w.account, region: "us-east-1" });
    const logGroupName = "/aws/vendedlogs/pipes/p";
    const withData = Level === "TRACE";
    await logs("CreateLogGroup", { logGroupName });
    await w.create({
      TargetParameters: { InputTemplate: '{"n": <$.body.n>}' },
      LogConfiguration: {
        Level,
        ...(withData && { IncludeExecutionData: ["ALL"] }),
        CloudwatchLogsLogDestination: {
          LogGroupArn: `arn:aws:logs:us-east-1:${w.account}:log-group:${logGroupName}`,
        },
      },
    });
    const told = async (count: number) => {
      const { events } = await until(
        () => logs<{ events: { message: string }[] }>("FilterLogEvents", { logGroupName }),
        (answer) => answer.events.length >= count,
      );
      return events.map(({ message }) => JSON.parse(message) as Record<string, unknown>);
    };
    const types = (records: Record<string, unknown>[]) => records.map((record) => record["messageType"]);
    await w.send('{"n": 1}');
    await w.came("to", 1);
    assert.deepEqual(types(await told(fine.length)), fine);
    await w.cloud.faults.add({
      point: "pipes:send",
      effect: "error",
      params: { kind: "throttle" },
      times: 1,
    });
    await w.send('{"n": 2}');
    const records = (await told(fine.length + failed.length)).slice(fine.length);
    assert.deepEqual(types(records), failed);
    const { timestamp, executionId, error, ...last } = records.at(-1)!;
    assert.deepEqual(last, {
      resourceArn: `arn:aws:pipes:us-east-1:${w.account}:pipe/p`,
      messageType: "EXECUTION_FAILED",
      logLevel: "ERROR",
    });
    assert.equal((error as { details: string }).details, "ThrottlingException");
    assert.equal(typeof timestamp, "number");
    assert.equal(new Set(records.map((record) => record["executionId"])).size, 1);
    assert.match(String(executionId), /^[0-9a-f-]{36}$/);
    const started = records.find((record) => record["messageType"] === "TARGET_INVOCATION_STARTED");
    assert.equal(started?.["awsRequest"], withData ? '[{"n": 2}]' : undefined);
  });

test("a pipe cannot log to where nothing is written", async () => {
  await using w = await world();
  const DeliveryStreamArn = `arn:aws:firehose:us-east-1:${w.account}:deliverystream/d`;
  await assert.rejects(
    w.create({ LogConfiguration: { Level: "INFO", FirehoseLogDestination: { DeliveryStreamArn } } }),
    { message: `Squall's pipes have no log destination of the kind of ${DeliveryStreamArn}.` },
  );
});
