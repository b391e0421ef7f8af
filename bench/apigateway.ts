import { once } from "node:events";
import yazl from "yazl";
import { type Figure, load, median, perSecond, type Server, serve } from "./tools.ts";

const ROUNDS = 3;
const HANDLER = `export const handler = async () => ({ statusCode: 200, headers: { "content-type": "text/plain" }, body: "ok" });`;
const ACCOUNT = "000000000000";
const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:bench`;
const URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;

/** GET requests through API Gateway to a warm Node.js function: a REST API's, an HTTP API's, and one without a function. */
export default async function bench(): Promise<Figure[]> {
  await using squall = await serve("squall");
  await createFunction(squall);
  await createRestApi(squall);
  const httpApi = await createHttpApi(squall);
  const measure = async (host: string, path: string, connections: number) => {
    const head = [
      `GET ${path} HTTP/1.1`,
      `host: ${host}:${squall.port}`,
      "accept: */*",
      "user-agent: bench",
      "",
    ].join("\r\n");
    return load({
      port: squall.port,
      requests: [{ head, body: "" }],
      connections,
      warmupMs: 1000,
      durationMs: 3000,
    });
  };
  const rest = [];
  for (let round = 0; round < ROUNDS; round++)
    rest.push(await measure("bench.execute-api.localhost", "/dev/items/1?q=1", 1));
  const many = await measure("bench.execute-api.localhost", "/dev/items/1?q=1", 8);
  const http = await measure(`${httpApi}.execute-api.localhost`, "/items/1", 1);
  const mock = await measure("bench.execute-api.localhost", "/dev/mock", 8);
  const p50Ms = median(rest.map((result) => result.p50Ms));
  return [
    {
      name: "API Gateway: GET through a REST API to a warm Node.js function",
      value: perSecond(rest.at(-1)!),
      target: "p50 ≤ 5 ms",
      reached: p50Ms <= 5 && rest.every((result) => result.failed === 0),
    },
    { name: "API Gateway: the same, 8 connections", value: perSecond(many) },
    { name: "API Gateway: GET through an HTTP API to the function", value: perSecond(http) },
    { name: "API Gateway: GET answered by a MOCK with templates, 8 connections", value: perSecond(mock) },
  ];
}

const authorization = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

async function call(
  server: Server,
  service: string,
  method: string,
  path: string,
  body: object,
): Promise<Record<string, string>> {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: authorization(service) },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text || "{}") as Record<string, string>;
}

async function createFunction(server: Server): Promise<void> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(HANDLER), "index.mjs");
  zip.end();
  const chunks: Buffer[] = [];
  zip.outputStream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(zip.outputStream, "end");
  await call(server, "lambda", "POST", "/2015-03-31/functions", {
    FunctionName: "bench",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: `arn:aws:iam::${ACCOUNT}:role/bench`,
    Code: { ZipFile: Buffer.concat(chunks).toString("base64") },
  });
}

async function createRestApi(server: Server): Promise<void> {
  const integration = { type: "aws_proxy", httpMethod: "POST", uri: URI };
  const mock = {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode": 200}' },
    responses: {
      default: {
        statusCode: "200",
        responseTemplates: {
          "application/json": '{"id":"$context.requestId","ip":"$context.identity.sourceIp"}',
        },
      },
    },
  };
  const operation = (extension: object) => ({
    responses: { 200: { description: "ok" } },
    "x-amazon-apigateway-integration": extension,
  });
  const definition = {
    openapi: "3.0.1",
    info: { title: "bench", version: "1" },
    paths: { "/items/{id}": { get: operation(integration) }, "/mock": { get: operation(mock) } },
  };
  const api = { name: "bench", tags: { _custom_id_: "bench" } };
  await call(server, "apigateway", "POST", "/restapis", api);
  await call(server, "apigateway", "PUT", "/restapis/bench?mode=overwrite", definition);
  await call(server, "apigateway", "POST", "/restapis/bench/deployments", { stageName: "dev" });
}

async function createHttpApi(server: Server): Promise<string> {
  const api = await call(server, "apigateway", "POST", "/v2/apis", {
    name: "bench",
    protocolType: "HTTP",
    target: FUNCTION_ARN,
  });
  return api["apiId"]!;
}
