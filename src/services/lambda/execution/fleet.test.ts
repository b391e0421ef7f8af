import assert from "node:assert/strict";
import { test } from "node:test";
import { InvokeCommand, UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import { testCloud } from "../../../../test/cloud.ts";
import { createNodeFunction, lambdaClient, payloadOf, signalServer } from "../functions.fixture.ts";

const invoke = (lambda: ReturnType<typeof lambdaClient>, FunctionName: string, event: unknown = {}) =>
  lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }));

test("invocations at the same time have environments of their own", async () => {
  await using cloud = await testCloud();
  await using handlers = await signalServer();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "f",
    `export const handler = async () => { await (await fetch("${handlers.url}")).text(); return process.pid; }`,
  );
  let release: () => void = () => {};
  handlers.holdUntil = new Promise((resolve) => {
    release = resolve;
  });
  const invoked = Promise.all([1, 2, 3].map(() => invoke(lambda, "f")));
  await handlers.calls(3);
  release();
  const pids = new Set((await invoked).map(payloadOf));
  assert.equal(pids.size, 3);
});

test("when the machine is full an invocation waits for an environment, and idle ones of other functions make room", async () => {
  await using cloud = await testCloud({ settings: { lambda: { "max-environments": 1 } } });
  const lambda = lambdaClient(cloud);
  const source = `export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 10)); return process.pid; }`;
  await createNodeFunction(lambda, "a", source);
  await createNodeFunction(lambda, "b", source);
  const pids = new Set((await Promise.all([1, 2, 3, 4].map(() => invoke(lambda, "a")))).map(payloadOf));
  assert.equal(pids.size, 1);
  assert.equal(typeof payloadOf(await invoke(lambda, "b")), "number");
  assert.ok(!pids.has(payloadOf(await invoke(lambda, "a"))));
});

test("a function that waits for another one does not keep it from starting", async () => {
  await using cloud = await testCloud({ settings: { lambda: { "max-environments": 1 } } });
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "inner", `export const handler = async () => "inside"`);
  await createNodeFunction(
    lambda,
    "outer",
    `import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
     export const handler = async () => {
       const { Payload } = await new LambdaClient({}).send(new InvokeCommand({ FunctionName: "inner" }));
       return JSON.parse(Buffer.from(Payload).toString());
     };`,
    { Timeout: 20 },
  );
  assert.equal(payloadOf(await invoke(lambda, "outer")), "inside");
  const [inner, outer] = cloud.calls.of("lambda", "Invoke");
  assert.equal(inner!.parentId, outer!.id);
});

test("an idle environment is stopped after ten minutes of the clock, and a change of configuration ends it at once", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "f", `export const handler = async () => process.pid`);
  const pid = async () => {
    const found = Number(payloadOf(await invoke(lambda, "f")));
    // The answer comes a moment before the environment is idle.
    await cloud.settle(0);
    return found;
  };
  const first = await pid();
  await cloud.clock.advance("9m");
  assert.equal(await pid(), first);
  await cloud.clock.advance("9m");
  assert.equal(await pid(), first);
  await cloud.clock.advance("11m");
  const second = await pid();
  assert.notEqual(second, first);
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName: "f", Environment: { Variables: { AA: "1" } } }),
  );
  assert.notEqual(await pid(), second);
});
