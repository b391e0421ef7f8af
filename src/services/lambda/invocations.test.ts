import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import { needs } from "../../../test/needs.ts";
import {
  createNodeFunction,
  lambdaClient,
  payloadOf,
  ROLE,
  signalServer,
  zipOf,
} from "./functions.fixture.ts";

const event = (value: unknown) => Buffer.from(JSON.stringify(value));

test("a Node.js function answers with what it returns, and keeps its process for the next invocation", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "111111111111");
  await createNodeFunction(
    lambda,
    "hello",
    `let count = 0; export const handler = async (event, context) => ({ event, count: ++count, pid: process.pid, arn: context.invokedFunctionArn })`,
  );
  const first = await lambda.send(new InvokeCommand({ FunctionName: "hello", Payload: event({ a: 1 }) }));
  assert.equal(first.StatusCode, 200);
  assert.equal(first.ExecutedVersion, "$LATEST");
  assert.equal(first.FunctionError, undefined);
  const answer = payloadOf(first) as { pid: number };
  assert.deepEqual(answer, {
    event: { a: 1 },
    count: 1,
    pid: answer.pid,
    arn: "arn:aws:lambda:us-east-1:111111111111:function:hello",
  });
  const second = payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "hello" })));
  assert.deepEqual(second, { ...answer, event: {}, count: 2 });
});

test("an error of the handler is a function error with its type, message and trace", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "fails",
    `export const handler = async () => { throw new TypeError("boom") }`,
  );
  const output = await lambda.send(new InvokeCommand({ FunctionName: "fails", LogType: "Tail" }));
  assert.equal(output.StatusCode, 200);
  assert.equal(output.FunctionError, "Unhandled");
  const payload = payloadOf(output) as { errorType: string; errorMessage: string; trace: string[] };
  assert.equal(payload.errorType, "TypeError");
  assert.equal(payload.errorMessage, "boom");
  assert.equal(payload.trace[0], "TypeError: boom");
  const log = Buffer.from(output.LogResult!, "base64").toString();
  assert.match(log, /^START RequestId: [0-9a-f-]{36} Version: \$LATEST\n/);
  assert.match(log, /\tERROR\tInvoke Error {2}\t\{"errorType":"TypeError"/);
  assert.match(
    log,
    /\nEND RequestId: [0-9a-f-]{36}\nREPORT RequestId: .*\tDuration: [\d.]+ ms\t.*Memory Size: 128 MB/,
  );
});

test("a function that takes too long is ended with AWS's words, and the next invocation starts anew", async () => {
  await using cloud = await testCloud();
  await using started = await signalServer();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "slow",
    `export const handler = async (event) => {
      if (event.hang) { await fetch(event.hang); await new Promise(() => setInterval(() => {}, 1000)); }
      return process.pid;
    }`,
    { Timeout: 3 },
  );
  const pid = payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "slow" })));
  const hanging = lambda.send(
    new InvokeCommand({ FunctionName: "slow", Payload: event({ hang: started.url }) }),
  );
  await started.calls(1);
  await cloud.clock.advance("2500ms");
  // Behind what the clock has set off.
  await lambda.send(new GetFunctionCommand({ FunctionName: "slow" }));
  assert.equal(cloud.calls.of("lambda", "Invoke").length, 1);
  await cloud.clock.advance("500ms");
  const output = await hanging;
  assert.equal(output.FunctionError, "Unhandled");
  const { errorType, errorMessage } = payloadOf(output) as Record<string, string>;
  assert.equal(errorType, "Sandbox.Timedout");
  assert.match(errorMessage!, /^RequestId: [0-9a-f-]{36} Error: Task timed out after 3\.00 seconds$/);
  const next = payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "slow" })));
  assert.notEqual(next, pid);
});

test("a function whose process ends is told of with its exit status", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "exits", `export const handler = async () => process.exit(1)`);
  const output = await lambda.send(new InvokeCommand({ FunctionName: "exits" }));
  assert.equal(output.FunctionError, "Unhandled");
  const { errorType, errorMessage } = payloadOf(output) as Record<string, string>;
  assert.equal(errorType, "Runtime.ExitError");
  assert.match(errorMessage!, /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 1$/);
});

