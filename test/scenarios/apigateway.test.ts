import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import yazl from "yazl";
import type { Cloud } from "../../src/index.ts";
import { clientEnvironment, newAccount, testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";

const run = promisify(execFile);

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "squall-apigateway-"));
  const zip = new yazl.ZipFile();
  // A product API that keeps its products in DynamoDB and says so when it cannot.
  const source = `
    import { createRequire } from "node:module";
    export const handler = async (event) => {
      const response = await fetch(process.env.AWS_ENDPOINT_URL, {
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810." + (event.httpMethod === "GET" ? "GetItem" : "PutItem"),
          "x-amzn-trace-id": process.env._X_AMZN_TRACE_ID ?? "",
          "x-amz-date": "20261123T000000Z",
          authorization: "AWS4-HMAC-SHA256 Credential=" + process.env.ACCOUNT + "/20261123/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        },
        body: JSON.stringify(event.httpMethod === "GET"
          ? { TableName: "Products", Key: { id: { S: event.queryStringParameters.id } } }
          : { TableName: "Products", Item: { id: { S: JSON.parse(event.body).id } } }),
      });
      const body = await response.text();
      if (!response.ok) return { statusCode: 500, body: "Internal Server Error: " + JSON.parse(body).__type };
      return { statusCode: 200, body: event.httpMethod === "GET" ? body : "Product added/updated successfully." };
    };`;
  zip.addBuffer(Buffer.from(source), "index.mjs");
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  await writeFile(join(folder, "product.zip"), Buffer.concat(chunks));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The AWS CLI against a cloud, its answer as data. */
function cli(cloud: Cloud, account: string) {
  const env = clientEnvironment(cloud, account);
  return async (...args: string[]): Promise<Record<string, string>> => {
    const { stdout } = await run("aws", ["--endpoint-url", cloud.url, "--output", "json", ...args], {
      env,
      cwd: folder,
    });
    return JSON.parse(stdout || "{}") as Record<string, string>;
  };
}

function curl(
  cloud: Cloud,
  host: string,
  path: string,
  body?: string,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(cloud.url);
  return new Promise((resolve, reject) => {
    const headers = { host: `${host}:${port}`, "content-type": "application/json" };
    request({ hostname, port, path, method: body === undefined ? "GET" : "POST", headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    })
      .on("error", reject)
      .end(body);
  });
}

/** The tutorial's API, made by the tutorial's commands; its GET method invokes the function with GET, as samples do. */
async function build(aws: ReturnType<typeof cli>, account: string): Promise<void> {
  await aws(
    "dynamodb",
    "create-table",
    "--table-name",
    "Products",
    "--billing-mode",
    "PAY_PER_REQUEST",
    "--attribute-definitions",
    "AttributeName=id,AttributeType=S",
    "--key-schema",
    "AttributeName=id,KeyType=HASH",
  );
  const { FunctionArn } = await aws(
    "lambda",
    "create-function",
    "--function-name",
    "product",
    "--runtime",
    "nodejs22.x",
    "--handler",
    "index.handler",
    "--role",
    `arn:aws:iam::${account}:role/lambda`,
    "--zip-file",
    "fileb://product.zip",
    "--timeout",
    "20",
    "--environment",
    `Variables={ACCOUNT=${account}}`,
  );
  const { rootResourceId } = await aws(
    "apigateway",
    "create-rest-api",
    "--name",
    "quote-api",
    "--tags",
    '{"_custom_id_":"12345"}',
  );
  const { id } = await aws(
    "apigateway",
    "create-resource",
    "--rest-api-id",
    "12345",
    "--parent-id",
    rootResourceId!,
    "--path-part",
    "productApi",
  );
  for (const method of ["POST", "GET"]) {
    const place = ["--rest-api-id", "12345", "--resource-id", id!, "--http-method", method];
    await aws(
      "apigateway",
      "put-method",
      ...place,
      "--authorization-type",
      "NONE",
      "--request-parameters",
      "method.request.path.productApi=true",
    );
    await aws(
      "apigateway",
      "put-integration",
      ...place,
      "--type",
      "AWS_PROXY",
      "--integration-http-method",
      method,
      "--uri",
      `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`,
      "--passthrough-behavior",
      "WHEN_NO_MATCH",
    );
  }
  await aws("apigateway", "create-deployment", "--rest-api-id", "12345", "--stage-name", "dev");
}

