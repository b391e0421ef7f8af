// The Node.js runtime of a Lambda environment: loads the handler, then takes one invocation after the other from the
// Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
import { enableCompileCache, flushCompileCache } from "node:module";
import { patchConsole, setLoggedRequestId } from "./console.mjs";
import { invocationContext } from "./context.mjs";
import { ExitStatus, errorPayload, runtimeError } from "./errors.mjs";
import { loadHandler } from "./handler.mjs";
import { RuntimeApi } from "./runtime-api.mjs";
import { installAwslambda, isStreaming, runStreaming } from "./streaming.mjs";

// Where environments of the same code leave for each other what V8 has compiled: code, and nothing that it has done.
let compiled = process.env._SQUALL_COMPILED;
delete process.env._SQUALL_COMPILED;
if (compiled) enableCompileCache({ directory: compiled, portable: true });

const api = new RuntimeApi(process.env.AWS_LAMBDA_RUNTIME_API);
let running;
let isFailing = false;

patchConsole();
installAwslambda();

async function fail(error) {
  // What fails while a failure is told of cannot be told.
  if (isFailing) process.exit(ExitStatus.uncaught);
  isFailing = true;
  const payload = errorPayload(error);
  console.error(
    error instanceof Error ? "Uncaught Exception " : "Uncaught Exception",
    `\t${JSON.stringify(payload)}`,
  );
  try {
    if (running) await api.error(running.requestId, payload);
    else await api.initError(payload);
  } finally {
    process.exit(ExitStatus.uncaught);
  }
}

process.on("uncaughtException", (error) => void fail(error));
process.on("unhandledRejection", (reason) => {
  const rejection = runtimeError(
    "UnhandledPromiseRejection",
    reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason),
  );
  if (reason instanceof Error) rejection.stack = reason.stack;
  rejection.reason = reason;
  void fail(rejection);
});

/** Runs a handler of any style: async, returning a promise, or with a callback. */
function runHandler(handler, event, context, whenEmpty) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(error);
    context.done = callback;
    context.succeed = (result) => resolve(result);
    context.fail = (error) => reject(error ?? runtimeError("Unknown", "handled"));
    whenEmpty.settle = () => resolve(null);
    let returned;
    try {
      returned = handler(event, context, callback);
    } catch (error) {
      return reject(error);
    }
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    // Without a promise and without a callback parameter, what was returned is not the result: the loop runs empty.
  });
}

// A handler that leaves nothing to wait for has ended, with `null` for a result.
const whenEmpty = { settle: undefined };
process.on("beforeExit", () => whenEmpty.settle?.());

let handler;
try {
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
} catch (error) {
  const payload = errorPayload(error);
  console.error("Uncaught Exception ", `\t${JSON.stringify(payload)}`);
  await api.initError(payload);
  process.exit(ExitStatus.init);
}

for (;;) {
  const invocation = await api.next().catch(() => process.exit(ExitStatus.abandoned));
  running = invocation;
  setLoggedRequestId(invocation.requestId);
  if (invocation.traceId) process.env._X_AMZN_TRACE_ID = invocation.traceId;
  else delete process.env._X_AMZN_TRACE_ID;
  const context = invocationContext(invocation);
  try {
    const event = JSON.parse(invocation.body);
    // Only what provides a custom resource pays for it.
    if (typeof event?.ResponseURL === "string") (await import("./response-url.mjs")).lead(event.ResponseURL);
    if (isStreaming(handler)) {
      await runStreaming(api, handler, event, context, invocation.requestId);
    } else {
      const result = await runHandler(handler, event, context, whenEmpty);
      let body;
      try {
        body = JSON.stringify(result === undefined ? null : result);
      } catch (error) {
        throw runtimeError("MarshalError", "Unable to stringify response body", error);
      }
      await api.respond(invocation.requestId, body);
    }
  } catch (error) {
    const payload = errorPayload(error);
    console.error("Invoke Error ", `\t${JSON.stringify(payload)}`);
    await api.error(invocation.requestId, payload);
  }
  whenEmpty.settle = undefined;
  running = undefined;
  if (compiled) {
    compiled = undefined;
    flushCompileCache();
  }
}
