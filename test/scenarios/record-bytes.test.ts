import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions, testCloud } from "../cloud.ts";

const SERVER = fileURLToPath(new URL("../server-process.ts", import.meta.url));
const ITEM_BYTES = 400 * 1000;
const WRITES = 1500;
const CLIENTS = 4;
/** How long items are written and read: a minute and more at night. */
const SECONDS = Number(process.env["SQUALL_SMALL_HEAP_SECONDS"] ?? 3);

/** A squall with a heap of 256 MB, and a table in it for large items. */
async function smallServer() {
  const flags = ["--max-old-space-size=256", "--conditions=squall-source", SERVER, "{}"];
  const server = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const url = String(line).trim();
  const dynamodb = new DynamoDBClient({ ...clientOptions({ url } as never), maxAttempts: 1 });
  await dynamodb.send(
    new CreateTableCommand({
      TableName: "large",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  return { url, dynamodb, server, [Symbol.dispose]: () => void server.kill("SIGKILL") };
}

const BODY = "x".repeat(ITEM_BYTES - 1000);
/** Each item is another text, and each is replaced again: what fills the heap is what is remembered of the calls. */
const itemOf = (n: number) => ({
  id: { S: String(n % 8) },
  body: { S: n + BODY },
  tag: { S: `${n} of them` },
});

test("a server with a heap of 256 MB remembers 1,500 calls with items of 400 KB, and lives", async () => {
  using small = await smallServer();
  const write = (n: number) =>
    small.dynamodb.send(new PutItemCommand({ TableName: "large", Item: itemOf(n) }));
  for (let n = 0; n < WRITES; n += 4) await Promise.all([n, n + 1, n + 2, n + 3].map(write));
  const response = await fetch(`${small.url}/_squall/calls?limit=10000&operation=PutItem`);
  const { calls, truncated } = (await response.json()) as { calls: unknown[]; truncated: boolean };
  assert.equal(calls.length, WRITES);
  assert.equal(truncated, false);
});

test("items of 400 KB are written and read under a heap of 256 MB for as long as one likes", async () => {
  using small = await smallServer();
  const until = performance.now() + SECONDS * 1000;
  let done = 0;
  const client = async (id: number) => {
    for (let n = id; performance.now() < until; n += CLIENTS) {
      const Item = itemOf(n);
      await small.dynamodb.send(new PutItemCommand({ TableName: "large", Item }));
      const get = new GetItemCommand({ TableName: "large", Key: { id: Item.id } });
      const found = (await small.dynamodb.send(get)).Item;
      // Another client may have replaced it in between.
      assert.equal(found?.["body"]?.S?.slice(-BODY.length), BODY);
      done++;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, id) => client(id)));
  assert.equal(small.server.exitCode, null);
  assert.ok(done >= CLIENTS, `${done} items`);
  const { calls } = (await (await fetch(`${small.url}/_squall/calls?limit=10`)).json()) as {
    calls: unknown[];
  };
  assert.equal(calls.length, 10);
  // Seen with --test-reporter=spec.
  console.log(`${done} items of 400 KB written and read in ${SECONDS} s`);
});

test("calls beyond --record-bytes are dropped, the oldest first, and the answer says so", async () => {
  await using cloud = await testCloud({ recordBytes: 100_000 });
  const sqs = new SQSClient(clientOptions(cloud));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "jobs" }));
  for (let n = 0; n < 200; n++)
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${n} ${"x".repeat(900)}` }));
  const ask = async (query: string) =>
    (await (await fetch(`${cloud.url}/_squall/calls?${query}`)).json()) as {
      calls: { sequence: number; operation: string }[];
      last: number;
      dropped: number;
      truncated: boolean;
    };
  const { calls, last, dropped, truncated } = await ask("limit=1000");
  assert.equal(last, 201);
  assert.equal(dropped + calls.length, 201);
  assert.ok(calls.length > 20 && calls.length < 80, `${calls.length} calls in 100 KB`);
  assert.equal(truncated, true);
  assert.equal(calls.at(-1)!.sequence, 201);
  assert.equal((await ask(`after=${dropped}`)).truncated, false);
  await fetch(`${cloud.url}/_squall/calls`, { method: "DELETE" });
  assert.deepEqual(await ask(""), { calls: [], last: 201, dropped: 0, truncated: false });
});
