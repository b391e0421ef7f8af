import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalCloud } from "../../src/cloud.ts";
import { SqliteStorage } from "../../src/core/sqlite.ts";
import { loadEffects } from "../../src/faults/registry.ts";
import { loadDeclarations } from "../../src/service-folders.ts";
import { inconsistencies } from "../consistency.ts";
import { FailingDatabase } from "../failing-database.ts";
import { WORKLOAD } from "../workload.ts";

const effects = await loadEffects();
const declarations = await loadDeclarations();
async function cloudOn(database: FailingDatabase) {
  let storage: SqliteStorage | undefined;
  const cloud = new LocalCloud({ listen: false, seed: "test" }, effects, declarations, {
    openStorage: (file) => {
      storage = new SqliteStorage(file, { open: database.open });
      return storage;
    },
  });
  await cloud.start();
  return { cloud, storage: storage!, [Symbol.asyncDispose]: () => cloud.stop() };
}

/**
 * Runs the workload; a step that fails does not stop the others.
 * @returns what failed with anything but a declared error; when all `mustSucceed`, whatever failed
 */
async function run(cloud: LocalCloud, mustSucceed = false): Promise<string[]> {
  const odd: string[] = [];
  for (const [at, step] of WORKLOAD.entries()) {
    try {
      await step(cloud.call);
    } catch (error) {
      const { code, status } = error as { code?: string; status?: number };
      if (mustSucceed || code === undefined || status === undefined) odd.push(`step ${at}: ${error}`);
    }
  }
  return odd;
}

/** What Describe says of an item count is what Scan finds. */
async function countsAgree(cloud: LocalCloud): Promise<void> {
  const table = await cloud
    .call<{ Table: { ItemCount: number } }>("dynamodb", "DescribeTable", { TableName: "Orders" })
    .catch(() => undefined);
  if (!table) return;
  const { Count } = await cloud.call<{ Count: number }>("dynamodb", "Scan", { TableName: "Orders" });
  assert.equal(table.Table.ItemCount, Count);
  const byIndex = await cloud.call<{ Count: number }>("dynamodb", "Scan", {
    TableName: "Orders",
    IndexName: "by-whom",
  });
  assert.equal(byIndex.Count, Count, "an index and its table differ");
}

/** Each object that is listed has its body. */
async function bodiesAreThere(cloud: LocalCloud): Promise<void> {
  const Bucket = "bucket-of-work";
  const { Contents = [] } = await cloud
    .call<{ Contents?: { Key: string; Size: number }[] }>("s3", "ListObjectsV2", { Bucket })
    .catch((error) => {
      assert.equal(error.code, "NoSuchBucket");
      return { Contents: [] };
    });
  for (const { Key, Size } of Contents) {
    const { Body } = await cloud.call<{ Body: Uint8Array | AsyncIterable<Uint8Array> }>("s3", "GetObject", {
      Bucket,
      Key,
    });
    const chunks = Body instanceof Uint8Array ? [Body] : await Array.fromAsync(Body);
    assert.equal(Buffer.concat(chunks).length, Size, Key);
  }
}

test("whichever write fails, nothing is half done, and everything works afterwards", async () => {
  const counting = new FailingDatabase();
  {
    await using world = await cloudOn(counting);
    assert.deepEqual(await run(world.cloud, true), []);
  }
  const total = counting.writes;
  assert.ok(total > 60, `${total} writes`);
  for (let failsAt = 1; failsAt <= total; failsAt++) {
    const database = new FailingDatabase();
    database.failsAt = failsAt;
    database.rollsBack = failsAt % 2 === 0;
    await using world = await cloudOn(database);
    const { cloud, storage } = world;
    assert.deepEqual(await run(cloud), [], `write ${failsAt}`);
    await storage.flushed()?.catch(() => {});
    assert.deepEqual(inconsistencies(storage), [], `after write ${failsAt} of ${total} failed`);
    await countsAgree(cloud);
    await bodiesAreThere(cloud);
    // The rest works without a restart: another run, in the state that the first has left.
    assert.deepEqual(await run(cloud), [], `the second run after write ${failsAt} failed`);
    assert.deepEqual(inconsistencies(storage), [], `the second run after write ${failsAt} failed`);
  }
});

test("what could not be kept is the service's own internal error, in the client's protocol", async () => {
  const database = new FailingDatabase();
  let storage: SqliteStorage | undefined;
  const cloud = new LocalCloud({ port: 0, seed: "test" }, effects, declarations, {
    openStorage: (file) => {
      storage = new SqliteStorage(file, { open: database.open });
      return storage;
    },
  });
  await cloud.start();
  try {
    const ask = (service: string, headers: Record<string, string>, body: string) =>
      fetch(cloud.url, {
        method: "POST",
        headers: {
          authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
          ...headers,
        },
        body,
      });
    const cases: [
      service: string,
      headers: Record<string, string>,
      body: string,
      status: number,
      says: RegExp,
    ][] = [
      [
        "sqs",
        { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.CreateQueue" },
        '{"QueueName":"q"}',
        500,
        /"__type":"[^"]*InternalFailure"/,
      ],
      [
        "dynamodb",
        { "content-type": "application/x-amz-json-1.0", "x-amz-target": "DynamoDB_20120810.CreateTable" },
        '{"TableName":"Orders","AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"BillingMode":"PAY_PER_REQUEST"}',
        500,
        /"__type":"[^"]*InternalServerError"/,
      ],
      [
        "sns",
        { "content-type": "application/x-www-form-urlencoded" },
        "Action=CreateTopic&Version=2010-03-31&Name=t",
        500,
        /<Code>Internal(?:Error|Failure)/,
      ],
    ];
    for (const commit of [false, true]) {
      for (const [service, headers, body, status, says] of cases) {
        // The first write of the call, or the commit behind it.
        database.failsAt = database.writes + (commit ? 2 : 1);
        const failed = await ask(service, headers, body);
        assert.equal(failed.status, status, `${service}${commit ? ", at the commit" : ""}`);
        assert.match(await failed.text(), says);
      }
    }
    database.failsAt = 0;
    for (const [service, headers, body] of cases)
      assert.equal((await ask(service, headers, body)).status, 200);
  } finally {
    await cloud.stop();
  }
});
