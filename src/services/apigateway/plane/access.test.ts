import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  type CreateAuthorizerCommandInput,
  CreateModelCommand,
  CreateRequestValidatorCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  FlushStageAuthorizersCacheCommand,
  FlushStageCacheCommand,
  GetUsageCommand,
  PutGatewayResponseCommand,
  PutIntegrationResponseCommand,
  PutMethodResponseCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { clientOptions, testCloud } from "../../../../test/cloud.ts";
import { until } from "../../../../test/until.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, type RestApiBed } from "../bed.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

const MOCK = { type: "MOCK", requestTemplates: { "application/json": '{"statusCode":200}' } } as const;

/** A MOCK that answers with a template. */
async function putMock(
  api: RestApiBed,
  resourceId: string,
  method: Parameters<RestApiBed["put"]>[3] = {},
  template = "{}",
  httpMethod = "GET",
) {
  await api.put(resourceId, httpMethod, MOCK, method);
  const place = { restApiId: api.id, resourceId, httpMethod, statusCode: "200" };
  await api.bed.apis.send(new PutMethodResponseCommand(place));
  await api.bed.apis.send(
    new PutIntegrationResponseCommand({ ...place, responseTemplates: { "application/json": template } }),
  );
}

async function createAuthorizer(
  api: RestApiBed,
  functionArn: string | undefined,
  input: Partial<CreateAuthorizerCommandInput>,
) {
  const { id } = await api.bed.apis.send(
    new CreateAuthorizerCommand({
      restApiId: api.id,
      name: "a",
      type: "TOKEN",
      identitySource: "method.request.header.Authorization",
      ...(functionArn && {
        authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
      }),
      ...input,
    }),
  );
  return id!;
}

const POLICY = (effect: string) =>
  `{ Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect: ${effect}, Resource: event.methodArn }] }`;

test("a TOKEN authorizer lets in, keeps out, and is asked once for a token", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "token",
    `async (event) => {
      const token = event.authorizationToken;
      if (token === "nobody") throw new Error("Unauthorized");
      if (token === "broken") throw new Error("broken");
      if (token === "odd") return { nothing: true };
      return { principalId: "user-1", policyDocument: ${POLICY('token === "allow" ? "Allow" : "Deny"')}, context: { plan: "gold", level: 3 } };
    }`,
  );
  const authorizerId = await createAuthorizer(api, arn, { identityValidationExpression: "[a-z]+" });
  await putMock(
    api,
    api.rootId,
    { authorizationType: "CUSTOM", authorizerId },
    '{"who":"$context.authorizer.principalId","plan":"$context.authorizer.plan","level":"$context.authorizer.level"}',
  );
  await api.deploy();
  const as = (Authorization: string) => api.send("/", { headers: { Authorization } });

  const allowed = await as("allow");
  assert.equal(allowed.status, 200);
  assert.deepEqual(JSON.parse(allowed.body), { who: "user-1", plan: "gold", level: "3" });

  const missing = await api.send("/");
  assert.equal(missing.status, 401);
  assert.equal(missing.body, '{"message":"Unauthorized"}');
  assert.equal(missing.headers["x-amzn-errortype"], "UnauthorizedException");
  assert.equal((await as("123")).status, 401);
  assert.equal((await as("nobody")).status, 401);

  const denied = await as("deny");
  assert.equal(denied.status, 403);
  assert.equal(
    denied.body,
    '{"message":"User is not authorized to access this resource with an explicit deny"}',
  );
  assert.equal(denied.headers["x-amzn-errortype"], "AccessDeniedException");

  const broken = await as("broken");
  assert.equal(broken.status, 500);
  assert.equal(broken.body, '{"message":null}');
  assert.equal((await as("odd")).headers["x-amzn-errortype"], "AuthorizerConfigurationException");

  const asked = () =>
    cloud.calls.of("lambda", "Invoke").filter((call) => call.account === bed.account).length;
  const before = asked();
  await as("allow");
  assert.equal(asked(), before, "the answer is remembered");
  await bed.apis.send(new FlushStageAuthorizersCacheCommand({ restApiId: api.id, stageName: "dev" }));
  await as("allow");
  assert.equal(asked(), before + 1);
  await cloud.clock.advance("PT301S");
  await as("allow");
  assert.equal(asked(), before + 2, "and forgotten after five minutes");
});

