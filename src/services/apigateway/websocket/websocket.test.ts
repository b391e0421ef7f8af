import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  type CreateIntegrationCommandInput,
  CreateRouteCommand,
  type CreateRouteCommandInput,
  CreateRouteResponseCommand,
  CreateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { WebSocket } from "ws";
import { clientOptions, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed } from "../bed.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

class WebSocketBed {
  readonly bed: Bed;
  readonly client: ApiGatewayV2Client;
  readonly id: string;

  private constructor(bed: Bed, client: ApiGatewayV2Client, id: string) {
    this.bed = bed;
    this.client = client;
    this.id = id;
  }

  static async create(): Promise<WebSocketBed> {
    const bed = new Bed(cloud);
    const client = new ApiGatewayV2Client(clientOptions(cloud, bed.account));
    const { ApiId } = await client.send(
      new CreateApiCommand({
        Name: "chat",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: "$request.body.action",
      }),
    );
    await client.send(new CreateStageCommand({ ApiId, StageName: "dev", AutoDeploy: true }));
    return new WebSocketBed(bed, client, ApiId!);
  }

  async route(
    RouteKey: string,
    functionArn: string,
    more: Partial<CreateRouteCommandInput> & { answers?: boolean } = {},
    integration: Partial<CreateIntegrationCommandInput> = {},
  ) {
    const { answers, ...route } = more;
    const { IntegrationId } = await this.client.send(
      new CreateIntegrationCommand({
        ApiId: this.id,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
        ...integration,
      }),
    );
    const { RouteId } = await this.client.send(
      new CreateRouteCommand({ ApiId: this.id, RouteKey, Target: `integrations/${IntegrationId}`, ...route }),
    );
    if (answers)
      await this.client.send(
        new CreateRouteResponseCommand({ ApiId: this.id, RouteId, RouteResponseKey: "$default" }),
      );
  }

  open(query = "", headers: Record<string, string> = {}): WebSocket {
    const { port } = new URL(cloud.url);
    return new WebSocket(`ws://127.0.0.1:${port}/dev${query}`, {
      headers: { Host: `${this.id}.execute-api.localhost.localstack.cloud:${port}`, ...headers },
    });
  }

  management(): ApiGatewayManagementApiClient {
    return new ApiGatewayManagementApiClient({
      ...clientOptions(cloud, this.bed.account),
      endpoint: `${cloud.url}/_aws/execute-api/${this.id}/dev`,
    });
  }
}

const next = async (socket: WebSocket) => String((await once(socket, "message"))[0]);
const statusOf = async (socket: WebSocket): Promise<number> => {
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }];
  return response.statusCode;
};

const ECHO =
  "async (event) => ({ statusCode: 200, body: JSON.stringify({ ...event.requestContext, body: event.body }) })";

test("messages go to the route that they name, and its answer comes back", async () => {
  const api = await WebSocketBed.create();
  const echo = await api.bed.createFunction("echo", ECHO);
  await api.route("hello", echo, { answers: true });
  await api.route("$default", echo, { answers: true });
  const socket = api.open();
  await once(socket, "open");
  socket.send('{"action":"hello","x":1}');
  const first = JSON.parse(await next(socket));
  assert.equal(first.routeKey, "hello");
  assert.equal(first.eventType, "MESSAGE");
  assert.equal(first.body, '{"action":"hello","x":1}');
  socket.send("no json");
  const second = JSON.parse(await next(socket));
  assert.equal(second.routeKey, "$default");
  assert.equal(second.connectionId, first.connectionId);
  socket.close();
});

test("a message without a route is forbidden, a failing function an internal server error", async () => {
  const api = await WebSocketBed.create();
  await api.route("fail", await api.bed.createFunction("fail", "async () => { throw new Error('no'); }"), {
    answers: true,
  });
  const socket = api.open();
  await once(socket, "open");
  socket.send('{"action":"other"}');
  const forbidden = JSON.parse(await next(socket));
  assert.equal(forbidden.message, "Forbidden");
  assert.ok(forbidden.connectionId && forbidden.requestId);
  socket.send('{"action":"fail"}');
  assert.equal(JSON.parse(await next(socket)).message, "Internal server error");
  socket.close();
});

