import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  type CreateApiCommandInput,
  CreateApiMappingCommand,
  CreateAuthorizerCommand,
  type CreateAuthorizerCommandInput,
  CreateDeploymentCommand,
  CreateDomainNameCommand,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateStageCommand,
  DeleteIntegrationCommand,
  GetApisCommand,
  GetDeploymentsCommand,
  GetRoutesCommand,
  GetStageCommand,
  UpdateApiCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, send } from "../bed.fixture.ts";

let cloud: Cloud;
let backend: Server;
let backendUrl: string;
const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

before(async () => {
  cloud = await testCloud();
  // An HTTP backend, and the issuer of tokens.
  backend = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/.well-known/openid-configuration") {
      return response.end(JSON.stringify({ issuer: backendUrl, jwks_uri: `${backendUrl}/keys` }));
    }
    if (request.url === "/keys") {
      return response.end(
        JSON.stringify({ keys: [{ ...keys.publicKey.export({ format: "jwk" }), kid: "k1", alg: "RS256" }] }),
      );
    }
    response.setHeader("x-backend", "yes");
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers }));
  });
  backend.listen(0, "127.0.0.1");
  await once(backend, "listening");
  backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});
after(async () => {
  backend.closeAllConnections();
  backend.close();
  await cloud[Symbol.asyncDispose]();
});

/** One HTTP API with a stage `$default` that deploys automatically. */
class HttpApiBed {
  readonly bed: Bed;
  readonly client: ApiGatewayV2Client;
  readonly id: string;

  private constructor(bed: Bed, client: ApiGatewayV2Client, id: string) {
    this.bed = bed;
    this.client = client;
    this.id = id;
  }

  static async create(input: Partial<CreateApiCommandInput> = {}, bed = new Bed(cloud)): Promise<HttpApiBed> {
    const client = new ApiGatewayV2Client(clientOptions(cloud, bed.account));
    const { ApiId } = await client.send(
      new CreateApiCommand({ Name: "test", ProtocolType: "HTTP", ...input }),
    );
    if (!input.Target)
      await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    return new HttpApiBed(bed, client, ApiId!);
  }

  async route(
    RouteKey: string,
    integration: Partial<CreateIntegrationCommandInput>,
    more: Partial<CreateRouteCommandInput> = {},
  ) {
    const { IntegrationId } = await this.client.send(
      new CreateIntegrationCommand({
        ApiId: this.id,
        IntegrationType: "AWS_PROXY",
        PayloadFormatVersion: "2.0",
        ...integration,
      }),
    );
    const route = await this.client.send(
      new CreateRouteCommand({ ApiId: this.id, RouteKey, Target: `integrations/${IntegrationId}`, ...more }),
    );
    return { ...route, IntegrationId: IntegrationId! };
  }

  async authorizer(input: Partial<CreateAuthorizerCommandInput>): Promise<string> {
    const { AuthorizerId } = await this.client.send(
      new CreateAuthorizerCommand({
        ApiId: this.id,
        Name: "a",
        AuthorizerType: "REQUEST",
        IdentitySource: ["$request.header.Authorization"],
        ...input,
      }),
    );
    return AuthorizerId!;
  }

  send(path: string, options: Omit<Parameters<typeof send>[1], "path"> = {}) {
    return send(cloud, { host: `${this.id}.execute-api.localhost.localstack.cloud`, ...options, path });
  }
}

const ECHO = "async (event) => event";

