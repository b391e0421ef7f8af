import assert from "node:assert/strict";
import { test } from "node:test";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { zipOf } from "../lambda/functions.fixture.ts";
import { Bed } from "./bed.fixture.ts";

const RETRY = (error: string) => [
  { ErrorEquals: [error], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 },
];

/** What a rule on a service's call is called by Retry and Catch. */
const NAMES: readonly [rule: object, resource: string, parameters: object, name: string][] = [
  [
    {
      match: { service: "dynamodb", operation: "GetItem" },
      effect: "error",
      params: { code: "ProvisionedThroughputExceededException" },
    },
    "aws-sdk:dynamodb:getItem",
    { TableName: "t", Key: { id: { S: "1" } } },
    "DynamoDb.ProvisionedThroughputExceededException",
  ],
  [
    {
      match: { service: "dynamodb", operation: "GetItem" },
      effect: "error",
      params: { code: "ProvisionedThroughputExceededException" },
    },
    "dynamodb:getItem",
    { TableName: "t", Key: { id: { S: "1" } } },
    "DynamoDB.ProvisionedThroughputExceededException",
  ],
  [
    { match: { service: "sqs" }, effect: "error", params: { code: "QueueDoesNotExist" } },
    "aws-sdk:sqs:getQueueUrl",
    { QueueName: "q" },
    "Sqs.QueueDoesNotExistException",
  ],
  [
    {
      match: { service: "lambda", operation: "Invoke" },
      effect: "error",
      params: { code: "TooManyRequestsException" },
    },
    "lambda:invoke",
    { FunctionName: "f" },
    "Lambda.TooManyRequestsException",
  ],
  [
    { match: { service: "sns" }, effect: "reset" },
    "sns:publish",
    { TopicArn: "arn:aws:sns:us-east-1:000000000000:t", Message: "m" },
    "SNS.SdkClientException",
  ],
];

test("an injected error comes under the name that a Catch matches", async () => {
  await using bed = await Bed.start();
  for (const [rule, resource, Parameters, name] of NAMES) {
    const { id } = await bed.cloud.faults.add(rule as Parameters<typeof bed.cloud.faults.add>[0]);
    const { output } = await bed.run({
      StartAt: "Try",
      States: {
        Try: {
          Type: "Task",
          Resource: `arn:aws:states:::${resource}`,
          Parameters,
          Catch: [{ ErrorEquals: [name], Next: "Caught" }],
          End: true,
        },
        Caught: { Type: "Pass", End: true },
      },
    });
    assert.equal(JSON.parse(output!).Error, name);
    await bed.cloud.faults.remove(id);
  }
});

test("a task fails at the attempt that a rule says, with the error that it names", async () => {
  await using bed = await Bed.start();
  await bed.call("sqs", "CreateQueue", { QueueName: "q" });
  const machine = await bed.create("nth", {
    StartAt: "Charge",
    States: {
      Charge: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:sqs:getQueueUrl",
        Parameters: { QueueName: "q" },
        Retry: RETRY("CardRefused"),
        End: true,
      },
    },
  });
  await bed.cloud.faults.add({
    point: "states:task",
    effect: "fail",
    match: { resource: machine, operation: "Charge" },
    params: { error: "CardRefused", cause: "no funds" },
    times: 2,
  });
  const executionArn = await bed.start(machine);
  for (let seconds = 0; seconds < 2; seconds++) await bed.cloud.clock.advance(1000);
  assert.equal((await bed.ended(executionArn)).status, "SUCCEEDED");
  const events = await bed.events(executionArn);
  const failed = events.filter(({ type }) => type === "TaskFailed");
  assert.deepEqual(
    failed.map(({ taskFailedEventDetails: details }) => [details?.error, details?.cause]),
    [
      ["CardRefused", "no funds"],
      ["CardRefused", "no funds"],
    ],
  );
});

test("a history that a rule has full ends the execution as AWS does", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("full", {
    StartAt: "A",
    States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", End: true } },
  });
  await bed.cloud.faults.add({
    point: "states:transition",
    effect: "history-full",
    match: { operation: "B" },
  });
  const { status, cause } = await bed.ended(await bed.start(machine));
  assert.equal(status, "FAILED");
  assert.equal(cause, "The execution reached the maximum number of history events (25000).");
});