test("a REQUEST authorizer sees the request and wants all its identity sources", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "request",
    `async (event) => ({ principalId: event.headers["X-Who"] + event.queryStringParameters.q, policyDocument: ${POLICY('"Allow"')} })`,
  );
  const authorizerId = await createAuthorizer(api, arn, {
    type: "REQUEST",
    identitySource: "method.request.header.X-Who, method.request.querystring.q",
  });
  await putMock(
    api,
    api.rootId,
    { authorizationType: "CUSTOM", authorizerId },
    '"$context.authorizer.principalId"',
  );
  await api.deploy();
  assert.equal((await api.send("/?q=1", { headers: { "X-Who": "me" } })).body, '"me1"');
  assert.equal((await api.send("/", { headers: { "X-Who": "me" } })).status, 401);
});

test("a REQUEST authorizer sees the API key that came, and its id", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "keyed",
    `async (event) => ({ principalId: event.requestContext.identity.apiKey + "/" + event.requestContext.identity.apiKeyId, policyDocument: ${POLICY('"Allow"')} })`,
  );
  const authorizerId = await createAuthorizer(api, arn, {
    type: "REQUEST",
    identitySource: "method.request.header.X-Api-Key",
  });
  await putMock(
    api,
    api.rootId,
    { authorizationType: "CUSTOM", authorizerId, apiKeyRequired: true },
    '"$context.authorizer.principalId"',
  );
  await api.deploy();
  const value = "an-api-key-of-thirty-characters";
  const { id } = await bed.apis.send(
    new CreateApiKeyCommand({
      name: "partner",
      value,
      enabled: true,
      stageKeys: [{ restApiId: api.id, stageName: "dev" }],
    }),
  );
  assert.equal((await api.send("/", { headers: { "X-Api-Key": value } })).body, `"${value}/${id}"`);
});

test("AWS_IAM wants a signature and tells whose it is", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await putMock(api, api.rootId, { authorizationType: "AWS_IAM" }, '"$context.identity.userArn"');
  await api.deploy();
  const unsigned = await api.send("/");
  assert.equal(unsigned.status, 403);
  assert.equal(unsigned.body, '{"message":"Missing Authentication Token"}');
  const Authorization = `AWS4-HMAC-SHA256 Credential=${bed.account}/20261123/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`;
  assert.equal(
    (await api.send("/", { headers: { Authorization } })).body,
    `"arn:aws:iam::${bed.account}:root"`,
  );
});

const jwt = (claims: object) =>
  ["header", "claims", "signature"]
    .map((part) =>
      Buffer.from(
        part === "header" ? '{"alg":"RS256","kid":"1"}' : part === "claims" ? JSON.stringify(claims) : "x",
      ).toString("base64url"),
    )
    .join(".");

test("a Cognito token is taken from its own pool, in its time, with a scope that fits", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const authorizerId = await createAuthorizer(api, undefined, {
    type: "COGNITO_USER_POOLS",
    providerARNs: [`arn:aws:cognito-idp:us-east-1:${bed.account}:userpool/us-east-1_pool`],
  });
  await putMock(
    api,
    api.rootId,
    { authorizationType: "COGNITO_USER_POOLS", authorizerId, authorizationScopes: ["pets/read"] },
    '"$context.authorizer.claims.sub"',
  );
  await api.deploy();
  const exp = Math.floor(cloud.clock.now() / 1000) + 60;
  const claims = { iss: "http://127.0.0.1:1/us-east-1_pool", sub: "ann", scope: "pets/read pets/write", exp };
  const as = (token: string) => api.send("/", { headers: { Authorization: token } });
  assert.equal((await as(jwt(claims))).body, '"ann"');
  assert.equal((await as(`Bearer ${jwt(claims)}`)).status, 200);
  assert.equal((await as(jwt({ ...claims, iss: "http://127.0.0.1:1/other" }))).status, 401);
  assert.equal((await as(jwt({ ...claims, scope: "other" }))).status, 401);
  assert.equal((await as("not a token")).status, 401);
  const late = await as(jwt({ ...claims, exp: exp - 120 }));
  assert.equal(late.status, 401);
  assert.equal(late.body, '{"message":"The incoming token has expired"}');
});