test("quick create serves a function on $default, with payload format 2.0", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({ Target: await bed.createFunction("quick", ECHO) }, bed);
  const answer = await api.send("/a/b%20c?x=1&x=2&y=%26", {
    method: "POST",
    headers: { Cookie: "a=1; b=2", "Content-Type": "application/json", "X-Mine": ["1", "2"] },
    body: "{}",
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json");
  assert.ok(answer.headers["apigw-requestid"]);
  const event = JSON.parse(answer.body);
  assert.equal(event.version, "2.0");
  assert.equal(event.routeKey, "$default");
  assert.equal(event.rawPath, "/a/b c");
  assert.equal(event.rawQueryString, "x=1&x=2&y=%26");
  assert.deepEqual(event.queryStringParameters, { x: "1,2", y: "&" });
  assert.deepEqual(event.cookies, ["a=1", "b=2"]);
  assert.equal(event.headers["x-mine"], "1,2");
  assert.equal(event.headers["cookie"], undefined);
  assert.equal(event.requestContext.http.method, "POST");
  assert.equal(event.requestContext.stage, "$default");
  assert.equal(event.requestContext.accountId, bed.account);
  assert.equal(event.body, "{}");
  assert.equal(event.isBase64Encoded, false);
  assert.equal(event.pathParameters, undefined);
  const binary = JSON.parse(
    (await api.send("/", { method: "POST", headers: { "Content-Type": "image/png" }, body: "x" })).body,
  );
  assert.equal(binary.body, "eA==");
  assert.equal(binary.isBase64Encoded, true);
});

test("the most specific route wins: full path, variable, greedy, then $default", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({}, bed);
  const IntegrationUri = await bed.createFunction(
    "routes",
    "async (event) => JSON.stringify([event.routeKey, event.pathParameters ?? null])",
  );
  assert.equal((await api.send("/pets")).status, 404);
  assert.equal((await api.send("/pets")).body, '{"message":"Not Found"}');
  for (const key of ["GET /pets/dog", "GET /pets/{id}", "ANY /pets/{id}", "GET /pets/{proxy+}", "$default"])
    await api.route(key, { IntegrationUri });
  const at = async (path: string, method = "GET") => JSON.parse((await api.send(path, { method })).body);
  assert.deepEqual(await at("/pets/dog"), ["GET /pets/dog", null]);
  assert.deepEqual(await at("/pets/7"), ["GET /pets/{id}", { id: "7" }]);
  assert.deepEqual(await at("/pets/7", "PUT"), ["ANY /pets/{id}", { id: "7" }]);
  assert.deepEqual(await at("/pets/7/x"), ["GET /pets/{proxy+}", { proxy: "7/x" }]);
  assert.deepEqual(await at("/other"), ["$default", null]);
});

test("a structured answer has its status, headers and cookies; format 1.0 wants one", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({}, bed);
  const two = await bed.createFunction(
    "two",
    "async (event) => ({ statusCode: 201, headers: { 'X-A': '1' }, cookies: ['c=1', 'd=2'], body: Buffer.from('hi').toString('base64'), isBase64Encoded: true })",
  );
  await api.route("GET /two", { IntegrationUri: two });
  const one = await bed.createFunction(
    "one",
    "async (event) => event.path === '/one' ? { statusCode: 200, body: event.version + event.httpMethod } : event",
  );
  await api.route("GET /one", { IntegrationUri: one, PayloadFormatVersion: "1.0" });
  await api.route("GET /odd", { IntegrationUri: one, PayloadFormatVersion: "1.0" });
  const answer = await api.send("/two");
  assert.equal(answer.status, 201);
  assert.equal(answer.body, "hi");
  assert.equal(answer.headers["x-a"], "1");
  assert.deepEqual(answer.headers["set-cookie"], ["c=1", "d=2"]);
  assert.equal((await api.send("/one")).body, "1.0GET");
  const odd = await api.send("/odd");
  assert.equal(odd.status, 500);
  assert.equal(odd.body, '{"message":"Internal Server Error"}');
});

test("an outage of Lambda is a 500 to the client of an HTTP API", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({ Target: await bed.createFunction("down", ECHO) }, bed);
  const rule = await cloud.faults.add({
    effect: "error",
    match: { service: "lambda", account: bed.account },
    params: { kind: "unavailable" },
  });
  const { status, body } = await api.send("/");
  cloud.faults.remove(rule.id);
  assert.equal(status, 500);
  assert.equal(body, '{"message":"Internal Server Error"}');
});