test("a handler that cannot be found is an error of the runtime", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "no-export", `export const other = 1`);
  const missing = payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "no-export" }))) as Record<
    string,
    string
  >;
  assert.equal(missing["errorType"], "Runtime.HandlerNotFound");
  assert.equal(missing["errorMessage"], "index.handler is undefined or not exported");
  await createNodeFunction(lambda, "no-file", "", { Handler: "app.handler" });
  const file = payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "no-file" }))) as Record<
    string,
    string
  >;
  assert.equal(file["errorType"], "Runtime.ImportModuleError");
  assert.match(file["errorMessage"]!, /^Error: Cannot find module 'app'/);
});

test("handlers with a callback, and CommonJS, work", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const ZipFile = await zipOf({
    "lib/app.js": `exports.run = (event, context, callback) => setTimeout(() => callback(event.fail ? new Error("no") : null, { ok: true }), 5);
      exports.nothing = () => {};`,
  });
  for (const [FunctionName, Handler] of [
    ["callback", "lib/app.run"],
    ["nothing", "lib/app.nothing"],
  ] as const) {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Handler,
        Runtime: "nodejs22.x",
        Role: ROLE,
        Code: { ZipFile },
      }),
    );
  }
  assert.deepEqual(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "callback" }))), {
    ok: true,
  });
  const failed = await lambda.send(
    new InvokeCommand({ FunctionName: "callback", Payload: event({ fail: true }) }),
  );
  assert.equal((payloadOf(failed) as Record<string, string>)["errorMessage"], "no");
  assert.equal(payloadOf(await lambda.send(new InvokeCommand({ FunctionName: "nothing" }))), null);
});

test("a Python function runs, fails and logs as AWS's does", needs("python3"), async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const ZipFile = await zipOf({
    "app.py": `import logging, os
log = logging.getLogger()
log.setLevel("INFO")
def handler(event, context):
    log.info("hello\\nworld")
    print("plain")
    if event.get("fail"):
        raise ValueError("bad value")
    return {"event": event, "name": context.function_name, "ms": context.get_remaining_time_in_millis() > 0}
`,
  });
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "py",
      Runtime: "python3.11",
      Handler: "app.handler",
      Role: ROLE,
      Code: { ZipFile },
    }),
  );
  const ok = await lambda.send(
    new InvokeCommand({ FunctionName: "py", Payload: event({ a: "ä" }), LogType: "Tail" }),
  );
  assert.deepEqual(payloadOf(ok), { event: { a: "ä" }, name: "py", ms: true });
  const log = Buffer.from(ok.LogResult!, "base64").toString();
  assert.match(log, /\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[0-9a-f-]{36}\thello\nworld\n/);
  assert.match(log, /\nplain\n/);
  const failed = await lambda.send(new InvokeCommand({ FunctionName: "py", Payload: event({ fail: true }) }));
  assert.equal(failed.FunctionError, "Unhandled");
  const { errorType, errorMessage, stackTrace, requestId } = payloadOf(failed) as Record<string, string>;
  assert.equal(errorType, "ValueError");
  assert.equal(requestId, failed.$metadata.requestId);
  assert.equal(errorMessage, "bad value");
  assert.match(stackTrace![0]!, /File ".*app\.py", line 8, in handler/);
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: "py", Runtime: "python3.8" }));
  const old = await lambda.send(new InvokeCommand({ FunctionName: "py", Payload: event({ fail: true }) }));
  assert.ok(!("requestId" in (payloadOf(old) as object)), "an error of the oldest runtime tells no request");
});

