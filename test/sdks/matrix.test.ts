import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { Cloud } from "../../src/index.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";
import { testCloud } from "../cloud.ts";
import { needs } from "../needs.ts";
import { until } from "../until.ts";
import { type Cell, cellsOf, inputOf, ruleOf, sdks, serviceOf } from "./cells.ts";
import { type Driver, drive, drivers } from "./drivers.ts";
import { judge, judgeBackoff } from "./judge.ts";

/*
 * Every SDK × protocol × effect: what a program sees, how often and how long after each other its attempts come, and what
 * it left behind. All cells of a driver run at once, each in an account of its own, whose access key its rule goes by.
 */

/** All SDKs; in CI a thin slice. Otherwise it waits to be asked: SDKs are installed from registries. */
const isNight = process.env["SQUALL_SDKS"] === "all";
const isAsked = isNight || Boolean(process.env["CI"]);
/** Test accounts of this file, clear of others'. */
const FIRST_ACCOUNT = 410_000_000_000;
/** EC2's answer, as its API reference shows it; Squall has no EC2 of its own. */
const REGIONS = `<?xml version="1.0" encoding="UTF-8"?>
<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>59dbff89-35bd-4eac-99ed-be587EXAMPLE</requestId>
  <regionInfo><item><regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint></item></regionInfo>
</DescribeRegionsResponse>`;

/** Each of its writes is an event of its own. */
const STREAMS = `export const handler = awslambda.streamifyResponse(async (_event, stream) => {
  for (const word of ["one", "two", "three"]) {
    stream.write(word);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  stream.end();
});`;

async function ec2() {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader("content-type", "text/xml;charset=UTF-8").end(REGIONS);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => server.close(),
  };
}

