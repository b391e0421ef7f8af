import assert from "node:assert/strict";
import { test } from "node:test";
import { TestStateCommand, type TestStateCommandInput } from "@aws-sdk/client-sfn";
import { Bed } from "./bed.fixture.ts";

const on = (bed: Bed, definition: object, more: Partial<TestStateCommandInput> = {}) =>
  bed.sfn.send(
    new TestStateCommand({ roleArn: bed.roleArn, ...more, definition: JSON.stringify(definition) }),
  );

test("a state is tested by itself, and tells what its input became on the way", async () => {
  await using bed = await Bed.start();
  const definition = {
    Type: "Pass",
    InputPath: "$.a",
    Parameters: { "b.$": "$.b", c: 3 },
    ResultPath: "$.d",
    OutputPath: "$.d",
    Next: "Elsewhere",
  };
  const { output, nextState, status, inspectionData } = await on(bed, definition, {
    input: '{"a":{"b":2}}',
    inspectionLevel: "DEBUG",
  });
  assert.deepEqual([output, nextState, status], ['{"b":2,"c":3}', "Elsewhere", "SUCCEEDED"]);
  assert.deepEqual(inspectionData, {
    input: '{"a":{"b":2}}',
    afterInputPath: '{"b":2}',
    afterParameters: '{"b":2,"c":3}',
    afterResultSelector: '{"b":2,"c":3}',
    afterResultPath: '{"a":{"b":2},"d":{"b":2,"c":3}}',
  });
});

const TASK = {
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:dynamodb:getItem",
  Parameters: { TableName: "t", Key: { id: { S: "1" } } },
  Retry: [{ ErrorEquals: ["Slow"], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 }],
  Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.why", Next: "Caught" }],
  End: true,
};

test("a mock is an attempt's outcome: a result, an error that is tried again, one that is caught", async () => {
  await using bed = await Bed.start();
  const failing = (retrierRetryCount: number) =>
    on(bed, TASK, {
      mock: { errorOutput: { error: "Slow", cause: "so slow" } },
      stateConfiguration: { retrierRetryCount },
      inspectionLevel: "DEBUG",
    });
  const result = { Item: { id: { S: "1" } } };
  assert.equal(
    (await on(bed, TASK, { mock: { result: JSON.stringify(result) } })).output,
    JSON.stringify(result),
  );
  const again = await failing(1);
  assert.equal(again.status, "RETRIABLE");
  assert.deepEqual(again.inspectionData?.errorDetails, { retryIndex: 0, retryBackoffIntervalSeconds: 6 });
  const caught = await failing(2);
  assert.deepEqual([caught.status, caught.nextState], ["CAUGHT_ERROR", "Caught"]);
  assert.deepEqual(JSON.parse(caught.output!), { why: { Error: "Slow", Cause: "so slow" } });
});

const INVALID: readonly [object, Partial<TestStateCommandInput>, string][] = [
  [
    TASK,
    { mock: { result: '{"ConsumedCapacity":{"CapacityUnits":"1"}}' } },
    "Mock result schema validation error: Field 'CapacityUnits' must be a number",
  ],
  [
    { Type: "Pass", End: true },
    { mock: { result: "1" } },
    "State type 'Pass' is not supported when a mock is specified",
  ],
  [
    TASK,
    { mock: { result: "{}", errorOutput: { error: "e" } } },
    "A test mock should have only one of the following fields: [result, errorOutput].",
  ],
  [TASK, { roleArn: undefined }, "RoleArn must be specified when testing a Task state"],
  [
    TASK,
    { context: '{"Map":{}}' },
    "Invalid Context object provided: 'Map' field is not supported when mocking a Context object",
  ],
  [{ StartAt: "A", States: { A: { Type: "Succeed" } } }, { stateName: "B" }, "State not found in definition"],
];

test("what cannot be tested is refused in AWS's words", async () => {
  await using bed = await Bed.start();
  for (const [definition, more, message] of INVALID)
    await assert.rejects(on(bed, definition, more), { message });
  assert.equal(
    (
      await on(bed, TASK, {
        mock: { result: '{"ConsumedCapacity":{"CapacityUnits":"1"}}', fieldValidationMode: "NONE" },
      })
    ).status,
    "SUCCEEDED",
  );
});

test("a state in a Map or in a branch is found by its name, in the machine's language", async () => {
  await using bed = await Bed.start();
  const flow = (name: string, state: object) => ({ StartAt: name, States: { [name]: state } });
  const item = { Type: "Pass", Output: "{% $states.input.a * 2 %}", End: true };
  const each = { Type: "Map", ItemProcessor: flow("HandleItem", item), End: true };
  const machine = {
    QueryLanguage: "JSONata",
    ...flow("Both", {
      Type: "Parallel",
      Branches: [flow("Left", { Type: "Succeed" }), flow("Each", each)],
      End: true,
    }),
  };
  const answer = await on(bed, machine, { stateName: "HandleItem", input: '{"a":21}' });
  assert.deepEqual([answer.status, answer.output], ["SUCCEEDED", "42"]);
  for (const input of ["zzz", "", "{"])
    await assert.rejects(on(bed, machine, { stateName: "A", input }), { name: "InvalidExecutionInput" });
  await assert.rejects(on(bed, machine, { stateName: "Nowhere" }), {
    message: "State not found in definition",
  });
});

test("an input and a mock that nothing changes come back in their own texts", async () => {
  await using bed = await Bed.start();
  const Branches = ["A", "B"].map((name) => ({ StartAt: name, States: { [name]: { Type: "Succeed" } } }));
  const [given, result] = ['{ "a": [1, 2] }', '[{"one": 1}, {"two": 2}]'];
  const answer = await on(
    bed,
    { Type: "Parallel", Branches, End: true },
    { input: given, mock: { result }, inspectionLevel: "DEBUG" },
  );
  assert.equal(answer.output, result);
  assert.deepEqual([answer.inspectionData?.input, answer.inspectionData?.afterResultPath], [given, result]);
});

test("a Map is tested with a mock, and fails when more iterations fail than it tolerates", async () => {
  await using bed = await Bed.start();
  const map = {
    Type: "Map",
    ItemsPath: "$.items",
    ToleratedFailureCount: 1,
    ItemProcessor: {
      ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
      StartAt: "P",
      States: { P: { Type: "Pass", End: true } },
    },
    End: true,
  };
  const failing = (mapIterationFailureCount: number) =>
    on(bed, map, {
      input: '{"items":[1,2]}',
      mock: { result: "[3,4]" },
      stateConfiguration: { mapIterationFailureCount },
      inspectionLevel: "DEBUG",
    });
  const { status, output, inspectionData } = await failing(1);
  assert.deepEqual([status, output], ["SUCCEEDED", "[3,4]"]);
  assert.deepEqual([inspectionData?.afterItemsPath, inspectionData?.toleratedFailureCount], ["[1,2]", 1]);
  assert.equal((await failing(2)).error, "States.ExceedToleratedFailureThreshold");
});
