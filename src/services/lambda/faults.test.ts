import assert from "node:assert/strict";
import { test } from "node:test";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import type { Cloud } from "../../index.ts";
import { createNodeFunction, lambdaClient, payloadOf, signalServer } from "./functions.fixture.ts";

async function setUp(cloud: Cloud, url = "") {
  const lambda = lambdaClient(cloud);
  const tell = url && `await fetch("${url}");`;
  await createNodeFunction(
    lambda,
    "f",
    `export const handler = async () => { ${tell} return "true result"; };`,
  );
  const invoke = () => lambda.send(new InvokeCommand({ FunctionName: "f" }));
  return { lambda, invoke };
}

test("an error can come instead of the handler, or after it", async () => {
  await using cloud = await testCloud();
  await using handler = await signalServer();
  const { invoke } = await setUp(cloud, handler.url);
  await cloud.faults.add({
    point: "lambda:invoke",
    effect: "error",
    params: { errorMessage: "instead" },
    times: 1,
  });
  const instead = await invoke();
  assert.equal(instead.FunctionError, "Unhandled");
  assert.deepEqual(payloadOf(instead), { errorType: "FaultInjectedError", errorMessage: "instead" });
  assert.equal(handler.paths.length, 0);
  await cloud.faults.add({
    point: "lambda:invoke",
    effect: "error",
    params: { preventExecution: false },
    times: 1,
  });
  assert.equal((await invoke()).FunctionError, "Unhandled");
  assert.equal(handler.paths.length, 1);
  assert.equal(payloadOf(await invoke()), "true result");
});

test("a rule for one function leaves the others alone, and shows in the call's record", async () => {
  await using cloud = await testCloud();
  const { lambda, invoke } = await setUp(cloud);
  await createNodeFunction(lambda, "other", `export const handler = async () => 1`);
  const rule = await cloud.faults.add({
    point: "lambda:invoke",
    effect: "error",
    match: { resource: "arn:aws:lambda:us-east-1:*:function:f" },
  });
  assert.equal((await invoke()).FunctionError, "Unhandled");
  assert.equal((await lambda.send(new InvokeCommand({ FunctionName: "other" }))).FunctionError, undefined);
  const [first] = cloud.calls.of("lambda", "Invoke");
  assert.equal(first!.decisions[0]?.ruleId, rule.id);
});

test("an HTTP response takes the place of the handler's", async () => {
  await using cloud = await testCloud();
  const { invoke } = await setUp(cloud);
  const params = { statusCode: 503, contentType: "text/plain" };
  await cloud.faults.add({ point: "lambda:invoke", effect: "http-response", params });
  assert.deepEqual(payloadOf(await invoke()), {
    statusCode: 503,
    headers: { "Content-Type": "text/plain" },
    body: "",
    isBase64Encoded: false,
  });
});

test("throttling is TooManyRequestsException, status 429", async () => {
  await using cloud = await testCloud();
  const { invoke } = await setUp(cloud);
  await cloud.faults.add({ point: "lambda:invoke", effect: "throttle" });
  await assert
    .rejects(invoke(), { name: "TooManyRequestsException", $metadata: /./ } as never)
    .catch(() => {});
  const error = await invoke().catch(
    (reason: { name: string; $metadata: { httpStatusCode: number } }) => reason,
  );
  assert.equal((error as { name: string }).name, "TooManyRequestsException");
  assert.equal(error.$metadata.httpStatusCode, 429);
});

test("a crash kills the process in the middle, and the next invocation has a new one", async () => {
  await using cloud = await testCloud();
  const { invoke } = await setUp(cloud);
  await cloud.faults.add({ point: "lambda:invoke", effect: "crash", times: 1 });
  const crashed = payloadOf(await invoke()) as Record<string, string>;
  assert.equal(crashed["errorType"], "Runtime.ExitError");
  assert.match(crashed["errorMessage"]!, /Error: Runtime exited with error: signal: killed$/);
  assert.equal(payloadOf(await invoke()), "true result");
});

test("a timeout keeps the response back until the function's time is over", async () => {
  await using cloud = await testCloud();
  await using handler = await signalServer();
  const { invoke } = await setUp(cloud, handler.url);
  await cloud.faults.add({ point: "lambda:invoke", effect: "timeout", times: 1 });
  const invoked = invoke();
  await handler.calls(1);
  await cloud.clock.advance("3s");
  assert.equal((payloadOf(await invoked) as Record<string, string>)["errorType"], "Sandbox.Timedout");
});

test("a delay before the handler counts against the timeout", async () => {
  await using cloud = await testCloud();
  await using handler = await signalServer();
  const { invoke } = await setUp(cloud, handler.url);
  assert.equal(payloadOf(await invoke()), "true result");
  await cloud.faults.add({ point: "lambda:invoke", effect: "delay", params: { delayMs: 4000 } });
  const invoked = invoke();
  while (cloud.faults.list().length === 0) await Promise.resolve();
  await advanceUntil(cloud, invoked, 200);
  assert.equal((payloadOf(await invoked) as Record<string, string>)["errorType"], "Sandbox.Timedout");
  assert.equal(handler.paths.length, 1);
});

test("a slow cold start delays the first invocation only", async () => {
  await using cloud = await testCloud({ clockRate: 0 });
  const { invoke } = await setUp(cloud);
  await cloud.faults.add({ point: "lambda:init", effect: "delay", params: { delayMs: 100 } });
  const startedAt = cloud.clock.now();
  await advanceUntil(cloud, invoke(), 10);
  assert.ok(cloud.clock.now() - startedAt >= 100);
  // The clock stands still: nothing waits for it any more.
  await invoke();
});

/** Moves the clock on, step by step, until a call is answered. */
async function advanceUntil(cloud: Cloud, call: Promise<unknown>, stepMs: number): Promise<void> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  void call.then(done, done);
  await until(async () => {
    await cloud.clock.advance(stepMs);
    return isDone;
  });
}