test("a method that wants an API key is throttled and limited by the key's usage plan", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await putMock(api, api.rootId, { apiKeyRequired: true }, '"$context.identity.apiKeyId"');
  await api.deploy();
  const key = await bed.apis.send(new CreateApiKeyCommand({ name: "k", enabled: true }));
  const headers = { "x-api-key": key.value! };
  const refused = await api.send("/", { headers });
  assert.equal(refused.status, 403);
  assert.equal(refused.body, '{"message":"Forbidden"}');

  const plan = await bed.apis.send(
    new CreateUsagePlanCommand({
      name: "p",
      apiStages: [{ apiId: api.id, stage: "dev" }],
      throttle: { rateLimit: 1, burstLimit: 2 },
      quota: { limit: 4, period: "DAY" },
    }),
  );
  await bed.apis.send(
    new CreateUsagePlanKeyCommand({ usagePlanId: plan.id, keyId: key.id, keyType: "API_KEY" }),
  );
  assert.equal((await api.send("/")).status, 403);
  assert.equal((await api.send("/", { headers })).body, `"${key.id}"`);
  assert.equal((await api.send("/", { headers })).status, 200);
  const throttled = await api.send("/", { headers });
  assert.equal(throttled.status, 429);
  assert.equal(throttled.body, '{"message":"Too Many Requests"}');
  assert.equal(throttled.headers["x-amzn-errortype"], "TooManyRequestsException");

  await cloud.clock.advance("PT10S");
  assert.equal((await api.send("/", { headers })).status, 200);
  assert.equal((await api.send("/", { headers })).status, 200);
  await cloud.clock.advance("PT10S");
  const exceeded = await api.send("/", { headers });
  assert.equal(exceeded.status, 429);
  assert.equal(exceeded.body, '{"message":"Limit Exceeded"}');
  const today = new Date(cloud.clock.now()).toISOString().slice(0, 10);
  const { items } = await bed.apis.send(
    new GetUsageCommand({ usagePlanId: plan.id, startDate: today, endDate: today }),
  );
  assert.deepEqual(items?.[key.id!], [[4, 0]]);
  await cloud.clock.advance("P1D");
  assert.equal((await api.send("/", { headers })).status, 200);
});

test("a validator wants required parameters and a body that fits its model", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const place = { restApiId: api.id };
  const { id } = await bed.apis.send(
    new CreateRequestValidatorCommand({
      ...place,
      validateRequestBody: true,
      validateRequestParameters: true,
    }),
  );
  const schema = {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string", maxLength: 3 } },
  };
  await bed.apis.send(
    new CreateModelCommand({
      ...place,
      name: "Pet",
      contentType: "application/json",
      schema: JSON.stringify(schema),
    }),
  );
  await putMock(
    api,
    api.rootId,
    {
      requestValidatorId: id,
      requestModels: { "application/json": "Pet" },
      requestParameters: { "method.request.querystring.kind": true, "method.request.header.X-Id": true },
    },
    "{}",
    "POST",
  );
  await bed.apis.send(
    new PutGatewayResponseCommand({
      ...place,
      responseType: "BAD_REQUEST_BODY",
      statusCode: "422",
      responseTemplates: {
        "application/json": '{"why":"$context.error.validationErrorString","in":"$context.stage"}',
      },
      responseParameters: {
        "gatewayresponse.header.X-Why": "'body'",
        "gatewayresponse.header.X-Id": "method.request.header.X-Id",
      },
    }),
  );
  await api.deploy();
  const missing = await api.send("/", { method: "POST", body: '{"name":"Rex"}' });
  assert.equal(missing.status, 400);
  assert.equal(missing.body, '{"message":"Missing required request parameters: [kind, X-Id]"}');
  const post = (body: string) => api.send("/?kind=dog", { method: "POST", headers: { "X-Id": "7" }, body });
  assert.equal((await post('{"name":"Rex"}')).status, 200);
  const wrong = await post('{"name":"Bello"}');
  assert.equal(wrong.status, 422);
  assert.deepEqual(JSON.parse(wrong.body), { why: "must NOT have more than 3 characters", in: "dev" });
  assert.equal(wrong.headers["x-why"], "body");
  assert.equal(wrong.headers["x-id"], "7");
  assert.equal((await post("{}")).status, 422);
  assert.equal((await post("no json")).status, 422);
});