const HOST = "12345.execute-api.localhost.localstack.cloud";

test(
  "the tutorial's API is made by the AWS CLI, works, feels an outage behind it, and recovers",
  needs("aws"),
  async () => {
    const warnings: string[] = [];
    await using cloud = await testCloud({
      log: ({ level, message }) => level === "WARN" && warnings.push(message),
    });
    const account = newAccount();
    await build(cli(cloud, account), account);
    assert.ok(
      warnings.some((warning) => warning.includes("only POST works")),
      "the leniency is told",
    );

    const product = '{"id":"prod-2004"}';
    assert.deepEqual(await curl(cloud, HOST, "/dev/productApi", product), {
      status: 200,
      body: "Product added/updated successfully.",
    });
    assert.equal(
      (await curl(cloud, HOST, "/dev/productApi?id=prod-2004")).body,
      '{"Item":{"id":{"S":"prod-2004"}}}',
    );

    const outage = await cloud.faults.add({
      effect: "error",
      match: { service: "dynamodb" },
      params: { code: "DynamoDbException", status: 500 },
    });
    const down = await curl(cloud, HOST, "/dev/productApi", product);
    assert.equal(down.status, 500);
    assert.match(down.body, /DynamoDbException/);
    cloud.faults.remove(outage.id);
    assert.equal((await curl(cloud, HOST, "/dev/productApi", product)).status, 200);

    const invoke = cloud.calls.of("execute-api", "Invoke").at(-1)!;
    const lambda = cloud.calls.of("lambda", "Invoke").at(-1)!;
    assert.equal(lambda.parentId, invoke.id, "the function's invocation is a child of the request");
    assert.equal(invoke.account, account);
  },
);

test(
  "--strict refuses what AWS refuses: another method than POST, and a function that API Gateway may not invoke",
  needs("aws"),
  async () => {
    await using cloud = await testCloud({ strict: true });
    const account = newAccount();
    const aws = cli(cloud, account);
    await build(aws, account);
    assert.equal((await curl(cloud, HOST, "/dev/productApi?id=1")).status, 500);
    assert.equal((await curl(cloud, HOST, "/dev/productApi", "{}")).status, 500);
    await aws(
      "lambda",
      "add-permission",
      "--function-name",
      "product",
      "--statement-id",
      "api",
      "--action",
      "lambda:InvokeFunction",
      "--principal",
      "apigateway.amazonaws.com",
      "--source-arn",
      `arn:aws:execute-api:us-east-1:${account}:12345/*/POST/productApi`,
    );
    assert.equal((await curl(cloud, HOST, "/dev/productApi", '{"id":"1"}')).status, 200);
    assert.equal((await curl(cloud, HOST, "/dev/productApi?id=1")).status, 500);
  },
);

test("an HTTP API is made and called with one command each", needs("aws"), async () => {
  await using cloud = await testCloud();
  const account = newAccount();
  const aws = cli(cloud, account);
  const { FunctionArn } = await aws(
    "lambda",
    "create-function",
    "--function-name",
    "product",
    "--runtime",
    "nodejs22.x",
    "--handler",
    "index.handler",
    "--role",
    `arn:aws:iam::${account}:role/lambda`,
    "--zip-file",
    "fileb://product.zip",
  );
  const { ApiId } = await aws(
    "apigatewayv2",
    "create-api",
    "--name",
    "quick",
    "--protocol-type",
    "HTTP",
    "--target",
    FunctionArn!,
  );
  const rule = await cloud.faults.add({
    effect: "error",
    match: { service: "execute-api" },
    params: { kind: "throttle" },
  });
  const throttled = await curl(cloud, `${ApiId}.execute-api.localhost`, "/");
  assert.deepEqual(throttled, { status: 429, body: '{"message":"Too Many Requests"}' });
  cloud.faults.remove(rule.id);
  assert.notEqual((await curl(cloud, `${ApiId}.execute-api.localhost`, "/")).status, 429);
});
