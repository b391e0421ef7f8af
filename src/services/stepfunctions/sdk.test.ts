import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ActivityDoesNotExist,
  InvalidDefinition,
  ResourceNotFound,
  SFN,
  StateMachineDoesNotExist,
} from "@aws-sdk/client-sfn";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import { allCalled } from "../../../test/every-operation.ts";
import { until } from "../../../test/until.ts";

/** Step Functions as its SDK sees it: every operation that is served. */
const cloud = await testCloud();
const account = newAccount();
const sfn = new SFN({ ...clientOptions(cloud, account), disableHostPrefix: true });
const roleArn = `arn:aws:iam::${account}:role/machine`;
const arn = (resource: string) => `arn:aws:states:us-east-1:${account}:${resource}`;
const machineOf = (...states: [name: string, state: object][]) =>
  JSON.stringify({ StartAt: states[0]![0], States: Object.fromEntries(states) });
const pass = (Result: unknown) => machineOf(["Say", { Type: "Pass", Result, End: true }]);
test.after(async () => {
  sfn.destroy();
  await cloud.stop();
});

async function make(name: string, definition: string, type: "STANDARD" | "EXPRESS" = "STANDARD") {
  const { stateMachineArn = "" } = await sfn.createStateMachine({ name, roleArn, definition, type });
  assert.equal(stateMachineArn, arn(`stateMachine:${name}`));
  return stateMachineArn;
}

const ended = (executionArn: string | undefined) =>
  until(
    () => sfn.describeExecution({ executionArn }),
    ({ status }) => status !== "RUNNING",
  );

test("a state machine is made, changed, published, tagged, listed and deleted", async () => {
  const stateMachineArn = await make("hello", pass("one"));
  const { revisionId } = await sfn.updateStateMachine({ stateMachineArn, definition: pass("two") });
  const described = await sfn.describeStateMachine({ stateMachineArn });
  assert.deepEqual(
    [described.name, described.definition, described.roleArn, described.type, described.status],
    ["hello", pass("two"), roleArn, "STANDARD", "ACTIVE"],
  );
  assert.equal(described.revisionId, revisionId);
  const version = async (description: string) =>
    (await sfn.publishStateMachineVersion({ stateMachineArn, description })).stateMachineVersionArn ?? "";
  const one = await version("first");
  await sfn.updateStateMachine({ stateMachineArn, definition: pass("three") });
  const two = await version("second");
  assert.deepEqual([one, two], [`${stateMachineArn}:1`, `${stateMachineArn}:2`]);
  const { stateMachineVersions } = await sfn.listStateMachineVersions({ stateMachineArn });
  assert.deepEqual(
    stateMachineVersions?.map(({ stateMachineVersionArn }) => stateMachineVersionArn),
    [two, one],
  );
  const all = (stateMachineVersionArn: string) => [{ stateMachineVersionArn, weight: 100 }];
  const { stateMachineAliasArn = "" } = await sfn.createStateMachineAlias({
    name: "live",
    routingConfiguration: all(one),
  });
  await sfn.updateStateMachineAlias({
    stateMachineAliasArn,
    routingConfiguration: all(two),
    description: "now",
  });
  const alias = await sfn.describeStateMachineAlias({ stateMachineAliasArn });
  assert.deepEqual([alias.name, alias.description, alias.routingConfiguration], ["live", "now", all(two)]);
  const { stateMachineAliases } = await sfn.listStateMachineAliases({ stateMachineArn });
  assert.deepEqual(
    stateMachineAliases?.map((listed) => listed.stateMachineAliasArn),
    [`${stateMachineArn}:live`],
  );
  await sfn.deleteStateMachineAlias({ stateMachineAliasArn });
  await assert.rejects(sfn.describeStateMachineAlias({ stateMachineAliasArn }), ResourceNotFound);
  await sfn.deleteStateMachineVersion({ stateMachineVersionArn: one });
  await sfn.tagResource({
    resourceArn: stateMachineArn,
    tags: [
      { key: "a", value: "1" },
      { key: "b", value: "2" },
    ],
  });
  await sfn.untagResource({ resourceArn: stateMachineArn, tagKeys: ["a"] });
  assert.deepEqual((await sfn.listTagsForResource({ resourceArn: stateMachineArn })).tags, [
    { key: "b", value: "2" },
  ]);
  const { stateMachines } = await sfn.listStateMachines({});
  assert.deepEqual(
    stateMachines?.map(({ name, type }) => [name, type]),
    [["hello", "STANDARD"]],
  );
  await sfn.deleteStateMachine({ stateMachineArn });
  await until(
    () => sfn.listStateMachines({}),
    (answer) => answer.stateMachines?.length === 0,
  );
  await assert.rejects(sfn.describeStateMachine({ stateMachineArn }), StateMachineDoesNotExist);
});