test("an HTTP backend gets what the parameter mappings make", async () => {
  const api = await HttpApiBed.create();
  await api.route("ANY /pets/{id}", {
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "ANY",
    IntegrationUri: backendUrl,
    PayloadFormatVersion: "1.0",
    RequestParameters: {
      "overwrite:path": "/animals/$request.path.id",
      "append:header.X-Stage": "$context.stage",
      "append:querystring.who": "id-${request.path.id}",
      "remove:querystring.secret": "''",
    },
    ResponseParameters: {
      "200": {
        "overwrite:statuscode": "203",
        "append:header.X-Added": "$response.header.x-backend",
        "remove:header.X-Backend": "''",
      },
    },
  });
  const answer = await api.send("/pets/7?secret=1&q=2");
  assert.equal(answer.status, 203);
  assert.equal(answer.headers["x-added"], "yes");
  assert.equal(answer.headers["x-backend"], undefined);
  const seen = JSON.parse(answer.body);
  assert.equal(seen.url, "/animals/7?q=2&who=id-7");
  assert.equal(seen.headers["x-stage"], "$default");
});

test("a backend that is not there is a 503", async () => {
  const api = await HttpApiBed.create();
  await api.route("GET /", {
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "GET",
    IntegrationUri: "http://127.0.0.1:1",
    PayloadFormatVersion: "1.0",
  });
  const { status, body } = await api.send("/");
  assert.equal(status, 503);
  assert.equal(body, '{"message":"Service Unavailable"}');
});

