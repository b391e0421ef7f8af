import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decode as decodeCbor } from "cborg";
import type { Cloud } from "../../src/index.ts";
import { testCloud } from "../cloud.ts";

/** What is newer than the models: its name, and the promised 501 in the protocol that the client speaks. */

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

const signed = (signingName: string) =>
  `AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;

async function ask(path: string, headers: Record<string, string>, body = ""): Promise<Response> {
  return await fetch(`${cloud.url}${path}`, { method: "POST", headers, body });
}

async function lastCall(): Promise<string> {
  const response = await fetch(`${cloud.url}/_squall/calls`);
  const { calls } = (await response.json()) as { calls: { service: string; operation: string }[] };
  const { service, operation } = calls.at(-1)!;
  return `${service}.${operation}`;
}

test("a service that speaks Smithy RPC is answered in CBOR", async () => {
  const response = await ask("/service/HyperStore/operation/PutThing", {
    "smithy-protocol": "rpc-v2-cbor",
    "content-type": "application/cbor",
    authorization: signed("hyperstore"),
  });
  assert.equal(response.status, 501);
  assert.equal(response.headers.get("smithy-protocol"), "rpc-v2-cbor");
  assert.equal(response.headers.get("content-type"), "application/cbor");
  const error = decodeCbor(new Uint8Array(await response.arrayBuffer())) as Record<string, string>;
  assert.match(error["__type"]!, /#NotImplemented$/);
  assert.match(error["message"]!, /hyperstore/);
  assert.equal(await lastCall(), "hyperstore.PutThing");
});

test("and in JSON when that is its form of Smithy RPC", async () => {
  const response = await ask("/service/HyperStore/operation/PutThing", {
    "smithy-protocol": "rpc-v2-json",
    "content-type": "application/json",
  });
  assert.equal(response.status, 501);
  assert.equal(response.headers.get("smithy-protocol"), "rpc-v2-json");
  assert.match(((await response.json()) as { __type: string }).__type, /NotImplemented$/);
  assert.equal(await lastCall(), "hyperstore.PutThing");
});

test("a target names an operation, also of a service that has no such operation yet", async () => {
  const json = { "content-type": "application/x-amz-json-1.0" };
  const response = await ask("/", {
    ...json,
    "x-amz-target": "DynamoDB_20120810.FoldTable",
    authorization: signed("dynamodb"),
  });
  assert.equal(response.status, 501);
  assert.match(await response.text(), /dynamodb has no operation FoldTable/);
  assert.equal(await lastCall(), "dynamodb.FoldTable");

  const unheard = await ask("/", {
    ...json,
    "x-amz-target": "HyperStore_20270101.PutThing",
    authorization: signed("hyperstore"),
  });
  assert.equal(unheard.status, 501);
  assert.equal(unheard.headers.get("content-type"), "application/x-amz-json-1.0");
  assert.equal(await lastCall(), "hyperstore_20270101.PutThing");
});

test("an action is answered in XML", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded", authorization: signed("sns") };
  const response = await ask("/", form, "Action=FoldTopic&Version=2010-03-31");
  assert.equal(response.status, 501);
  assert.match(await response.text(), /<Code>NotImplemented<\/Code>/);
  assert.equal(await lastCall(), "sns.FoldTopic");
});

test("a REST service has the name that the SDK or the AWS CLI gives it", async () => {
  const headers = { authorization: signed("hyper"), "content-type": "application/json" };
  const cli = "aws-cli/2.40.0 md/awscrt#1 md/command#hyperstore.put-thing";
  const response = await ask("/things/1", { ...headers, "user-agent": cli }, "{}");
  assert.equal(response.status, 501);
  assert.equal(await lastCall(), "hyperstore.PutThing");
  await ask("/things/1", { ...headers, "user-agent": "aws-sdk-go-v2/1.50 api/hyperstore#1.0.0" }, "{}");
  assert.equal(await lastCall(), "hyperstore.Unknown");
  await ask("/things/1", headers, "{}");
  assert.equal(await lastCall(), "hyper.Unknown");
});

test("a rule can name it: what the models do not have is marked as new", async () => {
  await assert.rejects(cloud.faults.add({ service: "hyperstore", error: "throttle" }), /new:hyperstore/);
  const rule = { service: "new:hyperstore", operation: "new:PutThing", error: "ThrottlingException" };
  await cloud.faults.add({ id: "new", ...rule });
  const response = await ask("/service/HyperStore/operation/PutThing", {
    "smithy-protocol": "rpc-v2-cbor",
    authorization: signed("hyperstore"),
  });
  assert.equal(response.headers.get("x-squall-fault"), "new");
  assert.equal(response.status, 400);
  await cloud.faults.remove("new");

  await cloud.faults.add({ id: "op", service: "sqs", operation: "new:FoldQueue", error: "AccessDenied" });
  const known = await ask("/", {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "AmazonSQS.FoldQueue",
    authorization: signed("sqs"),
  });
  assert.equal(known.headers.get("x-squall-fault"), "op");
  await cloud.faults.remove("op");
});

test("calls that nobody signs are told by path, host, action and user agent", async () => {
  const { recognize } = await import("../../src/gateway/recognize.ts");
  const of = (fields: { method?: string; path: string; headers?: Record<string, string>; body?: string }) =>
    recognize({
      method: fields.method ?? "POST",
      path: fields.path,
      query: "",
      headers: { host: "localhost:4566", ...fields.headers },
      body: Buffer.from(fields.body ?? ""),
    }).service;
  const json = { "content-type": "application/json" };
  assert.equal(of({ path: "/token", headers: json }), "sso-oidc");
  assert.equal(of({ path: "/client/register", headers: json }), "sso-oidc");
  const token = { "x-amz-sso_bearer_token": "t" };
  assert.equal(of({ method: "GET", path: "/federation/credentials", headers: token }), "sso");
  assert.equal(of({ path: "/", headers: { host: "oidc.us-east-1.amazonaws.com" } }), "sso-oidc");
  assert.equal(of({ path: "/", headers: { host: "portal.sso.us-east-1.amazonaws.com" } }), "sso");
  const bearer = { ...json, authorization: "Bearer key" };
  assert.equal(of({ path: "/model/a/converse", headers: bearer }), "bedrock-runtime");
  const target = { "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth" };
  assert.equal(of({ path: "/", headers: target }), "cognito-idp");
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const assume = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15";
  assert.equal(of({ path: "/", headers: form, body: assume }), "sts");
  assert.equal(of({ method: "PUT", path: "/token", headers: json }), "s3");
});
