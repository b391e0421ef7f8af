/*
 * What API Gateway says when it refuses: each line was recorded on AWS (2024 to February 2026), with other names and values.
 * A `NotFoundException` names the innermost thing that was asked for, also where its API is not there.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { APIGateway, type PatchOperation } from "@aws-sdk/client-api-gateway";
import { clientOptions, newAccount, testCloud } from "../../../test/cloud.ts";
import type { Cloud } from "../../index.ts";

type Call = (apis: APIGateway, place: Place) => Promise<unknown>;
interface Place {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly stageName: string;
  readonly deploymentId: string;
}
/** An operation of the client as a plain function. */
type Loose = Record<string, (input: object) => Promise<unknown>>;

const account = newAccount();
let cloud: Cloud;
let apis: APIGateway;
let place: Place;

before(async () => {
  cloud = await testCloud();
  apis = new APIGateway(clientOptions(cloud, account));
  const { id: restApiId, rootResourceId: resourceId } = await apis.createRestApi({ name: "orders" });
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await apis.putMethod({ ...method, authorizationType: "NONE" });
  await apis.putMethodResponse({ ...method, statusCode: "200" });
  await apis.putIntegration({ ...method, type: "MOCK" });
  await apis.putIntegrationResponse({ ...method, statusCode: "200" });
  const { id: deploymentId } = await apis.createDeployment({ restApiId });
  await apis.createStage({ restApiId, stageName: "live", deploymentId });
  await apis.createModel({
    restApiId,
    name: "Order",
    contentType: "application/json",
    schema: '{"type":"object"}',
  });
  const parent = await apis.createResource({ restApiId, parentId: resourceId, pathPart: "orders" });
  await apis.putMethod({
    restApiId,
    resourceId: parent.id,
    httpMethod: "POST",
    authorizationType: "NONE",
    requestModels: { "application/json": "Order" },
  });
  await apis.putIntegration({ restApiId, resourceId: parent.id, httpMethod: "POST", type: "MOCK" });
  place = {
    restApiId: restApiId!,
    resourceId: resourceId!,
    stageName: "live",
    deploymentId: deploymentId!,
  };
});
after(() => cloud[Symbol.asyncDispose]());

const call =
  (operation: string, input: (place: Place) => object): Call =>
  (client, at) =>
    (client as unknown as Loose)[operation]!(input(at));
const stage = (...patchOperations: PatchOperation[]) =>
  call("updateStage", ({ restApiId, stageName }) => ({ restApiId, stageName, patchOperations }));
const api = (...patchOperations: PatchOperation[]) =>
  call("updateRestApi", ({ restApiId }) => ({ restApiId, patchOperations }));
const method = (...patchOperations: PatchOperation[]) =>
  call("updateMethod", ({ restApiId, resourceId }) => ({
    restApiId,
    resourceId,
    httpMethod: "GET",
    patchOperations,
  }));
const gatewayResponse = (...patchOperations: PatchOperation[]) =>
  call("updateGatewayResponse", ({ restApiId }) => ({
    restApiId,
    responseType: "DEFAULT_4XX",
    patchOperations,
  }));
const methodResponse = (...patchOperations: PatchOperation[]) =>
  call("updateMethodResponse", ({ restApiId, resourceId }) => ({
    restApiId,
    resourceId,
    httpMethod: "GET",
    statusCode: "200",
    patchOperations,
  }));

const nowhere = { restApiId: "nowhere" };
const accessLogPaths =
  "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]";
const noSetting = (name: string) =>
  `Cannot remove method setting ${name} because there is no method setting for this method `;