test("SQS-SendMessage and EventBridge-PutEvents are called with the route's parameters", async () => {
  const api = await HttpApiBed.create();
  const sqs = new SQSClient(clientOptions(cloud, api.bed.account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
  await api.route("POST /orders", {
    IntegrationSubtype: "SQS-SendMessage",
    PayloadFormatVersion: "1.0",
    CredentialsArn: `arn:aws:iam::${api.bed.account}:role/api`,
    RequestParameters: { QueueUrl: QueueUrl!, MessageBody: "$request.body.order" },
  });
  const sent = await api.send("/orders", { method: "POST", body: '{"order":"42"}' });
  assert.equal(sent.status, 200, sent.body);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages?.[0]?.Body, "42");
  assert.ok(JSON.parse(sent.body).MessageId ?? /MessageId/.test(sent.body));

  await api.route("POST /events", {
    IntegrationSubtype: "EventBridge-PutEvents",
    PayloadFormatVersion: "1.0",
    CredentialsArn: `arn:aws:iam::${api.bed.account}:role/api`,
    RequestParameters: { Detail: "$request.body", DetailType: "order", Source: "shop" },
  });
  await api.send("/events", { method: "POST", body: '{"a":1}' });
  const [call] = cloud.calls.of("events", "PutEvents").filter((each) => each.account === api.bed.account);
  assert.deepEqual(call?.input["Entries"], [{ Detail: '{"a":1}', DetailType: "order", Source: "shop" }]);
});

test("CORS answers preflights itself and puts its headers on every answer", async () => {
  const api = await HttpApiBed.create({
    CorsConfiguration: {
      AllowOrigins: ["https://*.example.com"],
      AllowMethods: ["GET"],
      AllowHeaders: ["x-a"],
      AllowCredentials: true,
      MaxAge: 60,
      ExposeHeaders: ["x-b"],
    },
  });
  await api.route("GET /", {
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "GET",
    IntegrationUri: backendUrl,
    PayloadFormatVersion: "1.0",
  });
  const preflight = (Origin: string) =>
    api.send("/", { method: "OPTIONS", headers: { Origin, "Access-Control-Request-Method": "GET" } });
  const yes = await preflight("https://a.example.com");
  assert.equal(yes.status, 204);
  assert.equal(yes.headers["access-control-allow-origin"], "https://a.example.com");
  assert.equal(yes.headers["access-control-allow-methods"], "GET");
  assert.equal(yes.headers["access-control-allow-headers"], "x-a");
  assert.equal(yes.headers["access-control-max-age"], "60");
  assert.equal((await preflight("https://evil.test")).headers["access-control-allow-origin"], undefined);
  const got = await api.send("/", { headers: { Origin: "https://a.example.com" } });
  assert.equal(got.headers["access-control-allow-origin"], "https://a.example.com");
  assert.equal(got.headers["access-control-expose-headers"], "x-b");
});

function token(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "RS256", kid: "k1" })}.${encode(claims)}`;
  return `${signed}.${sign("sha256", Buffer.from(signed), keys.privateKey).toString("base64url")}`;
}

test("a JWT authorizer checks issuer, audience, time, scopes and signature", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({}, bed);
  const AuthorizerId = await api.authorizer({
    AuthorizerType: "JWT",
    JwtConfiguration: { Issuer: backendUrl, Audience: ["app"] },
  });
  await api.route(
    "GET /",
    {
      IntegrationUri: await bed.createFunction("jwt", "async (event) => event.requestContext.authorizer.jwt"),
    },
    { AuthorizationType: "JWT", AuthorizerId, AuthorizationScopes: ["read"] },
  );
  const exp = Math.floor(cloud.clock.now() / 1000) + 60;
  const claims = { iss: backendUrl, aud: "app", sub: "ann", scope: "read write", exp };
  const as = (jwt: string) => api.send("/", { headers: { Authorization: `Bearer ${jwt}` } });
  const good = await as(token(claims));
  assert.equal(good.status, 200, good.body);
  assert.equal(JSON.parse(good.body).claims.sub, "ann");
  assert.deepEqual(JSON.parse(good.body).scopes, ["read", "write"]);
  const none = await api.send("/");
  assert.equal(none.status, 401);
  assert.equal(none.body, '{"message":"Unauthorized"}');
  assert.equal(none.headers["www-authenticate"], "Bearer");
  for (const change of [{ iss: "http://x" }, { aud: "other" }, { exp: exp - 120 }]) {
    const wrong = await as(token({ ...claims, ...change }));
    assert.equal(wrong.status, 401);
    assert.match(String(wrong.headers["www-authenticate"]), /error="invalid_token"/);
  }
  assert.equal((await as(token({ ...claims, scope: "other" }))).status, 403);
  assert.equal((await as(`${token(claims).slice(0, -8)}AAAAAAAA`)).status, 401);
});

test("a Lambda authorizer may answer simply, or with a policy", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({}, bed);
  const simple = await bed.createFunction(
    "simple",
    "async (event) => ({ isAuthorized: event.identitySource[0] === 'yes', context: { plan: 'gold' } })",
  );
  const policy = await bed.createFunction(
    "policy",
    "async (event) => ({ principalId: 'p', policyDocument: { Statement: [{ Effect: event.authorizationToken === 'yes' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: event.methodArn }] } })",
  );
  const IntegrationUri = await bed.createFunction(
    "authorized",
    "async (event) => event.requestContext.authorizer",
  );
  const uri = (arn: string) =>
    `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
  const first = await api.authorizer({
    AuthorizerUri: uri(simple),
    AuthorizerPayloadFormatVersion: "2.0",
    EnableSimpleResponses: true,
  });
  const second = await api.authorizer({
    Name: "b",
    AuthorizerUri: uri(policy),
    AuthorizerPayloadFormatVersion: "1.0",
  });
  await api.route("GET /simple", { IntegrationUri }, { AuthorizationType: "CUSTOM", AuthorizerId: first });
  await api.route("GET /policy", { IntegrationUri }, { AuthorizationType: "CUSTOM", AuthorizerId: second });
  const as = (path: string, Authorization: string) => api.send(path, { headers: { Authorization } });
  assert.deepEqual(JSON.parse((await as("/simple", "yes")).body), { lambda: { plan: "gold" } });
  const no = await as("/simple", "no");
  assert.equal(no.status, 403);
  assert.equal(no.body, '{"message":"Forbidden"}');
  assert.equal((await as("/policy", "yes")).status, 200);
  assert.equal((await as("/policy", "no")).status, 403);
  assert.equal((await api.send("/simple")).status, 401);
});

test("AWS_IAM keeps out who has not signed", async () => {
  const api = await HttpApiBed.create();
  await api.route(
    "GET /",
    {
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "GET",
      IntegrationUri: backendUrl,
      PayloadFormatVersion: "1.0",
    },
    { AuthorizationType: "AWS_IAM" },
  );
  assert.equal((await api.send("/")).status, 403);
  const Authorization = `AWS4-HMAC-SHA256 Credential=${api.bed.account}/20261123/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0`;
  assert.equal((await api.send("/", { headers: { Authorization } })).status, 200);
});