test("executions are started, stopped, listed and redriven, and tell their history", async () => {
  const stateMachineArn = await make(
    "waits",
    machineOf(["Rest", { Type: "Wait", Seconds: 60, Next: "Done" }], ["Done", { Type: "Succeed" }]),
  );
  const { executionArn } = await sfn.startExecution({ stateMachineArn, name: "e", input: '{"n":1}' });
  const of = await sfn.describeStateMachineForExecution({ executionArn });
  assert.deepEqual([of.name, of.stateMachineArn], ["waits", stateMachineArn]);
  const { stopDate } = await sfn.stopExecution({ executionArn, error: "Enough", cause: "of it" });
  assert.ok(stopDate instanceof Date);
  const stopped = await ended(executionArn);
  assert.deepEqual([stopped.status, stopped.error, stopped.cause], ["ABORTED", "Enough", "of it"]);
  const { redriveDate } = await sfn.redriveExecution({ executionArn });
  assert.ok(redriveDate instanceof Date);
  await cloud.clock.advance("61s");
  assert.deepEqual([(await ended(executionArn)).status, stopped.redriveStatus], ["SUCCEEDED", "REDRIVABLE"]);
  const { executions } = await sfn.listExecutions({ stateMachineArn, statusFilter: "SUCCEEDED" });
  assert.deepEqual(
    executions?.map(({ name, redriveCount }) => [name, redriveCount]),
    [["e", 1]],
  );
  const { events } = await sfn.getExecutionHistory({ executionArn });
  assert.deepEqual(
    events?.map(({ type }) => type),
    [
      "ExecutionStarted",
      "WaitStateEntered",
      "ExecutionAborted",
      "ExecutionRedriven",
      "WaitStateExited",
      "SucceedStateEntered",
      "SucceedStateExited",
      "ExecutionSucceeded",
    ],
  );
  const express = await make("quick", pass({ quick: true }), "EXPRESS");
  const answer = await sfn.startSyncExecution({ stateMachineArn: express });
  assert.deepEqual([answer.status, answer.output], ["SUCCEEDED", '{"quick":true}']);
});

test("an activity's workers fetch tasks, keep them alive, and say what became of them", async () => {
  const { activityArn = "" } = await sfn.createActivity({ name: "pack" });
  assert.equal((await sfn.describeActivity({ activityArn })).name, "pack");
  assert.deepEqual(
    (await sfn.listActivities({})).activities?.map(({ name }) => name),
    ["pack"],
  );
  const stateMachineArn = await make(
    "packs",
    machineOf(["Pack", { Type: "Task", Resource: activityArn, End: true }]),
  );
  const task = async () => {
    const { executionArn } = await sfn.startExecution({ stateMachineArn, input: '{"box":1}' });
    const { taskToken, input } = await sfn.getActivityTask({ activityArn, workerName: "w" });
    assert.equal(input, '{"box":1}');
    return { executionArn, taskToken };
  };
  const done = await task();
  await sfn.sendTaskHeartbeat({ taskToken: done.taskToken });
  await sfn.sendTaskSuccess({ taskToken: done.taskToken, output: '"packed"' });
  assert.equal((await ended(done.executionArn)).output, '"packed"');
  const torn = await task();
  await sfn.sendTaskFailure({ taskToken: torn.taskToken, error: "Torn", cause: "too full" });
  const failed = await ended(torn.executionArn);
  assert.deepEqual([failed.status, failed.error, failed.cause], ["FAILED", "Torn", "too full"]);
  await sfn.deleteActivity({ activityArn });
  await assert.rejects(sfn.describeActivity({ activityArn }), ActivityDoesNotExist);
});

test("a map run is described, and changed while its children are at work", async () => {
  const child = { StartAt: "Rest", States: { Rest: { Type: "Wait", Seconds: 60, End: true } } };
  const ItemProcessor = { ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" }, ...child };
  const stateMachineArn = await make(
    "each",
    machineOf(["Each", { Type: "Map", ItemProcessor, MaxConcurrency: 1, End: true }]),
  );
  const { executionArn } = await sfn.startExecution({ stateMachineArn, input: "[1,2,3]" });
  const { mapRuns } = await until(
    () => sfn.listMapRuns({ executionArn }),
    (answer) => answer.mapRuns?.length === 1,
  );
  const mapRunArn = mapRuns![0]!.mapRunArn;
  await sfn.updateMapRun({ mapRunArn, maxConcurrency: 3, toleratedFailureCount: 1 });
  const run = await sfn.describeMapRun({ mapRunArn });
  assert.deepEqual([run.status, run.maxConcurrency, run.toleratedFailureCount], ["RUNNING", 3, 1]);
  // What was to be one after the other is at work at once from now on.
  const children = await until(
    () => sfn.listExecutions({ mapRunArn }),
    ({ executions }) => executions?.length === 3,
  );
  assert.ok(children.executions?.every((one) => one.mapRunArn === mapRunArn));
  const { itemCounts } = await sfn.describeMapRun({ mapRunArn });
  assert.deepEqual([itemCounts?.total, itemCounts?.running, itemCounts?.pending], [3, 3, 0]);
  await cloud.settle("61s");
  assert.equal((await ended(executionArn)).status, "SUCCEEDED");
});

test("a definition is validated, and a state tested by itself", async () => {
  const fine = await sfn.validateStateMachineDefinition({ definition: pass(1) });
  assert.deepEqual([fine.result, fine.diagnostics], ["OK", []]);
  const state = {
    Type: "Pass",
    Parameters: { "greeting.$": "States.Format('hello {}', $.name)" },
    End: true,
  };
  const tested = await sfn.testState({
    definition: JSON.stringify(state),
    roleArn,
    input: '{"name":"you"}',
    inspectionLevel: "DEBUG",
  });
  assert.deepEqual([tested.status, tested.output], ["SUCCEEDED", '{"greeting":"hello you"}']);
  assert.equal(tested.inspectionData?.afterParameters, '{"greeting":"hello you"}');
  await assert.rejects(
    sfn.testState({ definition: JSON.stringify({ StartAt: "A", States: {} }), roleArn }),
    InvalidDefinition,
  );
});

test("every operation has been called by the SDK", async () => {
  await allCalled(cloud, "stepfunctions");
});
