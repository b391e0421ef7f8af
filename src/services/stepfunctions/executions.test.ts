import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import {
  DeleteStateMachineCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { Bed } from "./bed.fixture.ts";

test("a history tells of each state, and of what came before", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("each", {
    StartAt: "Begin",
    States: {
      Begin: { Type: "Pass", Result: [1, 2], ResultPath: "$.items", Next: "Each" },
      Each: {
        Type: "Map",
        ItemsPath: "$.items",
        MaxConcurrency: 1,
        ItemProcessor: { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } },
        End: true,
      },
    },
  });
  const executionArn = await bed.start(machine);
  const { status, output } = await bed.ended(executionArn);
  assert.equal(status, "SUCCEEDED");
  assert.equal(output, "[1,2]");
  assert.deepEqual(await bed.told(executionArn), [
    "1 0 ExecutionStarted",
    "2 0 PassStateEntered",
    "3 2 PassStateExited",
    "4 3 MapStateEntered",
    "5 4 MapStateStarted",
    "6 5 MapIterationStarted",
    "7 6 PassStateEntered",
    "8 7 PassStateExited",
    "9 8 MapIterationSucceeded",
    "10 8 MapIterationStarted",
    "11 10 PassStateEntered",
    "12 11 PassStateExited",
    "13 12 MapIterationSucceeded",
    "14 13 MapStateSucceeded",
    "15 13 MapStateExited",
    "16 15 ExecutionSucceeded",
  ]);
});

test("a wait of a year is over as soon as the clock is moved", async () => {
  await using bed = await Bed.start();
  const { cloud } = bed;
  const machine = await bed.create("year", {
    StartAt: "Year",
    States: { Year: { Type: "Wait", Seconds: 31_536_000, End: true } },
  });
  const executionArn = await bed.start(machine);
  await cloud.clock.advance(31_536_000_000);
  const { startDate, stopDate } = await bed.ended(executionArn);
  assert.equal(Math.round((stopDate!.getTime() - startDate!.getTime()) / 1000), 31_536_000);
});

test("an execution that is stopped is aborted, with what was said of it", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("stopped", {
    StartAt: "Long",
    States: { Long: { Type: "Wait", Seconds: 1000, End: true } },
  });
  const executionArn = await bed.start(machine);
  await bed.sfn.send(new StopExecutionCommand({ executionArn, error: "Enough", cause: "of it" }));
  const { status, error, cause, redriveStatus } = await bed.ended(executionArn);
  assert.deepEqual(
    { status, error, cause, redriveStatus },
    {
      status: "ABORTED",
      error: "Enough",
      cause: "of it",
      redriveStatus: "REDRIVABLE",
    },
  );
  assert.equal((await bed.told(executionArn)).at(-1), "3 0 ExecutionAborted");
});

test("retries follow the clock, and a catch hands on what went wrong", async () => {
  await using bed = await Bed.start();
  const { cloud } = bed;
  const machine = await bed.create("caught", {
    StartAt: "Get",
    States: {
      Get: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:dynamodb:getItem",
        Parameters: { TableName: "missing", Key: { id: { S: "1" } } },
        Retry: [
          {
            ErrorEquals: ["DynamoDb.ResourceNotFoundException"],
            IntervalSeconds: 3600,
            MaxAttempts: 2,
            BackoffRate: 2,
          },
        ],
        Catch: [{ ErrorEquals: ["States.TaskFailed"], ResultPath: "$.why", Next: "Done" }],
        End: true,
      },
      Done: { Type: "Succeed" },
    },
  });
  const executionArn = await bed.start(machine, { a: 1 });
  await cloud.clock.advance(3600_000);
  await cloud.clock.advance(7200_000);
  const { output, startDate, stopDate } = await bed.ended(executionArn);
  const { a, why } = JSON.parse(output!);
  assert.equal(a, 1);
  assert.equal(why.Error, "DynamoDb.ResourceNotFoundException");
  assert.match(
    why.Cause,
    /^Requested resource not found \(Service: DynamoDb, Status Code: 400, Request ID: [\w-]+\)$/,
  );
  assert.equal(Math.round((stopDate!.getTime() - startDate!.getTime()) / 3_600_000), 3);
});

