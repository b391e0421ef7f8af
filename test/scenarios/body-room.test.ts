import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { type SquallProcess, squallProcess } from "../squall-process.ts";

/* Many large bodies at once, and a heap that could not hold them: they wait for each other, and nobody else for them. */

const MB = 1024 * 1024;
const UPLOADS = 200;
/** `--max-old-space-size`: 200 bodies of 9 MB are 1,800 MB, and more when they are understood. */
const HEAP_MB = 192;
const MOST_RSS_MB = 700;

let squall: SquallProcess;

before(async () => {
  squall = await squallProcess({ logLevel: "ERROR", idleMs: 300_000 }, [`--max-old-space-size=${HEAP_MB}`]);
});
after(async () => {
  await squall.stop();
});

test(`${UPLOADS} bodies of 9 MB at once are taken one after the other`, { timeout: 300_000 }, async () => {
  await dynamodb("CreateTable", {
    TableName: "large",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const text = "x".repeat(380_000);
  const large = Array.from({ length: 25 }, (_, at) => ({
    PutRequest: { Item: { id: { S: `k${at}` }, text: { S: text } } },
  }));
  const body = Buffer.from(JSON.stringify({ RequestItems: { large } }));
  assert.ok(body.length > 9 * MB);
  const done = Promise.all(Array.from({ length: UPLOADS }, () => dynamodb("BatchWriteItem", body)));
  let mostRss = 0;
  let looks = 0;
  let isDone = false;
  const ended = done.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const { memoryBytes } = (await (await fetch(`${squall.url}/_squall/info`)).json()) as {
      memoryBytes: number;
    };
    mostRss = Math.max(mostRss, memoryBytes);
    looks++;
  }
  assert.deepEqual(new Set(await ended), new Set([200]));
  if (process.env["TELL"]) console.log(`${Math.round(mostRss / MB)} MB at the most, ${looks} looks`);
  assert.ok(mostRss < MOST_RSS_MB * MB, `${Math.round(mostRss / MB)} MB`);
  assert.equal(squall.child.exitCode, null);
});

/** @returns the status */
function dynamodb(operation: string, input: object | Buffer): Promise<number> {
  const body = input instanceof Buffer ? input : Buffer.from(JSON.stringify(input));
  const scope = "test/20261128/us-east-1/dynamodb/aws4_request";
  return new Promise((resolve, reject) => {
    const sent = request(squall.url, {
      method: "POST",
      agent: false,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "content-type": "application/x-amz-json-1.0",
        "content-length": body.length,
      },
    });
    sent.on("response", (answer) => {
      answer.resume();
      answer.once("end", () => resolve(answer.statusCode ?? 0));
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
