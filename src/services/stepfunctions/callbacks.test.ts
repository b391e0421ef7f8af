import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CreateActivityCommand,
  GetActivityTaskCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from "@aws-sdk/client-sfn";
import { until } from "../../../test/until.ts";
import { Bed } from "./bed.fixture.ts";

/** A machine that sends its task's token to a queue, and the tokens that come out there. */
async function asking(bed: Bed, state: object = {}) {
  const { QueueUrl } = await bed.call<{ QueueUrl: string }>("sqs", "CreateQueue", { QueueName: "asked" });
  const machine = await bed.create("asks", {
    StartAt: "Ask",
    States: {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        Parameters: { QueueUrl, "MessageBody.$": "$$.Task.Token" },
        End: true,
        ...state,
      },
    },
  });
  const token = () =>
    until(async () => {
      const received = await bed.call<{ Messages?: { Body: string }[] }>("sqs", "ReceiveMessage", {
        QueueUrl,
      });
      return received.Messages?.[0]?.Body;
    });
  return { machine, token };
}

test("a task waits for its token to come back with a result", async () => {
  await using bed = await Bed.start();
  const { machine, token } = await asking(bed);
  const executionArn = await bed.start(machine);
  const taskToken = await token();
  await bed.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));
  assert.equal((await bed.ended(executionArn)).output, '{"done":true}');
  assert.deepEqual(
    (await bed.told(executionArn)).map((line) => line.split(" ")[2]),
    [
      "ExecutionStarted",
      "TaskStateEntered",
      "TaskScheduled",
      "TaskStarted",
      "TaskSubmitted",
      "TaskSucceeded",
      "TaskStateExited",
      "ExecutionSucceeded",
    ],
  );
  await assert.rejects(bed.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "1" })), {
    name: "TaskTimedOut",
  });
});

test("a task's worker says why it failed", async () => {
  await using bed = await Bed.start();
  const { machine, token } = await asking(bed);
  const executionArn = await bed.start(machine);
  await bed.sfn.send(
    new SendTaskFailureCommand({ taskToken: await token(), error: "Refused", cause: "by hand" }),
  );
  const { status, error, cause } = await bed.ended(executionArn);
  assert.deepEqual([status, error, cause], ["FAILED", "Refused", "by hand"]);
});

test("heartbeats keep a task alive, and one that does not come ends it", async () => {
  await using bed = await Bed.start();
  const { machine, token } = await asking(bed, { HeartbeatSeconds: 100 });
  const executionArn = await bed.start(machine);
  const taskToken = await token();
  await bed.untilTold(executionArn, "TaskSubmitted");
  await bed.cloud.clock.advance(80_000);
  await bed.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
  await bed.cloud.clock.advance(80_000);
  assert.equal((await bed.events(executionArn)).at(-1)?.type, "TaskSubmitted");
  await bed.cloud.clock.advance(20_000);
  assert.equal((await bed.ended(executionArn)).error, "States.Timeout");
});

test("a callback that a rule loses is acknowledged, and the task goes on waiting", async () => {
  await using bed = await Bed.start();
  const { machine, token } = await asking(bed, { TimeoutSeconds: 60 });
  await bed.cloud.faults.add({ point: "states:callback", effect: "lose", match: { resource: machine } });
  const executionArn = await bed.start(machine);
  const taskToken = await token();
  await bed.untilTold(executionArn, "TaskSubmitted");
  await bed.sfn.send(new SendTaskSuccessCommand({ taskToken, output: "1" }));
  await bed.cloud.clock.advance(60_000);
  const { status, error } = await bed.ended(executionArn);
  assert.deepEqual([status, error], ["FAILED", "States.Timeout"]);
});

test("a heartbeat that a rule misses does not count", async () => {
  await using bed = await Bed.start();
  const { machine, token } = await asking(bed, { HeartbeatSeconds: 60 });
  await bed.cloud.faults.add({ point: "states:heartbeat", effect: "miss", match: { operation: "Ask" } });
  const executionArn = await bed.start(machine);
  const taskToken = await token();
  await bed.untilTold(executionArn, "TaskSubmitted");
  await bed.cloud.clock.advance(40_000);
  await bed.sfn.send(new SendTaskHeartbeatCommand({ taskToken }));
  await bed.cloud.clock.advance(20_000);
  assert.equal((await bed.ended(executionArn)).error, "States.Timeout");
});

test("an activity's worker fetches the task and does it", async () => {
  await using bed = await Bed.start();
  const { activityArn } = await bed.sfn.send(new CreateActivityCommand({ name: "by-hand" }));
  const machine = await bed.create("works", {
    StartAt: "Work",
    States: { Work: { Type: "Task", Resource: activityArn, End: true } },
  });
  const waiting = bed.sfn.send(new GetActivityTaskCommand({ activityArn, workerName: "Ada" }));
  const executionArn = await bed.start(machine, { a: 1 });
  const { taskToken, input } = await waiting;
  assert.equal(input, '{"a":1}');
  await bed.sfn.send(new SendTaskSuccessCommand({ taskToken, output: '"made"' }));
  assert.equal((await bed.ended(executionArn)).output, '"made"');
  const [, , scheduled, started] = await bed.events(executionArn);
  assert.equal(scheduled?.activityScheduledEventDetails?.resource, activityArn);
  assert.equal(started?.activityStartedEventDetails?.workerName, "Ada");
});
