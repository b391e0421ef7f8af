import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import {
  PutIntegrationResponseCommand,
  PutMethodResponseCommand,
  TestInvokeMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, testCloud } from "../../../../../test/cloud.ts";
import type { Cloud } from "../../../../index.ts";
import { Bed, type RestApiBed } from "../../bed.fixture.ts";

let cloud: Cloud;
let backend: Server;
let backendUrl: string;
before(async () => {
  cloud = await testCloud();
  // Tells what it was asked; /fail answers 418.
  backend = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.statusCode = request.url?.startsWith("/fail") ? 418 : 200;
      response.setHeader("content-type", "application/json");
      response.setHeader("x-backend", "yes");
      const { method, url, headers } = request;
      response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() }));
    });
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

/** A method response and an integration response for it. */
async function respond(
  api: RestApiBed,
  resourceId: string,
  httpMethod: string,
  statusCode: string,
  integration: Partial<ConstructorParameters<typeof PutIntegrationResponseCommand>[0]> = {},
): Promise<void> {
  const place = { restApiId: api.id, resourceId, httpMethod, statusCode };
  const declared = Object.keys(integration.responseParameters ?? {}).map((name) => [name, false]);
  await api.bed.apis.send(
    new PutMethodResponseCommand({ ...place, responseParameters: Object.fromEntries(declared) }),
  );
  await api.bed.apis.send(new PutIntegrationResponseCommand({ ...place, ...integration }));
}

test("MOCK answers what its templates say, with the status that the request template chose", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "GET", {
    type: "MOCK",
    requestTemplates: {
      "application/json": '{"statusCode": #if($input.params("ok") == "no")404#{else}200#end}',
    },
  });
  await respond(api, api.rootId, "GET", "200", {
    responseTemplates: { "application/json": '{"stage":"$context.stage"}' },
    responseParameters: {
      "method.response.header.X-Who": "'me'",
      "method.response.header.X-Ip": "context.identity.sourceIp",
    },
  });
  await respond(api, api.rootId, "GET", "404", {
    selectionPattern: "4\\d\\d",
    responseTemplates: { "application/json": "{}" },
  });
  await api.deploy();
  const ok = await api.send("/");
  assert.equal(ok.status, 200);
  assert.equal(ok.body, '{"stage":"dev"}');
  assert.equal(ok.headers["x-who"], "me");
  assert.equal(ok.headers["x-ip"], "127.0.0.1");
  assert.equal((await api.send("/?ok=no")).status, 404);
});

test("a CORS preflight is a MOCK with headers", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "OPTIONS", {
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":200}' },
  });
  await respond(api, api.rootId, "OPTIONS", "200", {
    responseParameters: {
      "method.response.header.Access-Control-Allow-Origin": "'*'",
      "method.response.header.Access-Control-Allow-Methods": "'GET,OPTIONS'",
    },
  });
  await api.deploy();
  const { status, headers } = await api.send("/", {
    method: "OPTIONS",
    headers: { Origin: "http://x.example" },
  });
  assert.equal(status, 200);
  assert.equal(headers["access-control-allow-origin"], "*");
  assert.equal(headers["access-control-allow-methods"], "GET,OPTIONS");
});

test("HTTP_PROXY passes the request on and the answer back", async () => {
  const api = await new Bed(cloud).createApi();
  const proxy = await api.createResource("{proxy+}");
  await api.put(
    proxy,
    "ANY",
    {
      type: "HTTP_PROXY",
      integrationHttpMethod: "ANY",
      uri: `${backendUrl}/{proxy}`,
      requestParameters: { "integration.request.path.proxy": "method.request.path.proxy" },
    },
    { requestParameters: { "method.request.path.proxy": true } },
  );
  await api.deploy();
  const answer = await api.send("/a/b%20c?q=1&q=2", {
    method: "PUT",
    headers: { "X-Mine": "1" },
    body: "hello",
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["x-backend"], "yes");
  const seen = JSON.parse(answer.body);
  assert.equal(seen.method, "PUT");
  assert.equal(seen.url, "/a/b%20c?q=1&q=2");
  assert.equal(seen.headers["x-mine"], "1");
  assert.equal(seen.body, "hello");
  assert.equal((await api.send("/fail")).status, 418);
});

test("HTTP sends what is mapped and nothing else", async () => {
  const api = await new Bed(cloud).createApi();
  const pet = await api.createResource("{id}");
  await api.put(
    pet,
    "POST",
    {
      type: "HTTP",
      integrationHttpMethod: "PUT",
      uri: `${backendUrl}/fail/{pet}`,
      requestParameters: {
        "integration.request.path.pet": "method.request.path.id",
        "integration.request.querystring.kind": "method.request.querystring.type",
        "integration.request.header.X-Name": "method.request.body.name",
        "integration.request.header.X-Fixed": "'fixed'",
      },
      requestTemplates: { "application/json": '{"pet":$input.json("$.name")}' },
    },
    { requestParameters: { "method.request.querystring.type": false } },
  );
  await respond(api, pet, "POST", "200");
  await respond(api, pet, "POST", "400", {
    selectionPattern: "4\\d{2}",
    responseTemplates: { "application/json": '{"url":$input.json("$.url"),"body":$input.json("$.body")}' },
    responseParameters: {
      "method.response.header.X-From": "integration.response.header.X-Backend",
      "method.response.header.X-Name": "integration.response.body.headers.x-name",
    },
  });
  await api.deploy();
  const answer = await api.send("/7?type=dog&other=1", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Mine": "1" },
    body: '{"name":"Rex"}',
  });
  assert.equal(answer.status, 400);
  assert.deepEqual(JSON.parse(answer.body), { url: "/fail/7?kind=dog", body: '{"pet":"Rex"}' });
  assert.equal(answer.headers["x-from"], "yes");
  assert.equal(answer.headers["x-name"], "Rex");
});

