import assert from "node:assert/strict";
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
  const headers = { "Content-Type": "application/json" };
  const answer = await api.send("/productApi", { method: "POST", headers, body });
  assert.equal(answer.status, 200);
  const event = JSON.parse(answer.body);
  assert.equal(event.resource, "/productApi");
  assert.equal(event.body, body);
  assert.equal(event.headers["Content-Type"], "application/json");
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

test("an outage of Lambda is a 502 to the client, a refusal a 500", async () => {
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
  assert.equal((await api.send("/")).status, 200);
});
