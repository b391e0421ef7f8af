/*
 * The data plane held against what AWS was recorded to do (June 2024 to May 2025), with other names and values: which paths and headers
 * a function sees, which headers are kept, what a function may answer, what templates hand on.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateBasePathMappingCommand,
  CreateDomainNameCommand,
  PutIntegrationResponseCommand,
  PutMethodResponseCommand,
} from "@aws-sdk/client-api-gateway";
import { testCloud } from "../../../../test/cloud.ts";
import type { Cloud } from "../../../index.ts";
import { Bed, type RestApiBed, send } from "../bed.fixture.ts";

let cloud: Cloud;
let bed: Bed;
/** `/{proxy+}` and `/fixed` give their event back; `/odd` answers what it is sent. */
let api: RestApiBed;
let echo: string;

before(async () => {
  cloud = await testCloud();
  bed = new Bed(cloud);
  api = await bed.createApi();
  echo = await bed.createFunction("echo", "async (event) => ({ body: JSON.stringify(event) })");
  const odd = await bed.createFunction("odd", "async (event) => JSON.parse(event.body)");
  await api.putLambda(await api.createResource("{proxy+}"), "ANY", echo);
  await api.putLambda(await api.createResource("fixed"), "ANY", echo);
  await api.putLambda(await api.createResource("odd"), "POST", odd);
  await api.deploy();
});
after(() => cloud[Symbol.asyncDispose]());

interface Event {
  readonly resource: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly requestContext: { readonly path: string; readonly resourcePath: string };
}

/** Below `host`, exactly that path. */
async function called(
  path: string,
  options: { host?: string; headers?: Record<string, string>; body?: string } = {},
) {
  const host = `${api.id}.execute-api.localhost.localstack.cloud`;
  const method = options.body === undefined ? "GET" : "POST";
  const { body } = await send(cloud, { host, method, ...options, path });
  return JSON.parse(body) as Event;
}

const PATHS: readonly [called: string, path: string, whole: string, proxy: string][] = [
  ["/dev/a", "/a", "/dev/a", "a"],
  ["/dev/a/", "/a/", "/dev/a/", "a"],
  ["/dev/a//b", "/a//b", "/dev/a//b", "a//b"],
  ["/dev//a", "/a", "/dev//a", "a"],
  ["//dev/a", "/a", "/dev/a", "a"],
  [
    "/dev/u/x%2By@example.com/x+y",
    "/u/x%2By@example.com/x+y",
    "/dev/u/x%2By@example.com/x+y",
    "u/x%2By@example.com/x+y",
  ],
];

for (const [given, path, whole, proxy] of PATHS) {
  test(`a function that is called at ${given} sees ${path}, below ${whole}`, async () => {
    const event = await called(given);
    assert.equal(event.path, path);
    assert.equal(event.requestContext.path, whole);
    assert.deepEqual(event.pathParameters, { proxy });
  });
}

test("slashes too many do not hide a resource", async () => {
  const { resource, path, requestContext, pathParameters } = await called("/dev//fixed");
  assert.deepEqual(
    [resource, path, requestContext.path, pathParameters],
    ["/fixed", "/fixed", "/dev//fixed", null],
  );
});

test("below a custom domain name a function sees the base path, and no stage", async () => {
  const domainName = "shop.example.com";
  await bed.apis.send(new CreateDomainNameCommand({ domainName }));
  await bed.apis.send(
    new CreateBasePathMappingCommand({ domainName, basePath: "v1", restApiId: api.id, stage: "dev" }),
  );
  const event = await called("/v1/a%2Fb", { host: domainName });
  assert.equal(event.path, "/v1/a%2Fb");
  assert.equal(event.requestContext.path, "/v1/a%2Fb");
  assert.deepEqual(event.pathParameters, { proxy: "a%2Fb" });
});

test("a query is decoded, plus signs and all", async () => {
  const { queryStringParameters } = await called("/dev/a?x=a%2Bb%40c&y=d+e&z=%2F");
  assert.deepEqual(queryStringParameters, { x: "a+b@c", y: "d e", z: "/" });
});

test("headers keep their case; those of the connection and of the body's form are not seen", async () => {
  const { headers } = await called("/dev/a", {
    headers: {
      "tEsT-hEaDeR": "Value",
      Connection: "keep-alive",
      "Content-MD5": "x",
      "Max-Forwards": "3",
      TE: "trailers",
      "Content-Type": "text/plain",
    },
    body: "x",
  });
  const given = Object.keys(headers).filter((name) => !/^(x-|host$)/i.test(name));
  assert.deepEqual(given.sort(), ["Content-Type", "tEsT-hEaDeR"]);
});