test("a backend that is not there is a 504", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "GET", {
    type: "HTTP_PROXY",
    integrationHttpMethod: "GET",
    uri: "http://127.0.0.1:1/",
  });
  await api.deploy();
  const { status, body } = await api.send("/");
  assert.equal(status, 504);
  assert.equal(body, '{"message": "Network error communicating with endpoint"}');
});

test("a backend whose address is none is a 500", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "GET", {
    type: "HTTP_PROXY",
    integrationHttpMethod: "GET",
    uri: "http://${stageVariables.none}",
  });
  const { log } = await api.bed.apis.send(
    new TestInvokeMethodCommand({ restApiId: api.id, resourceId: api.rootId, httpMethod: "GET" }),
  );
  assert.match(log ?? "", / : Execution failed due to configuration error: Invalid endpoint address\n/);
  await api.deploy();
  const { status, body } = await api.send("/");
  assert.deepEqual([status, body], [500, '{"message": "Internal server error"}']);
});

test("a media type without a template is refused when bodies may not pass", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "POST", {
    type: "HTTP",
    integrationHttpMethod: "POST",
    uri: `${backendUrl}/`,
    passthroughBehavior: "NEVER",
    requestTemplates: { "application/json": "{}" },
  });
  await respond(api, api.rootId, "POST", "200");
  await api.deploy();
  const xml = { method: "POST", headers: { "Content-Type": "text/xml" }, body: "<a/>" };
  const refused = await api.send("/", xml);
  assert.equal(refused.status, 415);
  assert.equal(refused.body, '{"message":"Unsupported Media Type"}');
  assert.equal(
    (await api.send("/", { ...xml, headers: { "Content-Type": "application/json; charset=utf-8" } })).status,
    200,
  );
});

test("a content type named like a member of every object finds no template", async () => {
  const api = await new Bed(cloud).createApi();
  await api.put(api.rootId, "POST", { type: "MOCK", passthroughBehavior: "NEVER" });
  await api.deploy();
  assert.equal(
    (await api.send("/", { method: "POST", headers: { "Content-Type": "constructor" }, body: "{}" })).status,
    415,
  );
});

test("AWS with an action puts an item into a table", async () => {
  const bed = new Bed(cloud);
  const dynamodb = new DynamoDBClient(clientOptions(cloud, bed.account));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "Pets",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
  const api = await bed.createApi();
  await api.put(api.rootId, "POST", {
    type: "AWS",
    integrationHttpMethod: "POST",
    uri: "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
    credentials: `arn:aws:iam::${bed.account}:role/api`,
    requestTemplates: {
      "application/json": '{"TableName":"Pets","Item":{"id":{"S":$input.json("$.id")}}}',
    },
  });
  await respond(api, api.rootId, "POST", "200", {
    responseTemplates: { "application/json": '{"kept":true}' },
  });
  await respond(api, api.rootId, "POST", "500", {
    selectionPattern: "[45]\\d\\d",
    responseTemplates: { "application/json": "$input.json('$.__type')" },
  });
  await api.deploy();
  const answer = await api.send("/", { method: "POST", body: '{"id":"1"}' });
  assert.equal(answer.status, 200);
  assert.equal(answer.body, '{"kept":true}');
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName: "Pets", Key: { id: { S: "1" } } }));
  assert.deepEqual(Item, { id: { S: "1" } });

  const rule = await cloud.faults.add({
    effect: "error",
    match: { service: "dynamodb", account: bed.account },
    params: { kind: "internal" },
  });
  const failed = await api.send("/", { method: "POST", body: '{"id":"2"}' });
  cloud.faults.remove(rule.id);
  assert.equal(failed.status, 500);
  assert.match(failed.body, /InternalServerError/);
});

