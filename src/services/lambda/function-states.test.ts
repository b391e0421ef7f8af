import assert from "node:assert/strict";
import { test } from "node:test";
import {
  GetFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  ListTagsCommand,
  PublishVersionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { newAccount, testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { createNodeFunction, lambdaClient, payloadOf, zipOf } from "./functions.fixture.ts";

/** What a function is while it is made and changed: https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */

const FunctionName = "f";
const answering = (value: string) => `export const handler = async () => "${value} " + process.env.WORD;`;
const codeOf = async (value: string) => zipOf({ "index.mjs": answering(value) });
const wordOf = (WORD: string) => ({ Environment: { Variables: { WORD } } });

/** A function's ARN, and the calls that change it. */
async function changesOf(lambda: LambdaClient, account: string) {
  const Resource = `arn:aws:lambda:us-east-1:${account}:function:${FunctionName}`;
  const ZipFile = await codeOf("other");
  const changes = [
    () => lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile })),
    () => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 })),
    () => lambda.send(new PublishVersionCommand({ FunctionName })),
  ];
  const tag = () => lambda.send(new TagResourceCommand({ Resource, Tags: { team: "a", stage: "b" } }));
  const untag = () => lambda.send(new UntagResourceCommand({ Resource, TagKeys: ["stage"] }));
  return { Resource, changes, tag, untag };
}

const invoke = async (lambda: LambdaClient) =>
  payloadOf(await lambda.send(new InvokeCommand({ FunctionName })));

const configurationOf = async (lambda: LambdaClient) =>
  (await lambda.send(new GetFunctionCommand({ FunctionName }))).Configuration!;

/** Code that is unpacked takes none of the clock's time. */
const settles = (lambda: LambdaClient) =>
  until(
    () => configurationOf(lambda),
    ({ State, LastUpdateStatus }) => State !== "Pending" && LastUpdateStatus !== "InProgress",
  );

test("a function that is being created is neither invoked nor changed, but may be tagged", async () => {
  await using cloud = await testCloud({ timings: "real", clockRate: 0 });
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  await createNodeFunction(lambda, FunctionName, answering("one"), wordOf("first"));
  const { changes, tag, untag, Resource } = await changesOf(lambda, account);
  const message =
    "The operation cannot be performed at this time. The function is currently in the following state: Pending";
  for (const change of [...changes, () => invoke(lambda)])
    await assert.rejects(change(), { name: "ResourceConflictException", message });
  await tag();
  await untag();
  await cloud.clock.advance("1m");
  assert.equal((await settles(lambda)).State, "Active");
  assert.deepEqual((await lambda.send(new ListTagsCommand({ Resource }))).Tags, { team: "a" });
  assert.equal(await invoke(lambda), "one first");
});

test("while an update lasts, what was there before runs, and nothing else is changed", async () => {
  await using cloud = await testCloud({ timings: "real", clockRate: 0 });
  const account = newAccount();
  const lambda = lambdaClient(cloud, account);
  await createNodeFunction(lambda, FunctionName, answering("one"), wordOf("first"));
  await cloud.clock.advance("1m");
  await settles(lambda);
  const { changes, tag, untag, Resource } = await changesOf(lambda, account);
  await tag();
  const isRefused = async () => {
    const message = `The operation cannot be performed at this time. An update is in progress for resource: ${Resource}`;
    for (const change of [...changes, tag])
      await assert.rejects(change(), { name: "ResourceConflictException", message });
  };
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await codeOf("two") }));
  assert.equal((await configurationOf(lambda)).LastUpdateStatus, "InProgress");
  await isRefused();
  await untag();
  assert.equal(await invoke(lambda), "one first");
  await cloud.clock.advance("1m");
  assert.equal((await settles(lambda)).LastUpdateStatus, "Successful");
  assert.equal(await invoke(lambda), "two first");
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...wordOf("second") }));
  await isRefused();
  assert.equal(await invoke(lambda), "two first");
  await cloud.clock.advance("1m");
  await settles(lambda);
  assert.equal(await invoke(lambda), "two second");
});

test("after an update that failed, what was there before runs until one has succeeded", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, FunctionName, answering("one"), wordOf("first"));
  await settles(lambda);
  await cloud.faults.add({
    point: "lambda:function-state",
    effect: "fail",
    match: { operation: "InProgress" },
    times: 2,
  });
  for (const value of ["two", "three"]) {
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: await codeOf(value) }));
    const { State, LastUpdateStatus } = await settles(lambda);
    assert.deepEqual([State, LastUpdateStatus], ["Active", "Failed"]);
    assert.equal(await invoke(lambda), "one first");
  }
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...wordOf("second") }));
  await settles(lambda);
  assert.equal(await invoke(lambda), "three second");
});

test("the SDK's waiters wait for as long as it lasts", async () => {
  await using cloud = await testCloud({ timings: "real", clockRate: 20 });
  const client = lambdaClient(cloud);
  const waiting = { client, maxWaitTime: 30, minDelay: 0.01, maxDelay: 0.05 };
  await createNodeFunction(client, FunctionName, answering("one"), wordOf("first"));
  assert.equal((await configurationOf(client)).State, "Pending");
  await waitUntilFunctionActiveV2(waiting, { FunctionName });
  await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9 }));
  await waitUntilFunctionUpdatedV2(waiting, { FunctionName });
  assert.equal((await configurationOf(client)).LastUpdateStatus, "Successful");
});
