import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateAuthorizerCommand,
  TestInvokeAuthorizerCommand,
  TestInvokeMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";
import { Bed } from "./bed.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

test("a method is tried without a deployment, and its log tells every step", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const resourceId = await api.createResource("{id}");
  const arn = await bed.createFunction(
    "tried",
    "async (event) => ({ statusCode: 201, headers: { 'X-A': '1' }, body: event.pathParameters.id + event.body + event.requestContext.stage })",
  );
  await api.putLambda(resourceId, "POST", arn, { authorizationType: "AWS_IAM" });
  const { status, body, headers, log } = await bed.apis.send(
    new TestInvokeMethodCommand({
      restApiId: api.id,
      resourceId,
      httpMethod: "POST",
      pathWithQueryString: "/7?q=1",
      body: "b",
      headers: { "X-B": "2" },
    }),
  );
  assert.equal(status, 201);
  assert.equal(body, "7btest-invoke-stage");
  assert.equal(headers?.["x-a"], "1");
  for (const line of [
    "Starting execution for request",
    "HTTP Method: POST, Resource Path: /{id}",
    "Method request path: {id=7}",
    "Method request query string: {q=1}",
    "Method request headers: {X-B=2}",
    "Method request body before transformations: b",
    "Endpoint request URI: https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/",
    "Endpoint response body before transformations:",
    "Method completed with status: 201",
  ]) {
    assert.ok(log?.includes(line), `${line}\nis not in\n${log}`);
  }
});

test("a failing function shows its error in the log and AWS's body to the client", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await api.putLambda(
    api.rootId,
    "GET",
    await bed.createFunction("failing", "async () => { throw new Error('oh no'); }"),
  );
  const { status, body, log } = await bed.apis.send(
    new TestInvokeMethodCommand({ restApiId: api.id, resourceId: api.rootId, httpMethod: "GET" }),
  );
  assert.equal(status, 502);
  assert.equal(body, '{"message": "Internal server error"}');
  assert.match(log!, /Lambda execution failed with status 200 due to customer function error: oh no/);
});

test("an answer that is no proxy response is a 502", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await api.putLambda(
    api.rootId,
    "POST",
    await bed.createFunction("odd", "async (event) => JSON.parse(event.body)"),
  );
  const answer = async (body: unknown) => {
    const input = {
      restApiId: api.id,
      resourceId: api.rootId,
      httpMethod: "POST",
      body: JSON.stringify(body),
    };
    const { status, log } = await bed.apis.send(new TestInvokeMethodCommand(input));
    return status === 502 ? /Malformed Lambda proxy response/.test(log!) : status;
  };
  assert.equal(await answer({ statusCode: 200, body: "x" }), 200);
  assert.equal(await answer({ statusCode: "202" }), 202);
  assert.equal(await answer({}), true);
  assert.equal(await answer({ statusCode: 200, body: { an: "object" } }), true);
  assert.equal(await answer({ statusCode: 200, extra: 1 }), true);
  assert.equal(await answer({ statusCode: "many" }), true);
  assert.equal(await answer(null), true);
  assert.equal(await answer("text"), true);
});

test("an authorizer is tried with a token", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "auth",
    `async (event) => ({ principalId: event.authorizationToken, policyDocument: { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }, context: { a: 1 } })`,
  );
  const { id } = await bed.apis.send(
    new CreateAuthorizerCommand({
      restApiId: api.id,
      name: "a",
      type: "TOKEN",
      identitySource: "method.request.header.Authorization",
      authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
    }),
  );
  const place = { restApiId: api.id, authorizerId: id };
  const tried = await bed.apis.send(
    new TestInvokeAuthorizerCommand({ ...place, headers: { Authorization: "me" } }),
  );
  assert.equal(tried.clientStatus, 0);
  assert.equal(tried.principalId, "me");
  assert.deepEqual(tried.authorization, { a: ["1"] });
  assert.equal((await bed.apis.send(new TestInvokeAuthorizerCommand(place))).clientStatus, 401);
});

test("a method that is not there is tried as the resource's ANY", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "ANY", {
    type: "HTTP_PROXY",
    integrationHttpMethod: "ANY",
    // A name of this machine, which no name server knows.
    uri: `http://nowhere.localhost.localstack.cloud:${new URL(cloud.url).port}/_squall/health`,
  });
  const tried = await api.bed.apis.send(
    new TestInvokeMethodCommand({ restApiId: api.id, resourceId: api.rootId, httpMethod: "GET" }),
  );
  assert.ok(tried.log?.includes("HTTP Method: GET, Resource Path: /"), tried.log);
  assert.ok(!tried.log?.includes("ENOTFOUND") && !tried.log?.includes("EAI_AGAIN"), tried.log);
  assert.ok(tried.log?.includes("Received response. Status:"), tried.log);
});
