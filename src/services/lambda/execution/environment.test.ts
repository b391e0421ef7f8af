import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { until } from "../../../../test/until.ts";
import { Clock } from "../../../core/clock.ts";
import { BOOTSTRAPS } from "./bootstraps.ts";
import { Environment } from "./environment.ts";
import type { EnvironmentPlan } from "./environment-plan.ts";
import type { Invocation, InvocationResult } from "./invocation.ts";

let folder: string;
let clock: Clock;
let log: string[];
const environments: Environment[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "squall-environment-"));
  clock = new Clock();
  log = [];
});

afterEach(async () => {
  await Promise.all(environments.splice(0).map((environment) => environment.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** An environment of a Node.js function, and when it is idle again. */
function start(source: string, plan: Partial<EnvironmentPlan> = {}) {
  writeFileSync(join(folder, "index.mjs"), source);
  let idle: () => void = () => {};
  const environment = new Environment(
    {
      functionName: "f",
      version: "$LATEST",
      handler: "index.handler",
      account: "000000000000",
      runtime: "nodejs24.x",
      timeoutMs: 3000,
      initTimeoutMs: 10_000,
      memorySizeMB: 128,
      initializationType: "on-demand",
      logFormat: "Text",
      log: { write: (message) => log.push(message) },
      command: (runtimeApi) => ({
        file: process.execPath,
        args: [join(BOOTSTRAPS, "node/bootstrap.mjs")],
        cwd: folder,
        env: {
          AWS_LAMBDA_RUNTIME_API: runtimeApi,
          LAMBDA_TASK_ROOT: folder,
          _HANDLER: "index.handler",
          FOLDER: folder,
        },
      }),
      extensions: () => [],
      ...plan,
    },
    clock,
    { idle: () => idle(), stopped: () => {} },
  );
  environments.push(environment);
  return {
    environment,
    idle: () =>
      new Promise<void>((resolve) => {
        idle = resolve;
      }),
  };
}

const invocation = (event: unknown = {}): Invocation => ({
  requestId: crypto.randomUUID(),
  payload: Buffer.from(JSON.stringify(event)),
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
  traceId: "Root=1-0-0",
  tail: false,
  streaming: false,
});

const payloadOf = (result: InvocationResult) =>
  JSON.parse(Buffer.from((result as { payload: Uint8Array }).payload).toString()) as Record<string, string>;

test("an init phase that takes too long is begun anew, within the function's timeout", async () => {
  const { environment } = start(
    `import { existsSync, writeFileSync } from "node:fs";
     const mark = process.env.FOLDER + "/started";
     if (!existsSync(mark)) { writeFileSync(mark, ""); await new Promise((resolve) => setTimeout(resolve, 60_000)); }
     export const handler = async () => "second start";`,
  );
  const invoked = environment.invoke(invocation());
  await until(() => existsSync(join(folder, "started")));
  await clock.advance(10_000);
  assert.equal(payloadOf(await invoked), "second start");
  assert.match(log.join("\n"), /^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: timeout$/m);
});

test("a process that ends in its init phase twice fails the invocation", async () => {
  const { environment } = start(`process.exit(4); export const handler = async () => 1;`);
  const { errorType, errorMessage } = payloadOf(await environment.invoke(invocation()));
  assert.equal(errorType, "Runtime.ExitError");
  assert.match(errorMessage!, /Error: Runtime exited with error: exit status 4$/);
  assert.equal(environment.isStopped, true);
});

test("what nobody catches is the function's error, and the next invocation needs a new process", async () => {
  const { environment } = start(
    `export const handler = async (event) => {
      if (event.reject) Promise.reject(new RangeError("forgotten"));
      else setTimeout(() => { throw new TypeError("in a timer") });
      await new Promise((resolve) => setTimeout(resolve, 2000));
    };`,
  );
  const rejected = payloadOf(await environment.invoke(invocation({ reject: true })));
  assert.equal(rejected["errorType"], "Runtime.UnhandledPromiseRejection");
  assert.equal(rejected["errorMessage"], "RangeError: forgotten");
  const other = start(
    `export const handler = async () => { setTimeout(() => { throw new TypeError("in a timer") }); await new Promise(() => {}) };`,
  );
  const thrown = payloadOf(await other.environment.invoke(invocation()));
  assert.equal(thrown["errorType"], "TypeError");
});

test("a runtime that takes more memory than it may is killed", {
  skip: process.platform !== "linux",
}, async () => {
  const { environment } = start(
    `export const handler = async () => { const kept = []; for (;;) { kept.push(Buffer.alloc(20_000_000, 1)); await new Promise((resolve) => setTimeout(resolve, 1)); } };`,
    { memoryLimitMB: 200, timeoutMs: 20_000 },
  );
  const { errorType, errorMessage } = payloadOf(await environment.invoke(invocation()));
  assert.equal(errorType, "Runtime.ExitError");
  assert.match(errorMessage!, /Error: Runtime exited with error: signal: killed$/);
});

test("a response may have 6 MB and 100 bytes, and no more", async () => {
  const { environment, idle } = start(
    `export const handler = async (event) => "x".repeat(event.length - 2);`,
  );
  const again = idle();
  const largest = await environment.invoke(invocation({ length: 6_291_556 }));
  assert.equal(largest.kind, "response");
  await again;
  const { errorType, errorMessage } = payloadOf(await environment.invoke(invocation({ length: 6_291_557 })));
  assert.equal(errorType, "Function.ResponseSizeTooLarge");
  assert.equal(errorMessage, "Response payload size exceeded maximum allowed payload size (6291556 bytes).");
});

test("a process that the function started goes with its environment", async () => {
  const { environment, idle } = start(
    `import { spawn } from "node:child_process";
     export const handler = async () => spawn("sleep", ["60"], { stdio: "ignore" }).pid;`,
  );
  const again = idle();
  const pid = Number(payloadOf(await environment.invoke(invocation())));
  await again;
  process.kill(pid, 0);
  await environment.stop();
  const isGone = () => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };
  await until(isGone);
});

test("the work that a function leaves behind goes on in its next invocation", async () => {
  const { environment, idle } = start(
    `let timer;
     export const handler = async () => {
       if (timer) return await timer;
       timer = new Promise((resolve) => setTimeout(resolve, 1, "done"));
       return "left";
     };`,
  );
  const again = idle();
  assert.equal(payloadOf(await environment.invoke(invocation())), "left");
  await again;
  assert.equal(payloadOf(await environment.invoke(invocation())), "done");
});