test("an Express execution answers at once, with or without sync- before the host", async () => {
  await using bed = await Bed.start();
  const { cloud } = bed;
  const definition = { StartAt: "Say", States: { Say: { Type: "Pass", Result: "hello", End: true } } };
  const stateMachineArn = await bed.create("express", definition, "EXPRESS");
  const { status, output, billingDetails } = await bed.sfn.send(
    new StartSyncExecutionCommand({ stateMachineArn }),
  );
  assert.deepEqual([status, output], ["SUCCEEDED", '"hello"']);
  assert.equal(billingDetails?.billedMemoryUsedInMB, 64);
  const { port } = new URL(cloud.url);
  for (const host of [
    `sync-localhost:${port}`,
    `sync-127.0.0.1:${port}`,
    "sync-states.us-east-1.amazonaws.com",
  ])
    assert.equal((await startedAt(cloud.url, host, stateMachineArn)).output, '"hello"', host);
});

/** StartSyncExecution as an SDK sends it that puts `sync-` before the endpoint's name. */
function startedAt(url: string, host: string, stateMachineArn: string): Promise<{ output?: string }> {
  const scope = `${stateMachineArn.split(":")[4]}/20260101/us-east-1/states/aws4_request`;
  const headers = {
    host,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AWSStepFunctions.StartSyncExecution",
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(JSON.parse(text));
    });
    sent.on("error", reject).end(JSON.stringify({ stateMachineArn }));
  });
}

test("an execution's name starts it once, with the same input", async () => {
  await using bed = await Bed.start();
  const stateMachineArn = await bed.create("named", {
    StartAt: "Long",
    States: { Long: { Type: "Wait", Seconds: 1000, End: true } },
  });
  const start = (input: string) =>
    bed.sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one", input }));
  const first = await start("{}");
  assert.deepEqual((await start("{}")).startDate, first.startDate);
  await assert.rejects(start('{"a":1}'), {
    name: "ExecutionAlreadyExists",
    message: `Execution Already Exists: '${first.executionArn}'`,
  });
});

test("an execution is gone ninety days after its end, with its history, and its name is free", async () => {
  await using bed = await Bed.start();
  const stateMachineArn = await bed.create("short", {
    StartAt: "A",
    States: { A: { Type: "Pass", End: true } },
  });
  const start = () => bed.sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one" }));
  const { executionArn } = await start();
  await bed.ended(executionArn!);
  const before = await bed.told(executionArn!);
  const DAY_MS = 86_400_000;
  await bed.cloud.clock.advance(90 * DAY_MS - 60_000);
  await assert.rejects(start(), { name: "ExecutionAlreadyExists" });
  await bed.cloud.clock.advance(60_000);
  const gone = { name: "ExecutionDoesNotExist" };
  await assert.rejects(bed.ended(executionArn!), gone);
  await assert.rejects(bed.told(executionArn!), gone);
  const { executions } = await bed.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  assert.deepEqual(executions, []);
  await start();
  await bed.ended(executionArn!);
  assert.deepEqual(await bed.told(executionArn!), before);
});

test("with a state machine go its executions: another one of its name begins with none", async () => {
  await using bed = await Bed.start();
  const definition = { StartAt: "A", States: { A: { Type: "Pass", End: true } } };
  const stateMachineArn = await bed.create("again", definition);
  const start = () => bed.sfn.send(new StartExecutionCommand({ stateMachineArn, name: "one" }));
  const { executionArn } = await start();
  await bed.ended(executionArn!);
  await bed.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await assert.rejects(bed.ended(executionArn!), { name: "ExecutionDoesNotExist" });
  await bed.create("again", definition);
  const { executions } = await bed.sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  assert.deepEqual(executions, []);
  await start();
  assert.equal((await bed.ended(executionArn!)).status, "SUCCEEDED");
});
