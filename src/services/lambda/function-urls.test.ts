import assert from "node:assert/strict";
import { request } from "node:http";
import { test } from "node:test";
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  TagResourceCommand,
} from "@aws-sdk/client-lambda";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud, FaultRuleInput } from "../../index.ts";
import { createNodeFunction, lambdaClient } from "./functions.fixture.ts";

/** A request to a function URL; its name need not resolve. */
function call(
  cloud: Cloud,
  url: string,
  options: { method?: string; path?: string; headers?: object; body?: string } = {},
) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string; chunks: string[] }>(
    (resolve, reject) => {
      const { host } = new URL(url);
      const message = request(
        {
          host: "127.0.0.1",
          port: cloud.port,
          method: options.method ?? "GET",
          path: options.path ?? "/",
          headers: { host, ...options.headers },
        },
        async (response) => {
          const chunks: string[] = [];
          try {
            for await (const chunk of response) chunks.push(String(chunk));
          } catch (error) {
            return reject(error);
          }
          resolve({ status: response.statusCode!, headers: response.headers, body: chunks.join(""), chunks });
        },
      );
      message.on("error", reject);
      message.end(options.body);
    },
  );
}

test("a function URL gives the function AWS's event and answers as it says", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud, "123456789012");
  await createNodeFunction(
    lambda,
    "web",
    `export const handler = async (event) => ({ statusCode: 201, headers: { "X-Seen": "yes" }, cookies: ["a=1", "b=2"], body: JSON.stringify(event) })`,
  );
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "NONE" }),
  );
  assert.match(
    FunctionUrl!,
    /^http:\/\/[a-z0-9]{32}\.lambda-url\.us-east-1\.localhost\.localstack\.cloud:\d+\/$/,
  );
  const response = await call(cloud, FunctionUrl!, {
    method: "POST",
    path: "/a%20b/c?x=1&x=2&y=%C3%A4",
    headers: { "content-type": "application/json", cookie: "s=1; t=2", "user-agent": "test" },
    body: '{"n":1}',
  });
  assert.equal(response.status, 201);
  assert.equal(response.headers["x-seen"], "yes");
  assert.deepEqual(response.headers["set-cookie"], ["a=1", "b=2"]);
  const event = JSON.parse(response.body) as Record<string, Record<string, unknown>>;
  assert.equal(event["version"], "2.0");
  assert.equal(event["rawPath"], "/a b/c");
  assert.deepEqual(event["queryStringParameters"], { x: "1,2", y: "ä" });
  assert.deepEqual(event["cookies"], ["s=1", "t=2"]);
  assert.equal(event["body"], '{"n":1}');
  assert.equal(event["isBase64Encoded"], false);
  assert.equal(event["requestContext"]!["accountId"], "anonymous");
  assert.deepEqual(event["requestContext"]!["http"], {
    method: "POST",
    path: "/a b/c",
    protocol: "HTTP/1.1",
    sourceIp: "127.0.0.1",
    userAgent: "test",
  });
  const [record] = cloud.calls.of("lambda-url");
  assert.equal(record!.operation, "InvokeFunctionUrl");
  assert.equal(record!.account, "123456789012");
});

test("an answer without a status is a 200 with JSON, and a failure is a 502", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "web",
    `export const handler = async (event) => { if (event.rawPath === "/fail") throw new Error("no"); return { plain: true } }`,
  );
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "NONE" }),
  );
  const plain = await call(cloud, FunctionUrl!);
  assert.deepEqual(
    [plain.status, plain.headers["content-type"], plain.body],
    [200, "application/json", '{"plain":true}'],
  );
  assert.match(String(plain.headers["x-amzn-requestid"]), /^[0-9a-f-]{36}$/);
  const failed = await call(cloud, FunctionUrl!, { path: "/fail" });
  assert.deepEqual([failed.status, failed.body], [502, "Internal Server Error"]);
});

test("a rule on Lambda's Invoke reaches its function URLs, and one on lambda-url, too", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "web", "export const handler = async () => ({ ok: true })");
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "NONE" }),
  );
  await cloud.faults.add({ service: "lambda", operation: "Invoke", error: "throttle", times: 1 });
  const throttled = await call(cloud, FunctionUrl!);
  assert.equal(throttled.status, 429);
  assert.equal(throttled.headers["x-amzn-errortype"], "TooManyRequestsException");
  assert.match(throttled.body, /Rate Exceeded\./);

  await cloud.faults.add({
    service: "lambda-url",
    operation: "InvokeFunctionUrl",
    error: "throttle",
    times: 1,
  });
  const struck = await call(cloud, FunctionUrl!);
  assert.deepEqual([struck.status, struck.headers["x-amzn-errortype"]], [429, "TooManyRequestsException"]);
  assert.equal((await call(cloud, FunctionUrl!)).body, '{"ok":true}');
});

test("under --iam enforce, who may use a URL need not be let in to the function, too", async () => {
  await using cloud = await testCloud({ iam: "enforce" });
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "web", "export const handler = async () => ({ ok: true })");
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "NONE" }),
  );
  assert.equal((await call(cloud, FunctionUrl!)).body, '{"ok":true}');
});