test("a bootstrap of its own serves provided.al2023", needs("curl"), async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const body = `#!/bin/sh
set -eu
while true; do
  HEADERS=$(mktemp)
  EVENT=$(curl -sS -D "$HEADERS" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  ID=$(grep -i '^lambda-runtime-aws-request-id:' "$HEADERS" | tr -d '\\r' | cut -d' ' -f2)
  curl -sS -o /dev/null "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" -d "{\\"echo\\":$EVENT}"
done
`;
  const Code = { ZipFile: await zipOf({ bootstrap: { body, mode: 0o100755 } }) };
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "own",
      Runtime: "provided.al2023",
      Handler: "any",
      Role: ROLE,
      Code,
    }),
  );
  for (let i = 0; i < 2; i++) {
    const output = await lambda.send(new InvokeCommand({ FunctionName: "own", Payload: event({ i }) }));
    assert.deepEqual(payloadOf(output), { echo: { i } });
  }
});

test("a fault strikes one event of a stream, whatever type the function gave it", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "stream",
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.setContentType("text/plain"); stream.write("one"); stream.end();
    });`,
  );
  await cloud.faults.add({
    service: "lambda",
    operation: "InvokeWithResponseStream",
    "event-stream": { what: "duplicate", frame: 1 },
  });
  const output = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: "stream" }));
  let said = "";
  for await (const { PayloadChunk } of output.EventStream!)
    said += Buffer.from(PayloadChunk?.Payload ?? []).toString();
  assert.equal(output.ResponseStreamContentType, "text/plain");
  assert.equal(said, "oneone");
});

test("a streamed response comes in pieces, and an error on the way ends it", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  // The function goes on when its first piece has been read.
  let firstPiece = Promise.withResolvers<void>();
  const gate = createServer((_, response) => {
    void firstPiece.promise.then(() => response.end());
  }).listen(0, "127.0.0.1");
  await once(gate, "listening");
  const url = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`;
  await createNodeFunction(
    lambda,
    "stream",
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      const mayGoOn = fetch("${url}");
      stream.setContentType("text/plain"); stream.write("one");
      await mayGoOn;
      if (event.fail) throw new RangeError("mid-stream");
      stream.write("two"); stream.end();
    });`,
  );
  const read = async (payload: unknown) => {
    firstPiece = Promise.withResolvers();
    const output = await lambda.send(
      new InvokeWithResponseStreamCommand({ FunctionName: "stream", Payload: event(payload) }),
    );
    const chunks: string[] = [];
    let end: { ErrorCode?: string; ErrorDetails?: string } | undefined;
    for await (const item of output.EventStream!) {
      if (item.PayloadChunk) chunks.push(Buffer.from(item.PayloadChunk.Payload!).toString());
      firstPiece.resolve();
      if (item.InvokeComplete) end = item.InvokeComplete;
    }
    return { type: output.ResponseStreamContentType, chunks, end };
  };
  const whole = await read({});
  assert.deepEqual(whole.chunks, ["one", "two"]);
  assert.equal(whole.type, "text/plain");
  assert.equal(whole.end?.ErrorCode, undefined);
  const broken = await read({ fail: true });
  assert.deepEqual(broken.chunks, ["one"]);
  assert.equal(broken.end?.ErrorCode, "Unhandled");
  assert.match(broken.end?.ErrorDetails ?? "", /"errorType":"RangeError","errorMessage":"mid-stream"/);
  gate.close();
});

test("an event that is no JSON is refused, and so is one that is too large", async () => {
  await using cloud = await testCloud({ settings: { lambda: { "limit-payload-bytes": 10 } } });
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "any", `export const handler = async (event) => event`);
  await assert.rejects(
    lambda.send(new InvokeCommand({ FunctionName: "any", Payload: Buffer.from("{oops") })),
    {
      name: "InvalidRequestContentException",
    },
  );
  await lambda.send(new InvokeCommand({ FunctionName: "any", Payload: Buffer.from('"12345678"') }));
  await assert.rejects(
    lambda.send(new InvokeCommand({ FunctionName: "any", Payload: Buffer.from('"123456789"') })),
    {
      name: "RequestTooLargeException",
      message: "11 byte payload is too large for the RequestResponse invocation type (limit 10 bytes)",
    },
  );
  await assert.rejects(lambda.send(new InvokeCommand({ FunctionName: "nobody" })), {
    name: "ResourceNotFoundException",
    message: /^Function not found: arn:aws:lambda:us-east-1:\d{12}:function:nobody:\$LATEST$/,
  });
});