/** What a call needs to go well. */
async function prepare(cloud: Cloud, { call, account }: Cell): Promise<void> {
  const ask = (service: string, operation: string, input: object) =>
    cloud.call(service, operation, input, { account, region: "us-east-1" });
  switch (serviceOf(call)) {
    case "sns":
      await ask("sns", "CreateTopic", { Name: "orders" });
      await ask("sqs", "CreateQueue", { QueueName: "orders" });
      await ask("sns", "Subscribe", {
        TopicArn: `arn:aws:sns:us-east-1:${account}:orders`,
        Protocol: "sqs",
        Endpoint: `arn:aws:sqs:us-east-1:${account}:orders`,
      });
      break;
    case "sqs":
      await ask("sqs", "CreateQueue", { QueueName: "orders" });
      break;
    case "dynamodb":
      await ask("dynamodb", "CreateTable", {
        TableName: "orders",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      });
      if (call === "dynamodb.GetItem") {
        // DynamoDB compresses from 4096 bytes on.
        const Item = { id: { S: "large" }, text: { S: "x".repeat(5000) } };
        await ask("dynamodb", "PutItem", { TableName: "orders", Item });
      }
      break;
    case "s3": {
      await ask("s3", "CreateBucket", { Bucket: `b${account}` });
      if (call === "s3.PutObject") break;
      const client = new URL(`/b${account}/k`, cloud.url);
      const credential = `AWS4-HMAC-SHA256 Credential=${account}/20261128/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`;
      const put = await fetch(client, {
        method: "PUT",
        body: "0123456789".repeat(100),
        headers: { authorization: credential, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
      });
      assert.equal(put.status, 200);
      break;
    }
    case "lambda":
      if (call === "lambda.InvokeWithResponseStream") {
        await ask("lambda", "CreateFunction", {
          FunctionName: "streams",
          Runtime: "nodejs22.x",
          Handler: "index.handler",
          Role: `arn:aws:iam::${account}:role/streams`,
          Code: { ZipFile: await zipOf({ "index.mjs": STREAMS }) },
        });
      }
      break;
    case "logs":
      await ask("logs", "CreateLogGroup", { logGroupName: "orders" });
      break;
    case "cloudwatch":
      await ask("cloudwatch", "PutMetricData", {
        Namespace: "shop",
        MetricData: [{ MetricName: "orders", Value: 1 }],
      });
      break;
  }
}

/** How often the operation took effect, where that can be told. */
async function happened(cloud: Cloud, { call, account }: Cell): Promise<number | undefined> {
  const options = { account, region: "us-east-1" };
  switch (call) {
    case "dynamodb.UpdateItem": {
      const key = { TableName: "orders", Key: { id: { S: "1" } }, ConsistentRead: true };
      const { Item } = await cloud.call<{ Item?: { n: { N: string } } }>("dynamodb", "GetItem", key, options);
      return Number(Item?.n.N ?? 0);
    }
    case "sqs.SendMessage":
    case "sqs.SendMessageBatch": {
      const asked = {
        QueueUrl: `${cloud.url}/${account}/orders`,
        AttributeNames: ["ApproximateNumberOfMessages"],
      };
      const { Attributes } = await cloud.call<{ Attributes: Record<string, string> }>(
        "sqs",
        "GetQueueAttributes",
        asked,
        options,
      );
      return Number(Attributes["ApproximateNumberOfMessages"]);
    }
    default:
      return undefined;
  }
}

function recordsOf(cloud: Cloud, { call, account }: Cell) {
  const [service, operation] = call.split(".");
  return cloud.calls
    .of(service!, operation)
    .filter(({ accessKeyId }) => accessKeyId === account)
    .sort((one, other) => one.startedAt - other.startedAt);
}

/** The calls that have begun and not ended: those whose clients gave up still take effect, and are recorded late. */
function underWay({ bus }: Cloud): ReadonlySet<string> {
  const ids = new Set<string>();
  bus.subscribe("call.begins", ({ id }) => ids.add(id));
  bus.subscribe("call", ({ id }) => ids.delete(id));
  return ids;
}

function title(driver: Driver): string {
  return `${driver.sdk}, ${driver.generation} November 2026: every protocol, every effect`;
}

for (const [n, driver] of drivers.entries()) {
  if (!isNight && !driver.daily) continue;
  // One of them, for whoever works on it: SQUALL_SDK=go-since. SQUALL_EFFECT=upload: only such cells.
  if (process.env["SQUALL_SDK"] && !`${driver.sdk}-${driver.generation}`.match(process.env["SQUALL_SDK"]))
    continue;
  const options = isAsked ? needs(...driver.tools) : { skip: "runs in CI and by `npm run nightly -- sdks`" };
  test(title(driver), options, async (t) => {
    const sdk = sdks[driver.sdk]!;
    const generation = sdk.generations[driver.generation]!;
    using regions = await ec2();
    await using cloud = await testCloud({
      upstreams: { ec2: { url: regions.url } },
      recordBytes: 256 * 1024 * 1024,
    });
    const calls = underWay(cloud);
    const only = process.env["SQUALL_EFFECT"];
    const cells = cellsOf(sdk, FIRST_ACCOUNT + n * 1000).filter(({ id }) => !only || id.match(only));
    for (const cell of cells) {
      await prepare(cloud, cell);
      const rule = ruleOf(cell);
      if (rule) await cloud.faults.add(rule);
    }
    const except = { ...sdk.except, ...generation.except };
    const excuseOf = ({ id, effect }: Cell) => except[id] ?? except[effect.name];
    const asked = cells
      .filter((cell) => excuseOf(cell) === undefined)
      .map((cell) => {
        const [service, operation] = cell.call.split(".");
        const { timeoutMs, repeat, session, gzip } = cell.effect;
        return {
          id: cell.id,
          service,
          operation,
          account: cell.account,
          timeoutMs,
          repeat,
          session,
          gzip,
          input: inputOf(cell, cloud.url),
        };
      });
    const seen = await drive(driver, cloud.url, asked);
    // A connection that a rule reads no further is held for ten minutes, its client gone or not.
    await cloud.clock.advance(10 * 60_000);
    await until(() => calls.size === 0);
    let right = 0;
    for (const cell of cells) {
      const excuse = excuseOf(cell);
      await t.test(cell.id, excuse === undefined ? {} : { skip: excuse }, async () => {
        const observation = {
          seen: seen.get(cell.id)!,
          records: recordsOf(cloud, cell),
          happened: await happened(cloud, cell),
        };
        judge(cell, sdk, generation, observation);
        right++;
      });
    }
    // docs/sdks.md says how many they are.
    t.diagnostic(`${right} of ${asked.length} cells right`);
    if (only) return;
    await t.test("waits are spread as its backoff says", () => {
      const all = cells.map((cell) => ({ cell, records: recordsOf(cloud, cell) }));
      judgeBackoff(generation, all);
    });
  });
}
