import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { CreateDeploymentCommand } from "@aws-sdk/client-api-gateway";
import { testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, send } from "../bed.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

const ECHO = "async (event) => ({ statusCode: 200, body: JSON.stringify(event) })";

test("an API with a custom id answers under its host name and in both path forms", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi({ tags: { _custom_id_: "12345" } });
  assert.equal(api.id, "12345");
  const resourceId = await api.createResource("productApi");
  await api.putLambda(resourceId, "POST", await bed.createFunction("echo", ECHO), {
    requestParameters: { "method.request.path.productApi": true },
  });
  await api.deploy();

  const body = '{"id":"prod-2004"}';
  const headers = { "Content-Type": "application/json", "X-Squall-Delivery": "events" };
  const answer = await api.send("/productApi", { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  const event = JSON.parse(answer.body);
  assert.equal(event.resource, "/productApi");
  assert.equal(event.body, body);
  assert.equal(event.headers["Content-Type"], "application/json");
  assert.equal(event.headers["X-Squall-Delivery"], undefined);
  assert.equal(event.requestContext.stage, "dev");
  assert.equal(event.requestContext.accountId, bed.account);

  for (const path of [
    "/restapis/12345/dev/_user_request_/productApi",
    "/_aws/execute-api/12345/dev/productApi",
  ]) {
    const { status } = await send(cloud, { method: "POST", path, headers, body });
    assert.equal(status, 200, path);
  }
});

test("what is not there answers 403 as AWS does", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await api.put(api.rootId, "GET", {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":200}' },
  });
  await bed.apis.send(new CreateDeploymentCommand({ restApiId: api.id, stageName: "dev" }));

  const unknownPath = await api.send("/nothing");
  assert.equal(unknownPath.status, 403);
  assert.equal(unknownPath.body, '{"message":"Missing Authentication Token"}');
  assert.equal(unknownPath.headers["x-amzn-errortype"], "MissingAuthenticationTokenException");

  const unknownStage = await api.send("/", { stage: "prod" });
  assert.equal(unknownStage.status, 403);
  assert.equal(unknownStage.body, '{"message":"Forbidden"}');
});

test("an outage of Lambda is a 502 to the client, a refusal or a throttle a 500", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await api.putLambda(api.rootId, "GET", await bed.createFunction("outage", ECHO));
  await api.deploy();
  const rule = await cloud.faults.add({
    effect: "error",
    match: { service: "lambda", account: bed.account },
    params: { kind: "internal" },
  });
  const down = await api.send("/");
  assert.equal(down.status, 502);
  assert.equal(down.body, '{"message": "Internal server error"}');
  assert.equal(down.headers["x-amzn-errortype"], "InternalServerErrorException");
  cloud.faults.remove(rule.id);

  const refused = await cloud.faults.add({
    effect: "error",
    match: { service: "lambda", account: bed.account },
    params: { code: "AccessDeniedException", status: 403 },
  });
  assert.equal((await api.send("/")).status, 500);
  cloud.faults.remove(refused.id);

  const throttled = await cloud.faults.add({
    match: { service: "lambda", operation: "Invoke", account: bed.account },
    effect: "error",
    params: { kind: "throttle" },
  });
  const busy = await api.send("/");
  assert.deepEqual([busy.status, busy.body], [500, '{"message": "Internal server error"}']);
  cloud.faults.remove(throttled.id);
  assert.equal((await api.send("/")).status, 200);
});

test("a rule can strike one method of one stage by its ARN", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const pets = await api.createResource("pets");
  for (const method of ["GET", "POST"]) await api.put(pets, method, { type: "MOCK" });
  await api.deploy();
  const resource = `arn:aws:execute-api:us-east-1:${bed.account}:${api.id}/dev/GET/*`;
  const rule = await cloud.faults.add({ effect: "error", match: { resource }, params: { kind: "throttle" } });
  const struck = await api.send("/pets");
  assert.equal(struck.status, 429);
  assert.equal(struck.body, '{"message":"Too Many Requests"}');
  assert.equal(struck.headers["x-squall-fault"], rule.id);
  assert.notEqual((await api.send("/pets", { method: "POST" })).status, 429);
  cloud.faults.remove(rule.id);
});

