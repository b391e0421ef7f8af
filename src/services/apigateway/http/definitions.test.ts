import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateModelCommand,
  CreateStageCommand,
  ExportApiCommand,
  GetRoutesCommand,
  ImportApiCommand,
  ReimportApiCommand,
} from "@aws-sdk/client-apigatewayv2";
import { clientOptions, testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, send } from "../bed.fixture.ts";

let cloud: Cloud;
before(async () => {
  cloud = await testCloud();
});
after(() => cloud[Symbol.asyncDispose]());

const definition = (functionArn: string) => {
  const integration = {
    payloadFormatVersion: "2.0",
    type: "aws_proxy",
    httpMethod: "POST",
    uri: functionArn,
    connectionType: "INTERNET",
  };
  const responses = (key: string) => ({ default: { description: `Default response for ${key}` } });
  return {
    openapi: "3.0.1",
    info: { title: "pets", description: "Some pets", version: "1.0" },
    paths: {
      "/$default": {
        "x-amazon-apigateway-any-method": {
          responses: responses("$default"),
          "x-amazon-apigateway-integration": integration,
        },
      },
      "/pets/{id}": {
        get: {
          operationId: "GetPet",
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: responses("GET /pets/{id}"),
          "x-amazon-apigateway-integration": { ...integration, timeoutInMillis: 5000 },
        },
        delete: {
          parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
          responses: responses("DELETE /pets/{id}"),
          security: [{ tokens: ["write"] }],
          "x-amazon-apigateway-integration": integration,
        },
      },
    },
    components: {
      securitySchemes: {
        tokens: {
          type: "oauth2",
          flows: {},
          "x-amazon-apigateway-authorizer": {
            type: "jwt",
            identitySource: "$request.header.Authorization",
            jwtConfiguration: { issuer: "http://127.0.0.1:1", audience: ["app"] },
          },
        },
      },
    },
    "x-amazon-apigateway-cors": { allowOrigins: ["*"], allowMethods: ["GET"] },
    "x-amazon-apigateway-importexport-version": "1.0",
  };
};

test("an HTTP API is imported, served, and exported as it was", async () => {
  const bed = new Bed(cloud);
  const client = new ApiGatewayV2Client(clientOptions(cloud, bed.account));
  const arn = await bed.createFunction(
    "pets",
    "async (event) => [event.routeKey, event.pathParameters ?? null]",
  );
  const document = definition(arn);
  const { ApiId, Name } = await client.send(new ImportApiCommand({ Body: JSON.stringify(document) }));
  assert.equal(Name, "pets");
  await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
  const host = `${ApiId}.execute-api.localhost`;
  assert.equal((await send(cloud, { host, path: "/pets/7" })).body, '["GET /pets/{id}",{"id":"7"}]');
  assert.equal((await send(cloud, { host, path: "/else" })).body, '["$default",null]');
  assert.equal((await send(cloud, { host, path: "/pets/7", method: "DELETE" })).status, 401);

  const { body } = await client.send(
    new ExportApiCommand({ ApiId, Specification: "OAS30", OutputType: "JSON", StageName: "$default" }),
  );
  assert.deepEqual(JSON.parse(Buffer.from(body!).toString()), document);

  const less = { ...document, paths: { "/only": { get: document.paths["/pets/{id}"].get } } };
  await client.send(new ReimportApiCommand({ ApiId, Body: JSON.stringify(less) }));
  const { Items } = await client.send(new GetRoutesCommand({ ApiId }));
  assert.deepEqual(
    Items?.map(({ RouteKey }) => RouteKey),
    ["GET /only"],
  );
  assert.equal((await send(cloud, { host, path: "/else" })).status, 404);
});

test("a definition of version 2 is refused, a route without an integration a warning", async () => {
  const client = new ApiGatewayV2Client(clientOptions(cloud));
  const importing = (body: object) => client.send(new ImportApiCommand({ Body: JSON.stringify(body) }));
  await assert.rejects(importing({ swagger: "2.0" }), {
    name: "BadRequestException",
    message: /OpenAPI 3\.0/,
  });
  const { Warnings } = await importing({
    openapi: "3.0.1",
    info: { title: "t" },
    paths: { "/": { get: {} } },
  });
  assert.deepEqual(Warnings, ["Route GET / has no integration and cannot answer"]);
});

test("a WebSocket API is not exported, and a model's schema is a JSON object", async () => {
  const apis = new ApiGatewayV2Client(clientOptions(cloud));
  const { ApiId } = await apis.send(
    new CreateApiCommand({
      Name: "w",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    }),
  );
  const form = { Specification: "OAS30", OutputType: "JSON" } as const;
  await assert.rejects(apis.send(new ExportApiCommand({ ApiId, ...form })), { name: "BadRequestException" });
  for (const Schema of ["plain", "null", "1", "[]"])
    await assert.rejects(apis.send(new CreateModelCommand({ ApiId, Name: "m", Schema })), {
      name: "BadRequestException",
    });
  await apis.send(new CreateModelCommand({ ApiId, Name: "m", Schema: "{}" }));
});