test("a streamed answer has the status and headers of its prelude, and comes in pieces", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "web",
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      const out = awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { "Content-Type": "text/plain" } });
      out.write("one"); await new Promise((resolve) => setTimeout(resolve, 500)); out.write("two"); out.end();
    })`,
  );
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({
      FunctionName: "web",
      AuthType: "NONE",
      InvokeMode: "RESPONSE_STREAM",
    }),
  );
  // The first one starts the function; on a busy machine its pieces would come together.
  await call(cloud, FunctionUrl!);
  const response = await call(cloud, FunctionUrl!);
  assert.equal(response.status, 202);
  assert.equal(response.headers["content-type"], "text/plain");
  assert.deepEqual(response.chunks, ["one", "two"]);
});

test("what strikes Invoke strikes a URL that streams, too: before its first byte, or in the middle of its answer", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "web",
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      for (const piece of ["one", "two", "three"]) { stream.write(piece); await new Promise((resolve) => setTimeout(resolve, 20)); }
      stream.end();
    })`,
  );
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({
      FunctionName: "web",
      AuthType: "NONE",
      InvokeMode: "RESPONSE_STREAM",
    }),
  );
  await cloud.faults.add({ service: "lambda", operation: "Invoke", error: "throttle", times: 1 });
  assert.equal((await call(cloud, FunctionUrl!)).status, 429);
  assert.deepEqual((await call(cloud, FunctionUrl!)).body, "onetwothree");
  const second = { service: "lambda", operation: "Invoke", times: 1 };
  await cloud.faults.add({ ...second, effect: "event-stream", params: { frame: 2, what: "duplicate" } });
  assert.deepEqual((await call(cloud, FunctionUrl!)).body, "onetwotwothree");
  for (const what of ["exception", "truncate"]) {
    await cloud.faults.add({
      ...second,
      effect: "event-stream",
      params: { frame: 2, what },
    } as FaultRuleInput);
    await assert.rejects(call(cloud, FunctionUrl!), /aborted|ECONNRESET|terminated|premature/i);
  }
  assert.deepEqual((await call(cloud, FunctionUrl!)).body, "onetwothree");
});

test("a function that does not stream answers a URL that does", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(
    lambda,
    "web",
    "export const handler = async () => ({ statusCode: 201, body: 'made' })",
  );
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({
      FunctionName: "web",
      AuthType: "NONE",
      InvokeMode: "RESPONSE_STREAM",
    }),
  );
  const { status, body } = await call(cloud, FunctionUrl!);
  assert.deepEqual([status, body], [201, "made"]);
});

test("a URL with AWS_IAM wants a signature", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "web", `export const handler = async () => "in"`);
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "AWS_IAM" }),
  );
  const refused = await call(cloud, FunctionUrl!);
  assert.deepEqual(
    [refused.status, refused.body],
    [
      403,
      '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
    ],
  );
});

test("CORS settings answer the preflight and mark responses for the origins that are allowed", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "web", `export const handler = async () => "in"`);
  const Cors = { AllowOrigins: ["https://a.example"], AllowMethods: ["GET"], MaxAge: 60 };
  const { FunctionUrl } = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "NONE", Cors }),
  );
  const headers = { origin: "https://a.example", "access-control-request-method": "GET" };
  const early = await call(cloud, FunctionUrl!, { method: "OPTIONS", headers });
  assert.equal(early.headers["access-control-allow-origin"], "https://a.example");
  assert.equal(early.headers["access-control-allow-methods"], "GET");
  assert.equal(early.headers["access-control-max-age"], "60");
  const response = await call(cloud, FunctionUrl!, { headers: { origin: "https://a.example" } });
  assert.equal(response.headers["access-control-allow-origin"], "https://a.example");
});

test("a custom id is the URL's name, a second URL is refused, a deleted one is gone", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  const { FunctionArn } = await createNodeFunction(lambda, "web", `export const handler = async () => "in"`);
  await lambda.send(new TagResourceCommand({ Resource: FunctionArn, Tags: { _custom_id_: "mine" } }));
  const create = () =>
    lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: "web", AuthType: "NONE" }));
  const { FunctionUrl } = await create();
  assert.match(FunctionUrl!, /^http:\/\/mine\.lambda-url\./);
  await assert.rejects(create(), {
    name: "ResourceConflictException",
    message: `Failed to create function url config for [functionArn = ${FunctionArn}]. Error message:  FunctionUrlConfig exists for this Lambda function`,
  });
  await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName: "web" }));
  await assert.rejects(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: "web" })), {
    name: "ResourceNotFoundException",
  });
  assert.equal((await call(cloud, FunctionUrl!)).status, 403);
});

test("who does not ask for an invoke mode hears of it later", async () => {
  await using cloud = await testCloud();
  const lambda = lambdaClient(cloud);
  await createNodeFunction(lambda, "plain", "export const handler = async () => 1;");
  const created = await lambda.send(
    new CreateFunctionUrlConfigCommand({ FunctionName: "plain", AuthType: "NONE" }),
  );
  assert.equal(created.InvokeMode, undefined);
  const read = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: "plain" }));
  assert.equal(read.InvokeMode, "BUFFERED");
});