test("AWS with a path sends a message to a queue", async () => {
  const bed = new Bed(cloud);
  const sqs = new SQSClient(clientOptions(cloud, bed.account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" }));
  const api = await bed.createApi();
  await api.put(api.rootId, "POST", {
    type: "AWS",
    integrationHttpMethod: "POST",
    uri: `arn:aws:apigateway:us-east-1:sqs:path/${bed.account}/orders`,
    requestParameters: { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" },
    requestTemplates: { "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)" },
  });
  await respond(api, api.rootId, "POST", "200");
  await api.deploy();
  const body = '{"order":"a & b"}';
  const answer = await api.send("/", { method: "POST", body });
  assert.equal(answer.status, 200, answer.body);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const { SendMessageResult } = JSON.parse(answer.body).SendMessageResponse;
  assert.equal(SendMessageResult.MessageId, Messages?.[0]?.MessageId);
  assert.deepEqual(
    Messages?.map((message) => message.Body),
    [body],
  );
});

test("AWS with an action takes parameters from the query string, or from a JSON body", async () => {
  const bed = new Bed(cloud);
  const sqs = new SQSClient(clientOptions(cloud, bed.account));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "actions" }));
  const api = await bed.createApi();
  const integration = {
    type: "AWS",
    integrationHttpMethod: "POST",
    uri: "arn:aws:apigateway:us-east-1:sqs:action/SendMessage",
  } as const;
  const byQuery = await api.createResource("query");
  await api.put(byQuery, "POST", {
    ...integration,
    requestParameters: {
      "integration.request.querystring.QueueUrl": `'${QueueUrl}'`,
      "integration.request.querystring.MessageBody": "method.request.body.text",
    },
  });
  const byBody = await api.createResource("body");
  await api.put(byBody, "POST", {
    ...integration,
    requestTemplates: {
      "application/json": `{"QueueUrl":"${QueueUrl}","MessageBody":$input.json("$.text")}`,
    },
  });
  for (const resourceId of [byQuery, byBody]) await respond(api, resourceId, "POST", "200");
  await api.deploy();
  for (const path of ["/query", "/body"]) {
    const answer = await api.send(path, { method: "POST", body: `{"text":"from ${path}"}` });
    assert.equal(answer.status, 200, answer.body);
    // Not the backend's, which are XML and `application/x-amz-json-1.0`.
    assert.equal(answer.headers["content-type"], "application/json");
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    assert.equal(Messages?.[0]?.Body, `from ${path}`);
  }
});

test("AWS with an action asks services of JSON with a form, too, and hands their answer on as JSON", async () => {
  const bed = new Bed(cloud);
  const parameter = { Name: "greeting", Value: "hello", Type: "String" };
  await cloud.call("ssm", "PutParameter", parameter, { account: bed.account });
  const api = await bed.createApi();
  await api.put(api.rootId, "POST", {
    type: "AWS",
    integrationHttpMethod: "POST",
    uri: "arn:aws:apigateway:us-east-1:ssm:action/GetParameter",
    requestParameters: { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" },
    requestTemplates: { "application/json": "Action=GetParameter&Name=greeting" },
  });
  await respond(api, api.rootId, "POST", "200");
  await api.deploy();
  const answer = await api.send("/", { method: "POST", body: "{}" });
  const { Parameter } = JSON.parse(answer.body).GetParameterResponse.GetParameterResult;
  assert.deepEqual([Parameter.Value, Parameter.Selector], ["hello", null]);
});

test("AWS with a function maps its input, its answer and its errors", async () => {
  const bed = new Bed(cloud);
  const api = await bed.createApi();
  const arn = await bed.createFunction(
    "custom",
    `async (event) => { if (event.bad) throw new Error("[400] bad " + event.bad); return { hello: event.name }; }`,
  );
  await api.put(api.rootId, "POST", {
    type: "AWS",
    integrationHttpMethod: "POST",
    uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`,
  });
  await respond(api, api.rootId, "POST", "200");
  await respond(api, api.rootId, "POST", "400", {
    selectionPattern: "\\[400\\].*",
    responseTemplates: { "application/json": '{"error":$input.json("$.errorMessage")}' },
  });
  await api.deploy();
  assert.equal((await api.send("/", { method: "POST", body: '{"name":"you"}' })).body, '{"hello":"you"}');
  const failed = await api.send("/", { method: "POST", body: '{"bad":"thing"}' });
  assert.equal(failed.status, 400);
  assert.deepEqual(JSON.parse(failed.body), { error: "[400] bad thing" });
});

test("a backend that does not answer in time is a 504", async () => {
  const bed = new Bed(cloud);
  const silent = createServer(() => {});
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const slow = await bed.createApi();
  const uri = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  await slow.put(slow.rootId, "GET", {
    type: "HTTP_PROXY",
    integrationHttpMethod: "GET",
    uri,
    timeoutInMillis: 50,
  });
  await slow.deploy();
  const answer = await slow.send("/");
  silent.closeAllConnections();
  silent.close();
  assert.equal(answer.status, 504);
  assert.equal(answer.body, '{"message": "Endpoint request timed out"}');
});
