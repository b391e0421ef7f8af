/*
 * What an import takes, drops and refuses: integrations are checked as PutIntegration checks them. Lines marked so were recorded on AWS
 * (2024 to 2026); the words around an error are those that SAM and the AWS CLI show of failed imports.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { APIGateway } from "@aws-sdk/client-api-gateway";
import { clientOptions, newAccount, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";

let cloud: Cloud;
let apis: APIGateway;
before(async () => {
  cloud = await testCloud();
  apis = new APIGateway(clientOptions(cloud, newAccount()));
});
after(() => cloud[Symbol.asyncDispose]());

const MOCK = { type: "mock", requestTemplates: { "application/json": '{"statusCode": 200}' } };

const bodyOf = (path: string, integration: object, more: object = {}) =>
  Buffer.from(
    JSON.stringify({
      openapi: "3.0.1",
      info: { title: "shop", version: "1" },
      paths: { [path]: { get: { responses: {}, "x-amazon-apigateway-integration": integration } } },
      ...more,
    }),
  );

const REFUSED: readonly [path: string, integration: object, error: string][] = [
  [
    "/a",
    { type: "aws_proxy", httpMethod: "POST", uri: "arn:aws:lambda:us-east-1:123456789012:function:f" },
    "Unable to put integration on 'GET' for resource at path '/a': AWS ARN for integration must contain path or action",
  ],
  [
    "/a",
    { type: "aws_proxy", httpMethod: "POST", uri: { "Fn::Sub": "arn:${AWS::Partition}:apigateway:…" } },
    "Unable to put integration on 'GET' for resource at path '/a': Invalid ARN specified in the request",
  ],
  [
    "/a",
    { type: "aws", httpMethod: "POST", uri: "arn:aws:apigateway:us-east-1:lambda:function" },
    "Unable to put integration on 'GET' for resource at path '/a': AWS ARN for integration must contain path or action",
  ],
  [
    "/a",
    { type: "http", httpMethod: "GET", uri: "nowhere" },
    "Unable to put integration on 'GET' for resource at path '/a': Invalid HTTP endpoint specified for URI",
  ],
  [
    "/a/{b c}",
    MOCK,
    "Unable to create resource at path '/a/{b c}': Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
  ],
];

for (const [path, integration, error] of REFUSED) {
  test(`an import is refused as a whole: ${error}`, async () => {
    const before = await apis.getRestApis({ limit: 500 });
    await assert.rejects(apis.importRestApi({ body: bodyOf(path, integration) }), {
      name: "BadRequestException",
      message: `Errors found during import:\n\t${error}`,
    });
    assert.equal((await apis.getRestApis({ limit: 500 })).items?.length ?? 0, before.items?.length ?? 0);
  });
}

test("a parameter that is no text is left out with a warning, as recorded", async () => {
  const requestParameters = {
    "integration.request.header.a": true,
    "integration.request.header.b": "'true'",
  };
  const { id: restApiId, warnings } = await apis.importRestApi({
    body: bodyOf("/a", { ...MOCK, requestParameters }),
  });
  assert.deepEqual(warnings, [
    "Invalid format for 'requestParameters'. Expected type string for property 'integration.request.header.a' of resource '/a' and method 'GET' but got 'true'",
  ]);
  const { items } = await apis.getResources({ restApiId, embed: ["methods"] });
  const { methodIntegration } = items!.find(({ path }) => path === "/a")!.resourceMethods!["GET"]!;
  assert.deepEqual(methodIntegration?.requestParameters, { "integration.request.header.b": "'true'" });
});

test("binary types are added by merging and replaced by overwriting, as recorded; tags come from the definition", async () => {
  const { id: restApiId } = await apis.createRestApi({ name: "shop", binaryMediaTypes: ["image/heif"] });
  const body = bodyOf("/a", MOCK, {
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    tags: [{ name: "team", "x-amazon-apigateway-tag-value": "blue" }, { name: "just documentation" }],
  });
  const merged = await apis.putRestApi({ restApiId, mode: "merge", body });
  assert.deepEqual(merged.binaryMediaTypes, ["image/heif", "image/png"]);
  assert.deepEqual(merged.tags, { team: "blue" });
  const replaced = await apis.putRestApi({ restApiId, mode: "overwrite", body });
  assert.deepEqual(replaced.binaryMediaTypes, ["image/png"]);
});

test("an API that was changed has tags from then on, if none in them, as recorded", async () => {
  const { id: restApiId, tags } = await apis.createRestApi({ name: "shop" });
  assert.equal(tags, undefined);
  await apis.updateRestApi({
    restApiId,
    patchOperations: [{ op: "replace", path: "/name", value: "store" }],
  });
  assert.deepEqual((await apis.getRestApi({ restApiId })).tags, {});
});

test("an authorizer shows no time to live that was not given, as recorded", async () => {
  const { id: restApiId } = await apis.createRestApi({ name: "shop" });
  const uri =
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations";
  const common = {
    restApiId,
    type: "TOKEN",
    authorizerUri: uri,
    identitySource: "method.request.header.Auth",
  } as const;
  const silent = await apis.createAuthorizer({ ...common, name: "a" });
  assert.equal(silent.authorizerResultTtlInSeconds, undefined);
  const given = await apis.createAuthorizer({ ...common, name: "b", authorizerResultTtlInSeconds: 60 });
  assert.equal(given.authorizerResultTtlInSeconds, 60);
});
