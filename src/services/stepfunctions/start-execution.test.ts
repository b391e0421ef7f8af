import assert from "node:assert/strict";
import { test } from "node:test";
import { StopExecutionCommand } from "@aws-sdk/client-sfn";
import { Bed } from "./bed.fixture.ts";

const starting = (child: string, pattern: string) => ({
  StartAt: "Start",
  States: {
    Start: {
      Type: "Task",
      Resource: `arn:aws:states:::states:startExecution${pattern}`,
      Parameters: { StateMachineArn: child, "Input.$": "$", Name: "child" },
      End: true,
    },
  },
});

test("an execution waits for one that it starts, and has its output as text or as JSON", async () => {
  await using bed = await Bed.start();
  for (const [pattern, output] of [
    [".sync", '{"made":2}'],
    [".sync:2", { made: 2 }],
  ] as const) {
    const child = await bed.create(`child-${bed.next()}`, {
      StartAt: "Make",
      States: { Make: { Type: "Pass", Result: { made: 2 }, End: true } },
    });
    const ended = await bed.run(starting(child, pattern), { a: 1 });
    const result = JSON.parse(ended.output!);
    assert.deepEqual([result.Status, result.Name, result.Output], ["SUCCEEDED", "child", output]);
  }
});

test("a child that fails fails its parent's task, and says how", async () => {
  await using bed = await Bed.start();
  const child = await bed.create("fails", {
    StartAt: "No",
    States: { No: { Type: "Fail", Error: "No", Cause: "way" } },
  });
  const { status, error, cause } = await bed.run(starting(child, ".sync"));
  assert.deepEqual([status, error], ["FAILED", "States.TaskFailed"]);
  const { Status, Error: name, Cause } = JSON.parse(cause!);
  assert.deepEqual([Status, name, Cause], ["FAILED", "No", "way"]);
});

test("who is not waited for any more is stopped", async () => {
  await using bed = await Bed.start();
  const child = await bed.create("long", {
    StartAt: "Long",
    States: { Long: { Type: "Wait", Seconds: 1000, End: true } },
  });
  const parent = await bed.create("waits", starting(child, ".sync"));
  const executionArn = await bed.start(parent);
  await bed.untilTold(executionArn, "TaskSubmitted");
  await bed.sfn.send(new StopExecutionCommand({ executionArn }));
  const stopped = await bed.ended(child.replace(":stateMachine:", ":execution:").concat(":child"));
  assert.equal(stopped.status, "ABORTED");
});