const REFUSED: readonly [code: string, message: string | RegExp, call: Call][] = [
  // What is not there.
  [
    "NotFoundException",
    /^Invalid API identifier specified \d{12}:nowhere$/,
    call("getRestApi", () => nowhere),
  ],
  [
    "NotFoundException",
    "Invalid Resource identifier specified",
    call("getIntegration", () => ({ ...nowhere, resourceId: "r", httpMethod: "GET" })),
  ],
  [
    "NotFoundException",
    "Invalid Documentation part identifier specified",
    call("getDocumentationPart", () => ({ ...nowhere, documentationPartId: "p" })),
  ],
  [
    "NotFoundException",
    "Invalid model name specified: Bill",
    call("deleteModel", () => ({ ...nowhere, modelName: "Bill" })),
  ],
  [
    "BadRequestException",
    "Invalid REST API identifier specified",
    call("createRequestValidator", () => ({ ...nowhere, name: "strict" })),
  ],
  [
    "NotFoundException",
    "Invalid Method identifier specified",
    call("getIntegration", ({ restApiId, resourceId }) => ({ restApiId, resourceId, httpMethod: "PUT" })),
  ],
  [
    "NotFoundException",
    "Invalid Integration identifier specified",
    call("deleteIntegrationResponse", ({ restApiId, resourceId }) => ({
      restApiId,
      resourceId,
      httpMethod: "PUT",
      statusCode: "200",
    })),
  ],
  [
    "NotFoundException",
    "Gateway response type not defined on api",
    call("deleteGatewayResponse", ({ restApiId }) => ({ restApiId, responseType: "THROTTLED" })),
  ],
  [
    "NotFoundException",
    "Invalid Vpc Link identifier specified",
    call("getVpcLink", () => ({ vpcLinkId: "nowhere" })),
  ],

  // What the model says of an input: members of the body stand below the input's name, those of the URI do not.
  [
    "ValidationException",
    "2 validation errors detected: Value '[GLOBAL]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; Value 'ipv7' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: Member must satisfy enum value set: [ipv4, dualstack]",
    call("createRestApi", () => ({
      name: "x",
      endpointConfiguration: { types: ["GLOBAL"], ipAddressType: "ipv7" },
    })),
  ],
  [
    "ValidationException",
    /^1 validation error detected: Value 'NONSENSE' at 'responseType' failed .* \[REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, .*, EXPIRED_TOKEN\]$/,
    call("getGatewayResponse", ({ restApiId }) => ({ restApiId, responseType: "NONSENSE" })),
  ],
  [
    "ValidationException",
    "1 validation error detected: Value 'swap' at 'updateGatewayResponseInput.patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
    gatewayResponse({ op: "swap" as "add", path: "/statusCode" }),
  ],

  // APIs.
  [
    "BadRequestException",
    "Cannot create an api with multiple Endpoint Types.",
    call("createRestApi", () => ({ name: "x", endpointConfiguration: { types: ["EDGE", "REGIONAL"] } })),
  ],
  [
    "BadRequestException",
    "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
    call("createRestApi", () => ({ name: "x", endpointConfiguration: { types: [] } })),
  ],
  [
    "BadRequestException",
    "Description cannot be an empty string",
    call("createRestApi", () => ({ name: "x", description: "" })),
  ],
  [
    "BadRequestException",
    "ipAddressType must be either ipv4 or dualstack.",
    api({ op: "replace", path: "/endpointConfiguration/ipAddressType", value: "ipv7" }),
  ],
  [
    "BadRequestException",
    "Invalid patch operation specified. Must be one of: [replace]",
    api({ op: "add", path: "/endpointConfiguration/ipAddressType", value: "dualstack" }),
  ],
  [
    "BadRequestException",
    "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    api({ op: "copy", path: "/endpointConfiguration/types/EDGE", value: "REGIONAL" }),
  ],
  [
    "BadRequestException",
    "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
    api({ op: "replace", path: "/endpointConfiguration/types/EDGE", value: "GLOBAL" }),
  ],
  [
    "BadRequestException",
    "Only dualstack ipAddressType is supported for Private APIs.",
    api(
      { op: "replace", path: "/endpointConfiguration/types/EDGE", value: "PRIVATE" },
      { op: "replace", path: "/endpointConfiguration/ipAddressType", value: "ipv4" },
    ),
  ],

  // Models.
  [
    "BadRequestException",
    "Model name must be non-empty",
    call("createModel", ({ restApiId }) => ({ restApiId, name: "", contentType: "application/json" })),
  ],
  [
    "BadRequestException",
    "Model schema must have at least 1 property or array items defined",
    call("createModel", ({ restApiId }) => ({ restApiId, name: "Bill", contentType: "application/xml" })),
  ],
  [
    "ConflictException",
    "Cannot delete model 'Order', is referenced in method request: /orders/POST",
    call("deleteModel", ({ restApiId }) => ({ restApiId, modelName: "Order" })),
  ],

  // Methods, their responses and integrations.
  [
    "BadRequestException",
    "Invalid patch operation specified. Must be one of: [replace]",
    method({ op: "remove", path: "/apiKeyRequired", value: "true" }),
  ],
  ["BadRequestException", "Invalid patch path /httpMethod", method({ op: "replace", path: "/httpMethod" })],
  [
    "NotFoundException",
    "Invalid parameter name specified",
    methodResponse({ op: "remove", path: "/responseParameters/method.response.header.X" }),
  ],
  [
    "NotFoundException",
    "Content-Type specified was not found",
    methodResponse({ op: "replace", path: "/responseModels/text~1plain", value: "Empty" }),
  ],
  [
    "BadRequestException",
    "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: yes]",
    call("putIntegration", ({ restApiId, resourceId }) => ({
      restApiId,
      resourceId,
      httpMethod: "GET",
      type: "HTTP",
      integrationHttpMethod: "GET",
      uri: "http://example.com",
      requestParameters: { "integration.request.path.id": "yes" },
    })),
  ],
  [
    "BadRequestException",
    "Validation Result: warnings : [], errors : [Invalid content type specified: json]",
    call("putIntegrationResponse", ({ restApiId, resourceId }) => ({
      restApiId,
      resourceId,
      httpMethod: "GET",
      statusCode: "200",
      responseTemplates: { json: "{}" },
    })),
  ],

  // Gateway responses.
  ["BadRequestException", "Invalid patch path null", gatewayResponse({ op: "add", value: "444" })],
  [
    "BadRequestException",
    "Invalid patch path /statusCode",
    gatewayResponse({ op: "add", path: "/statusCode" }),
  ],
  [
    "NotFoundException",
    "Invalid parameter name specified",
    gatewayResponse({ op: "replace", path: "/responseParameters/gatewayresponse.header.X", value: "'x'" }),
  ],
  [
    "BadRequestException",
    "Invalid null or empty value in responseTemplates",
    gatewayResponse({ op: "add", path: "/responseTemplates/application~1json" }),
  ],

  // Stages and canaries.
  ["BadRequestException", accessLogPaths, stage({ op: "add", path: "/accessLogSettings", value: "x" })],
  [
    "BadRequestException",
    accessLogPaths,
    stage({ op: "replace", path: "/accessLogSettings/level", value: "x" }),
  ],
  [
    "BadRequestException",
    "Access Log value must not be empty",
    stage({ op: "replace", path: "/accessLogSettings/format", value: "" }),
  ],
  [
    "BadRequestException",
    noSetting("accessLogSettings/format"),
    stage({ op: "remove", path: "/accessLogSettings/format" }),
  ],
  ["BadRequestException", noSetting("*/*"), stage({ op: "remove", path: "/*/*" })],
  [
    "BadRequestException",
    noSetting("canarySettings/stageVariableOverrides"),
    stage({ op: "remove", path: "/canarySettings/stageVariableOverrides" }),
  ],
  [
    "BadRequestException",
    /^Invalid method setting path: \/canarySettings\/share\. Must be one of: \[\/deploymentId, \/description, .*, \/variables\/\{variable_name\}, \/tracingEnabled\]$/,
    stage({ op: "replace", path: "/canarySettings/share", value: "5" }),
  ],
  [
    "BadRequestException",
    "Invalid add operation with path: /canarySettings/deploymentId",
    stage({ op: "add", path: "/canarySettings/deploymentId", value: "x" }),
  ],
  [
    "BadRequestException",
    "Deployment id does not exist",
    stage({ op: "replace", path: "/canarySettings/deploymentId", value: "x" }),
  ],
  [
    "BadRequestException",
    "Promotion not available. Canary does not exist.",
    stage({ op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" }),
  ],
  [
    "BadRequestException",
    "Invalid copy operation with path: /description and from /variables. Valid copy:path are [/deploymentId, /variables] and valid copy:from are [/canarySettings/deploymentId, /canarySettings/stageVariableOverrides]",
    stage({ op: "copy", from: "/variables", path: "/description" }),
  ],
  [
    "BadRequestException",
    "Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is null",
    call("createDeployment", ({ restApiId }) => ({ restApiId, canarySettings: { percentTraffic: 5 } })),
  ],
  [
    "BadRequestException",
    "Invalid deployment content specified.Stage early must already be created before making a canary release deployment",
    call("createDeployment", ({ restApiId }) => ({
      restApiId,
      stageName: "early",
      canarySettings: { percentTraffic: 5 },
    })),
  ],

  // The rest.
  [
    "BadRequestException",
    "Request Validator name cannot be blank",
    call("createRequestValidator", ({ restApiId }) => ({ restApiId, name: "" })),
  ],
  [
    "BadRequestException",
    "Name cannot be empty",
    call("createVpcLink", () => ({ name: "", targetArns: ["x"] })),
  ],
  [
    "BadRequestException",
    "Invalid ARN. ARN is not well formed balancer",
    call("createVpcLink", () => ({ name: "x", targetArns: ["balancer"] })),
  ],
];

for (const [at, [code, message, attempt]] of REFUSED.entries()) {
  test(`${at + 1}. ${code}: ${message}`, () =>
    assert.rejects(attempt(apis, place), (error: Error) => {
      assert.equal(error.name, code);
      if (message instanceof RegExp) assert.match(error.message, message);
      else assert.equal(error.message, message);
      return true;
    }));
}

test("a family's gateway response is that of its types which have none of their own", async () => {
  const { restApiId } = place;
  await apis.putGatewayResponse({ restApiId, responseType: "DEFAULT_5XX", statusCode: "599" });
  await apis.putGatewayResponse({ restApiId, responseType: "AUTHORIZER_FAILURE" });
  const { items } = await apis.getGatewayResponses({ restApiId });
  const of = (type: string) => {
    const { statusCode, defaultResponse } = items!.find(({ responseType }) => responseType === type)!;
    return { statusCode, defaultResponse };
  };
  assert.deepEqual(of("INTEGRATION_FAILURE"), { statusCode: "599", defaultResponse: true });
  assert.deepEqual(of("AUTHORIZER_FAILURE"), { statusCode: "500", defaultResponse: false });
  assert.deepEqual(of("THROTTLED"), { statusCode: "429", defaultResponse: true });
});

test("a word that is no boolean is false, and an authorizer is not kept where nobody asks it", async () => {
  const { restApiId, resourceId } = place;
  const changed = await apis.updateMethod({
    restApiId,
    resourceId,
    httpMethod: "GET",
    patchOperations: [
      { op: "replace", path: "/apiKeyRequired", value: "perhaps" },
      { op: "replace", path: "/authorizerId", value: "nobody" },
    ],
  });
  assert.equal(changed.apiKeyRequired, false);
  assert.equal(changed.authorizerId, undefined);
});

test("the last entry of a map goes with its map", async () => {
  const { restApiId, resourceId } = place;
  const patch = (op: "add" | "remove") =>
    apis.updateMethodResponse({
      restApiId,
      resourceId,
      httpMethod: "GET",
      statusCode: "200",
      patchOperations: [{ op, path: "/responseModels/application~1json", value: "Empty" }],
    });
  assert.deepEqual((await patch("add")).responseModels, { "application/json": "Empty" });
  assert.equal((await patch("remove")).responseModels, undefined);
});

test("a canary that is set share by share has the stage's deployment, and is promoted by copying", async () => {
  const { restApiId, stageName, deploymentId } = place;
  const patch = (...patchOperations: PatchOperation[]) =>
    apis.updateStage({ restApiId, stageName, patchOperations });
  const { canarySettings } = await patch({
    op: "replace",
    path: "/canarySettings/percentTraffic",
    value: "10.0",
  });
  assert.deepEqual(canarySettings, { deploymentId, percentTraffic: 10, useStageCache: false });
  const { id: next } = await apis.createDeployment({
    restApiId,
    stageName,
    canarySettings: { percentTraffic: 10 },
  });
  const promoted = await patch({ op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" });
  assert.equal(promoted.deploymentId, next);
  assert.equal(promoted.canarySettings?.deploymentId, next);
  await patch({ op: "remove", path: "/canarySettings" });
});

test("an empty response template is null in the answer, and a template of a number is refused as Java does", async () => {
  const { restApiId, resourceId } = place;
  const put = (responseTemplates: object) =>
    fetch(
      `${cloud.url}/restapis/${restApiId}/resources/${resourceId}/methods/GET/integration/responses/200`,
      {
        method: "PUT",
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/apigateway/aws4_request, SignedHeaders=host, Signature=0`,
        },
        body: JSON.stringify({ responseTemplates }),
      },
    );
  for (const template of ["", null]) {
    const answer = (await (await put({ "application/json": template })).json()) as Record<string, unknown>;
    assert.deepEqual(answer["responseTemplates"], { "application/json": null });
  }
  const refused = await put({ "application/json": 5 });
  assert.equal(refused.status, 400);
  assert.match(
    await refused.text(),
    /class com\.amazon\.coral\.value\.json\.numbers\.TruncatingBigNumber can not be converted to an String/,
  );
});