test("a resource policy keeps out whom it denies", async () => {
  const policy = (Effect: string) =>
    JSON.stringify({
      Statement: [
        {
          Effect,
          Principal: "*",
          Action: "execute-api:Invoke",
          Resource: "execute-api:/dev/GET/*",
          Condition: { IpAddress: { "aws:SourceIp": "127.0.0.0/8" } },
        },
      ],
    });
  for (const [effect, status] of [
    ["Allow", 200],
    ["Deny", 403],
  ] as const) {
    const api = await new Bed(cloud).createApi({ policy: policy(effect) });
    await putMock(api, api.rootId);
    await api.deploy();
    assert.equal((await api.send("/")).status, status);
  }
});

test("a stage with a cache answers from it until its time is over or it is flushed", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await putMock(api, api.rootId, {}, '"$context.requestId"');
  await api.deploy();
  const change = (path: string, value: string) => ({ op: "replace" as const, path, value });
  await bed.apis.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: "dev",
      patchOperations: [
        change("/cacheClusterEnabled", "true"),
        change("/*/*/caching/enabled", "true"),
        change("/*/*/caching/ttlInSeconds", "60"),
      ],
    }),
  );
  const first = (await api.send("/")).body;
  assert.equal((await api.send("/")).body, first);
  await cloud.clock.advance("PT61S");
  const second = (await api.send("/")).body;
  assert.notEqual(second, first);
  await bed.apis.send(new FlushStageCacheCommand({ restApiId: api.id, stageName: "dev" }));
  assert.notEqual((await api.send("/")).body, second);
});

test("a canary takes its share of the traffic", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  await putMock(api, api.rootId, {}, '"$stageVariables.v $context.isCanaryRequest"');
  const deploymentId = await api.deploy();
  await bed.apis.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: "dev",
      patchOperations: [
        { op: "replace", path: "/variables/v", value: "old" },
        { op: "replace", path: "/canarySettings/percentTraffic", value: "50" },
        { op: "replace", path: "/canarySettings/deploymentId", value: deploymentId },
        { op: "replace", path: "/canarySettings/stageVariableOverrides/v", value: "new" },
      ],
    }),
  );
  const seen = new Set<string>();
  for (let n = 0; n < 40; n++) seen.add((await api.send("/")).body);
  assert.deepEqual([...seen].sort(), ['"new true"', '"old false"']);
});

test("a request leaves a line in the access log and its steps in the execution log", async () => {
  const bed = new Bed(cloud);
  const logs = new CloudWatchLogsClient(clientOptions(cloud, bed.account));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "access" }));
  const api = await bed.createApi();
  await putMock(api, api.rootId);
  await api.deploy();
  const change = (path: string, value: string) => ({ op: "replace" as const, path, value });
  await bed.apis.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: "dev",
      patchOperations: [
        change("/accessLogSettings/destinationArn", `arn:aws:logs:us-east-1:${bed.account}:log-group:access`),
        change(
          "/accessLogSettings/format",
          "$context.httpMethod $context.resourcePath $context.status $context.authorizer.principalId",
        ),
        change("/*/*/logging/loglevel", "INFO"),
      ],
    }),
  );
  await api.send("/");
  const read = async (logGroupName: string) => {
    const events = await until(
      async () => {
        const found = await logs.send(new FilterLogEventsCommand({ logGroupName })).catch(() => undefined);
        return found?.events ?? [];
      },
      ({ length }) => length > 0,
    );
    return events.map(({ message }) => message ?? "");
  };
  assert.deepEqual(await read("access"), ["GET / 200 -"]);
  const steps = await read(`API-Gateway-Execution-Logs_${api.id}/dev`);
  assert.ok(
    steps.some((step) => step.endsWith("Method completed with status: 200")),
    steps.join("\n"),
  );
});