test("a binary body reaches the function in base64 and comes back as bytes", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi({ binaryMediaTypes: ["image/*"] });
  const arn = await bed.createFunction(
    "binary",
    "async (event) => ({ statusCode: 200, headers: { 'content-type': 'image/png', 'x-was': String(event.isBase64Encoded) }, body: event.isBase64Encoded ? event.body : 'AAEC', isBase64Encoded: true })",
  );
  await api.putLambda(api.rootId, "POST", arn);
  await api.deploy();
  const bytes = Buffer.from([0, 255, 128, 7]);
  const post = (accept: string, type = "image/png") =>
    api.send("/", { method: "POST", headers: { "Content-Type": type, Accept: accept }, body: bytes });
  const back = await post("image/webp,*/*");
  assert.equal(back.headers["x-was"], "true");
  assert.deepEqual(back.bytes, bytes);
  assert.equal(
    (await post("text/html")).body,
    bytes.toString("base64"),
    "who does not accept it gets it as text",
  );
  assert.equal((await post("image/png", "text/plain")).headers["x-was"], "false");
});

test("a body of 10 MB passes, one byte more is too large", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "POST", {
    type: "MOCK",
    requestTemplates: { "text/plain": '{"statusCode":200}' },
  });
  await api.deploy();
  const post = (size: number) =>
    api.send("/", { method: "POST", headers: { "Content-Type": "text/plain" }, body: Buffer.alloc(size) });
  assert.equal((await post(10_485_760)).status, 500, "it gets as far as the MOCK without a response");
  const refused = await post(10_485_761);
  assert.equal(refused.status, 413);
  assert.equal(refused.body, '{"message":"HTTP content length exceeded 10485760 bytes."}');
});

test("headers that API Gateway keeps for itself come back under another name, and large bodies compressed", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi({ minimumCompressionSize: 1000 });
  const arn = await bed.createFunction(
    "headers",
    "async (event) => ({ statusCode: 200, headers: { Date: 'then', 'X-A': 1 }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: 'x'.repeat(Number(event.queryStringParameters.size)) })",
  );
  await api.putLambda(api.rootId, "GET", arn);
  await api.deploy();
  const small = await api.send("/?size=999", { headers: { "Accept-Encoding": "gzip" } });
  assert.equal(small.headers["x-amzn-remapped-date"], "then");
  assert.equal(small.headers["x-a"], "1");
  assert.deepEqual(small.headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(small.headers["content-type"], "application/json");
  assert.equal(small.headers["content-encoding"], undefined);
  const large = await api.send("/?size=1000", { headers: { "Accept-Encoding": "gzip" } });
  assert.equal(large.headers["content-encoding"], "gzip");
  assert.ok(large.bytes.length < 200);
});

test("a backend that never answers is a 504 after 29 seconds of the clock", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const asked = once(silent, "request");
  const uri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await api.put(api.rootId, "GET", { type: "HTTP_PROXY", integrationHttpMethod: "GET", uri });
  await api.deploy();
  const answer = api.send("/");
  await asked;
  await cloud.clock.advance("PT28S");
  await cloud.clock.advance("PT1S");
  const { status, body } = await answer;
  silent.closeAllConnections();
  silent.close();
  assert.equal(status, 504);
  assert.equal(body, '{"message": "Endpoint request timed out"}');
});

test("a streamed response has its status and headers first, then its body as it comes", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "streaming",
    `awslambda.streamifyResponse(async (event, stream) => {
      if (event.queryStringParameters?.fail) throw new Error("no");
      const out = awslambda.HttpResponseStream.from(stream, { statusCode: 202, headers: { "x-a": "1", "content-type": "text/plain" } });
      out.write("one,");
      await new Promise((resolve) => setTimeout(resolve, 5));
      out.end("two");
    })`,
  );
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/${arn}/response-streaming-invocations`;
  await api.put(api.rootId, "GET", {
    type: "AWS_PROXY",
    integrationHttpMethod: "POST",
    uri,
    responseTransferMode: "STREAM",
  });
  await api.deploy();
  const answer = await api.send("/");
  assert.equal(answer.status, 202);
  assert.equal(answer.headers["x-a"], "1");
  assert.equal(answer.body, "one,two");
  assert.equal((await api.send("/?fail=1")).status, 502);
});

test("headers that cannot be sent as they are do not break the answer", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "odd-headers",
    "async () => ({ statusCode: 200, headers: { 'x-line': 'a\\r\\nx-evil: 1', 'x-far': 'gr\u00fc\u00df \u20ac', 'not a name': 'x' }, body: 'ok' })",
  );
  await api.putLambda(api.rootId, "GET", arn);
  await api.deploy();
  const { status, headers, body } = await api.send("/");
  assert.equal(status, 200);
  assert.equal(body, "ok");
  assert.equal(headers["x-line"], "a x-evil: 1");
  assert.equal(headers["x-evil"], undefined);
  assert.ok(headers["x-far"]);
});