test("$connect lets in or keeps out, $disconnect hears of the end", async () => {
  const api = await WebSocketBed.create();
  await api.route(
    "$connect",
    await api.bed.createFunction(
      "connect",
      "async (event) => ({ statusCode: event.queryStringParameters?.as === 'guest' ? 200 : 403 })",
    ),
  );
  await api.route(
    "$disconnect",
    await api.bed.createFunction("disconnect", "async () => ({ statusCode: 200 })"),
  );
  assert.equal(await statusOf(api.open()), 403);
  const socket = api.open("?as=guest");
  await once(socket, "open");
  const left = new Promise<void>((resolve) => {
    const stop = cloud.bus.subscribe("call", (call) => {
      if (
        call.service !== "execute-api" ||
        call.operation !== "Disconnect" ||
        call.account !== api.bed.account
      )
        return;
      stop();
      resolve();
    });
  });
  socket.close();
  await left;
  const calls = cloud.calls
    .all()
    .filter(
      (call) =>
        call.account === api.bed.account && (call.service === "execute-api" || call.operation === "Invoke"),
    );
  assert.deepEqual(calls.map((call) => `${call.service}:${call.operation}`).sort(), [
    "execute-api:Connect",
    "execute-api:Connect",
    "execute-api:Disconnect",
    "lambda:Invoke",
    "lambda:Invoke",
    "lambda:Invoke",
  ]);
});

test("an authorizer of $connect speaks for the whole connection", async () => {
  const api = await WebSocketBed.create();
  const arn = await api.bed.createFunction(
    "auth",
    "async (event) => ({ principalId: event.queryStringParameters.token, policyDocument: { Statement: [{ Effect: event.queryStringParameters.token === 'ann' ? 'Allow' : 'Deny', Action: 'execute-api:Invoke', Resource: event.methodArn }] }, context: { plan: 'gold' } })",
  );
  const { AuthorizerId } = await api.client.send(
    new CreateAuthorizerCommand({
      ApiId: api.id,
      Name: "a",
      AuthorizerType: "REQUEST",
      IdentitySource: ["route.request.querystring.token"],
      AuthorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
    }),
  );
  const echo = await api.bed.createFunction("echo", ECHO);
  await api.route("$connect", echo, { AuthorizationType: "CUSTOM", AuthorizerId });
  await api.route("$default", echo, { answers: true });
  assert.equal(await statusOf(api.open()), 401);
  assert.equal(await statusOf(api.open("?token=eve")), 403);
  const socket = api.open("?token=ann");
  await once(socket, "open");
  socket.send("hi");
  const { authorizer } = JSON.parse(await next(socket));
  assert.deepEqual(authorizer, { plan: "gold", principalId: "ann" });
  socket.close();
});

test("backends talk to connections through @connections", async () => {
  const api = await WebSocketBed.create();
  await api.route("$default", await api.bed.createFunction("echo", ECHO), { answers: true });
  const socket = api.open("", { "User-Agent": "test" });
  await once(socket, "open");
  socket.send("who");
  const { connectionId: ConnectionId } = JSON.parse(await next(socket));
  const management = api.management();
  const message = next(socket);
  await management.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from("from behind") }));
  assert.equal(await message, "from behind");
  const { Identity, ConnectedAt } = await management.send(new GetConnectionCommand({ ConnectionId }));
  assert.deepEqual(Identity, { SourceIp: "127.0.0.1", UserAgent: "test" });
  assert.ok(ConnectedAt instanceof Date);
  const closed = once(socket, "close");
  await management.send(new DeleteConnectionCommand({ ConnectionId }));
  // Gone at once, however long its socket takes to close.
  await assert.rejects(management.send(new DeleteConnectionCommand({ ConnectionId })), {
    name: "GoneException",
  });
  await assert.rejects(management.send(new GetConnectionCommand({ ConnectionId: "nonsense" })), {
    name: "BadRequestException",
    message: "Invalid connectionId: nonsense",
  });
  await closed;
  await assert.rejects(
    management.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from("x") })),
    { name: "GoneException" },
  );
});

test("an idle connection is closed after ten minutes", async () => {
  const api = await WebSocketBed.create();
  const socket = api.open();
  await once(socket, "open");
  const closed = once(socket, "close");
  await cloud.clock.advance("PT10M");
  assert.equal((await closed)[0], 1001);
});

test("an outage of the data plane is heard on the socket", async () => {
  const api = await WebSocketBed.create();
  await api.route("$default", await api.bed.createFunction("echo", ECHO), { answers: true });
  const socket = api.open();
  await once(socket, "open");
  const rule = await cloud.faults.add({
    effect: "error",
    match: { service: "execute-api", operation: "Message", account: api.bed.account },
    params: { kind: "internal" },
  });
  socket.send("hi");
  assert.equal(JSON.parse(await next(socket)).message, "Internal server error");
  cloud.faults.remove(rule.id);
  socket.send("hi");
  assert.equal(JSON.parse(await next(socket)).body, "hi");
  socket.close();
});