test("a named stage serves its deployment until the next one, with its own variables and limits", async () => {
  const bed = new Bed(cloud);
  const api = await HttpApiBed.create({}, bed);
  const ApiId = api.id;
  await api.route("GET /v", {
    IntegrationUri: await bed.createFunction(
      "staged",
      "async (event) => event.stageVariables.v + event.rawPath",
    ),
  });
  await api.client.send(new CreateStageCommand({ ApiId, StageName: "prod", StageVariables: { v: "1" } }));
  assert.equal((await api.send("/prod/v")).status, 404);
  await api.client.send(new CreateDeploymentCommand({ ApiId, StageName: "prod" }));
  assert.equal((await api.send("/prod/v")).body, "1/prod/v");
  await api.route("GET /late", { IntegrationUri: await bed.createFunction("late", ECHO) });
  assert.equal((await api.send("/prod/late")).status, 404);
  assert.equal((await api.send("/late")).status, 200);
  await api.client.send(
    new UpdateStageCommand({
      ApiId,
      StageName: "prod",
      DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
    }),
  );
  assert.equal((await api.send("/prod/v")).status, 200);
  const limited = await api.send("/prod/v");
  assert.equal(limited.status, 429);
  assert.equal(limited.body, '{"message":"Too Many Requests"}');
  const { DeploymentId } = await api.client.send(new GetStageCommand({ ApiId, StageName: "$default" }));
  const { Items } = await api.client.send(new GetDeploymentsCommand({ ApiId }));
  assert.equal(
    Items?.filter((deployment) => deployment.AutoDeployed)
      .map((deployment) => deployment.DeploymentId)
      .join(),
    DeploymentId,
  );
});

test("a custom domain name of version 2 maps keys of several parts", async () => {
  const api = await HttpApiBed.create();
  await api.route("GET /v", {
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "GET",
    IntegrationUri: `${backendUrl}/seen`,
    PayloadFormatVersion: "1.0",
  });
  const DomainName = `v2-${api.bed.account}.example.com`;
  await api.client.send(
    new CreateDomainNameCommand({
      DomainName,
      DomainNameConfigurations: [
        { EndpointType: "REGIONAL", CertificateArn: "arn:aws:acm:us-east-1:0:certificate/x" },
      ],
    }),
  );
  const mapping = await api.client.send(
    new CreateApiMappingCommand({ DomainName, ApiId: api.id, Stage: "$default", ApiMappingKey: "shop/v1" }),
  );
  assert.equal(mapping.ApiMappingKey, "shop/v1");
  assert.equal((await send(cloud, { host: DomainName, path: "/shop/v1/v" })).status, 200);
  assert.equal((await send(cloud, { host: DomainName, path: "/shop/v1/other" })).status, 404);
});

test("wrong routes, integrations and references are refused", async () => {
  const api = await HttpApiBed.create();
  const { client, id: ApiId } = api;
  const refused = (sent: Promise<unknown>, name: string, message: RegExp) =>
    assert.rejects(sent, { name, message });
  const { RouteId, IntegrationId } = await api.route("GET /a", {
    IntegrationUri: "arn:aws:lambda:us-east-1:0:function:f",
  });
  await refused(
    client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET a" })),
    "BadRequestException",
    /not formatted properly/,
  );
  await refused(
    client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /a" })),
    "ConflictException",
    /already exists/,
  );
  await refused(
    client.send(new UpdateRouteCommand({ ApiId, RouteId, Target: "integrations/none" })),
    "NotFoundException",
    /Unable to find Integration by id none/,
  );
  await refused(
    client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId })),
    "ConflictException",
    /referenced by a route/,
  );
  await refused(
    client.send(
      new CreateIntegrationCommand({ ApiId, IntegrationType: "MOCK", PayloadFormatVersion: "1.0" }),
    ),
    "BadRequestException",
    /only supports AWS_PROXY and HTTP_PROXY/,
  );
  await refused(
    client.send(new CreateApiCommand({ Name: "w", ProtocolType: "WEBSOCKET" })),
    "BadRequestException",
    /RouteSelectionExpression/,
  );
  assert.equal((await client.send(new GetRoutesCommand({ ApiId }))).Items?.length, 1);
  assert.equal((await client.send(new UpdateApiCommand({ ApiId, Description: "d" }))).Description, "d");
  assert.equal((await client.send(new GetApisCommand({}))).Items?.length, 1);
});