test("a function is called both ways, and fails with its own error's name", async () => {
  await using bed = await Bed.start();
  const lambda = new LambdaClient(clientOptions(bed.cloud, bed.account));
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "f",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: bed.roleArn,
      Code: {
        ZipFile: await zipOf({
          "index.mjs":
            "export const handler = async (event) => { if (event.fail) { const e = new Error('no'); e.name = 'Refused'; throw e; } return { got: event.a }; };",
        }),
      },
    }),
  );
  const ways: [string, object][] = [
    [FunctionArn!, {}],
    [
      "arn:aws:states:::lambda:invoke",
      { Parameters: { FunctionName: "f", "Payload.$": "$" }, OutputPath: "$.Payload" },
    ],
  ];
  for (const [Resource, more] of ways) {
    const definition = {
      StartAt: "Call",
      States: {
        Call: {
          Type: "Task",
          Resource,
          ...more,
          Catch: [{ ErrorEquals: ["Refused"], Next: "Caught" }],
          End: true,
        },
        Caught: { Type: "Pass", Result: "caught", End: true },
      },
    };
    assert.equal((await bed.run(definition, { a: 1 })).output, '{"got":1}');
    assert.equal((await bed.run(definition, { fail: true })).output ?? "", '"caught"');
  }
  lambda.destroy();
});

test("state machines are FIS targets: an experiment fails a task of one and of no other, as long as it lasts", async () => {
  await using bed = await Bed.start();
  const definition = {
    StartAt: "Charge",
    States: {
      Charge: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:sts:getCallerIdentity",
        Parameters: {},
        Catch: [{ ErrorEquals: ["CardRefused"], Next: "Refused" }],
        Next: "Charged",
      },
      Refused: { Type: "Pass", Result: "refused", End: true },
      Charged: { Type: "Pass", Result: "charged", End: true },
    },
  };
  const struck = await bed.create("struck", definition);
  const spared = await bed.create("spared", definition);
  const outcome = async (machine: string) => (await bed.ended(await bed.start(machine))).output;
  const { experimentTemplate } = await bed.call<{ experimentTemplate: { id: string } }>(
    "fis",
    "CreateExperimentTemplate",
    {
      clientToken: "t",
      description: "cards are refused",
      roleArn: bed.roleArn,
      stopConditions: [{ source: "none" }],
      targets: {
        orders: { resourceType: "aws:states:stateMachine", resourceArns: [struck], selectionMode: "ALL" },
      },
      actions: {
        refuse: {
          actionId: "squall:states:task-fail",
          parameters: { error: "CardRefused", duration: "PT5M" },
          targets: { Resources: "orders" },
        },
      },
    },
  );
  const asked = { clientToken: "s", experimentTemplateId: experimentTemplate.id };
  const { experiment } = await bed.call<{ experiment: { id: string } }>("fis", "StartExperiment", asked);
  const status = async () => {
    const found = await bed.call<{ experiment: { state: { status: string } } }>("fis", "GetExperiment", {
      id: experiment.id,
    });
    return found.experiment.state.status;
  };
  await until(async () => (await status()) === "running");
  assert.equal(await outcome(struck), '"refused"');
  assert.equal(await outcome(spared), '"charged"');
  await bed.cloud.clock.advance("PT5M");
  await until(async () => (await status()) === "completed");
  assert.equal(await outcome(struck), '"charged"');
});

test("an execution that a rule throttles takes its time, and none of its states is lost", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("slow", {
    StartAt: "A",
    States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", End: true } },
  });
  await bed.cloud.faults.add({ point: "states:transition", effect: "latency", params: { ms: "1h" } });
  const executionArn = await bed.start(machine);
  await bed.cloud.settle(0);
  await bed.cloud.clock.advance("1h");
  await bed.untilTold(executionArn, "PassStateExited");
  assert.ok(!(await bed.events(executionArn)).some(({ type }) => type === "ExecutionSucceeded"));
  await bed.cloud.clock.advance("1h");
  assert.equal((await bed.ended(executionArn)).status, "SUCCEEDED");
});