const ANSWERS: readonly [answer: unknown, status: number, header: string | undefined, body: string][] = [
  [{ statusCode: 200 }, 200, undefined, ""],
  [{ statusCode: "201" }, 201, undefined, ""],
  [{ headers: { "x-test": true } }, 200, "true", ""],
  [{ headers: { "x-test": null } }, 200, undefined, ""],
  [{ headers: { "x-test": "solo" }, multiValueHeaders: { "X-Test": ["multi"] } }, 200, "multi, solo", ""],
  [{ headers: { "x-test": "a" }, multiValueHeaders: { "x-test": ["a", "b"] } }, 200, "a, b", ""],
  [{ body: "dGV4dA==", isBase64Encoded: true }, 200, undefined, "dGV4dA=="],
  [{}, 502, undefined, '{"message": "Internal server error"}'],
  ["text", 502, undefined, '{"message": "Internal server error"}'],
  [{ statusCode: "ok" }, 502, undefined, '{"message": "Internal server error"}'],
  [{ statusCode: 200, other: 1 }, 502, undefined, '{"message": "Internal server error"}'],
  [{ multiValueHeaders: { "x-test": "solo" } }, 502, undefined, '{"message": "Internal server error"}'],
];

for (const [answer, status, header, body] of ANSWERS) {
  test(`a function that answers ${JSON.stringify(answer)} is ${status}`, async () => {
    const response = await api.send("/odd", { method: "POST", body: JSON.stringify(answer) });
    assert.equal(response.status, status);
    assert.equal(response.headers["x-test"], header);
    assert.equal(response.body, body);
  });
}

const KEPT = ["Authorization", "Content-MD5", "Date", "Host", "Server", "User-Agent", "WWW-Authenticate"];
const PASSED = ["Accept", "Age", "Pragma", "Range", "Referer", "TE", "Via"];

test("response headers that API Gateway has its own of come out under another name", async () => {
  const headers = await bed.createApi();
  const place = { restApiId: headers.id, resourceId: headers.rootId, httpMethod: "GET", statusCode: "200" };
  await headers.put(headers.rootId, "GET", {
    requestTemplates: { "application/json": '{"statusCode": 200}' },
  });
  const all = [...KEPT, ...PASSED].map((name) => `method.response.header.${name}`);
  await bed.apis.send(
    new PutMethodResponseCommand({
      ...place,
      responseParameters: Object.fromEntries(all.map((name) => [name, true])),
    }),
  );
  await bed.apis.send(
    new PutIntegrationResponseCommand({
      ...place,
      responseParameters: Object.fromEntries(all.map((name) => [name, "'mapped'"])),
    }),
  );
  await headers.deploy();
  const answer = await headers.send("/");
  for (const name of KEPT)
    assert.equal(answer.headers[`x-amzn-remapped-${name.toLowerCase()}`], "mapped", name);
  for (const name of PASSED) assert.equal(answer.headers[name.toLowerCase()], "mapped", name);
  assert.equal(answer.headers["x-amzn-trace-id"], undefined, "only what asks AWS says its trace");
});

for (const header of ["authorization", "connection", "content-length", "expect", "te", "transfer-encoding"]) {
  test(`an integration with AWS that maps ${header} is a 500`, async () => {
    const broken = await bed.createApi();
    const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${echo}/invocations`;
    const requestParameters = { [`integration.request.header.${header}`]: "'x'" };
    await broken.put(broken.rootId, "GET", {
      type: "AWS",
      integrationHttpMethod: "POST",
      uri,
      requestParameters,
    });
    await broken.deploy();
    const { status, body } = await broken.send("/");
    assert.deepEqual([status, body], [500, '{"message": "Internal server error"}']);
  });
}

test("what a request template sets of the response stands in the response, and its template reads it", async () => {
  const mock = await bed.createApi();
  const place = { restApiId: mock.id, resourceId: mock.rootId, httpMethod: "GET", statusCode: "200" };
  const template = `#set($context.responseOverride.status = 418)
#set($context.responseOverride.header.x-pot = "tea")
#set($context.responseOverride.note = "short")
{"statusCode": 200}`;
  await mock.put(mock.rootId, "GET", { requestTemplates: { "application/json": template } });
  await bed.apis.send(new PutMethodResponseCommand(place));
  await bed.apis.send(
    new PutIntegrationResponseCommand({
      ...place,
      responseTemplates: {
        "application/json": "$context.responseOverride.status $context.responseOverride.note",
      },
    }),
  );
  await mock.deploy();
  const { status, headers, body } = await mock.send("/");
  assert.deepEqual([status, headers["x-pot"], body], [418, "tea", "418 short"]);
});

test("a request without a body has an empty object for a template", async () => {
  const plain = await bed.createApi();
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${echo}/invocations`;
  const place = { restApiId: plain.id, resourceId: plain.rootId, httpMethod: "POST", statusCode: "200" };
  await plain.put(plain.rootId, "POST", {
    type: "AWS",
    integrationHttpMethod: "POST",
    uri,
    requestTemplates: { "application/json": '{"given": $input.body}' },
  });
  await bed.apis.send(new PutMethodResponseCommand(place));
  await bed.apis.send(new PutIntegrationResponseCommand(place));
  await plain.deploy();
  const { body } = await plain.send("/", { method: "POST" });
  assert.deepEqual(JSON.parse((JSON.parse(body) as { body: string }).body), { given: {} });
});
