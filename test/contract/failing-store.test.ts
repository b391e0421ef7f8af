import assert from "node:assert/strict";
import { test } from "node:test";
import type { LocalCloud } from "../../src/cloud.ts";
import { loadModel, wireIndex } from "../../src/models/model.ts";
import { createClient } from "../../src/protocols/client.ts";
import { loadDeclarations, serviceSources } from "../../src/service-folders.ts";
import { inconsistencies } from "../consistency.ts";
import { failingCloud } from "../failing-cloud.ts";
import { FailingWrites } from "../failing-writes.ts";
import { type Call, WORKLOAD } from "../workload.ts";

const declarations = await loadDeclarations();

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

/** Nothing writes by itself after it, with a clock that stands: what is due comes when that moves on. */
async function inQuiet(cloud: LocalCloud): Promise<void> {
  await cloud.clock.advance("5s");
  await cloud.settle(0);
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
  const counting = new FailingWrites();
  {
    await using world = await failingCloud(counting);
    assert.deepEqual(await run(world.cloud, true), []);
  }
  const total = counting.writes;
  assert.ok(total > 60, `${total} writes`);
  for (let failsAt = 1; failsAt <= total; failsAt++) {
    const database = new FailingWrites();
    database.failsAt = failsAt;
    await using world = await failingCloud(database);
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

/** Its stacks are made behind the answer, by calls of other services, each of which is in the workload. */
const BY_OTHERS = ["cloudformation"];
/** All that it keeps are servers of this machine: each of hundreds of runs would start one. */
const SERVERS_ONLY = ["dsql"];
const LEFT_OUT = new Set([...BY_OTHERS, ...SERVERS_ONLY]);

/** Services that have resources of their own, by the store that they are kept in. */
function stateful(): Map<string, string> {
  const served = new Set(serviceSources(undefined).map(({ name }) => name));
  return new Map(
    declarations
      .filter(({ name }) => served.has(name) && !LEFT_OUT.has(name))
      .filter(({ resources }) => Object.values(resources ?? {}).some(({ collection }) => collection))
      .map(({ name, storeName }) => [name, storeName ?? name]),
  );
}

test("every service that keeps anything has its writes in the workload", async () => {
  const database = new FailingWrites();
  await using world = await failingCloud(database);
  await run(world.cloud, true);
  await world.cloud.settle(0);
  const written = new Set([...database.tables].map((table) => table.split("/")[0]));
  const missing = [...stateful()].filter(([, store]) => !written.has(store)).map(([name]) => name);
  assert.deepEqual(missing, []);
});

/** The call that a step of the workload begins with. */
async function firstCall(
  step: (typeof WORKLOAD)[number],
): Promise<{ service: string; operation: string; input: object }> {
  return new Promise((resolve, reject) => {
    const noted: Call = (service, operation, input) => {
      resolve({ service, operation, input });
      return new Promise(() => {});
    };
    step(noted).catch(reject);
  });
}

/** What a client sees of a call, without its ids and its time. */
async function seen(cloud: LocalCloud, service: string, operation: string, input: object) {
  const request = createClient(loadModel(service)!).encodeRequest(
    operation,
    input as Record<string, unknown>,
  );
  const { signingName } = wireIndex().get(service)!;
  const response = await fetch(`${cloud.url}${request.path}${request.query ? `?${request.query}` : ""}`, {
    method: request.method,
    headers: {
      ...request.headers,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    ...(request.method !== "GET" && { body: Buffer.from(request.body) }),
  });
  const ids = ["x-amzn-requestid", "x-amz-request-id", "x-amz-id-2"].flatMap(
    (name) => response.headers.get(name) ?? [],
  );
  let body = await response.text();
  for (const id of ids) body = body.replaceAll(id, "<id>");
  return { status: response.status, body };
}

test("what could not be kept is the service's own internal error, in the client's protocol", async () => {
  const database = new FailingWrites();
  await using world = await failingCloud(database, { listen: true, port: 0, clockRate: 0 });
  const { cloud } = world;
  const quiet = () => inQuiet(cloud);
  const left = new Set(stateful().keys());
  for (const step of WORKLOAD) {
    const { service, operation, input } = await firstCall(step);
    const ask = () => seen(cloud, service, operation, input);
    if (left.delete(service)) {
      const rule = await cloud.faults.add({ service, error: "internal", times: 1 });
      const internal = await ask();
      await cloud.faults.remove(rule.id);
      assert.ok(internal.status >= 500, service);
      // The first turn's write, the second …; then it succeeds.
      for (let at = 1; ; at++) {
        await quiet();
        const { result: answer } = await database.failing(at, ask);
        if (answer.status < 300) {
          assert.ok(at > 1, `${service}: no write has failed`);
          break;
        }
        assert.deepEqual(answer, internal, `${service} ${operation}, write ${at}`);
      }
    } else {
      await quiet();
      await step(cloud.call);
    }
  }
  assert.deepEqual([...left], []);
});

test("who embeds a cloud, or works for one in the background, is told of what could not be kept", async () => {
  const database = new FailingWrites();
  await using world = await failingCloud(database, { clockRate: 0 });
  const { cloud, storage } = world;
  const left = new Set(stateful().keys());
  for (const step of WORKLOAD) {
    const { service, operation, input } = await firstCall(step);
    await inQuiet(cloud);
    if (left.delete(service)) {
      // Each write in turn; then all of them are kept.
      for (let at = 1; ; at++) {
        const { result: error, written } = await database.failing(at, async () => {
          const refused = await cloud.call(service, operation, input).then(
            () => undefined,
            ({ status }: { status?: number }) => status,
          );
          assert.equal(storage.flushed(), undefined, `${service} ${operation} is answered before it is kept`);
          return refused;
        });
        if (written < at) {
          assert.ok(at > 1 && error === undefined, `${service} ${operation}: ${at} writes, ${error}`);
          break;
        }
        assert.ok(error! >= 500, `${service} ${operation}, write ${at}: ${error}`);
        await inQuiet(cloud);
      }
    } else await step(cloud.call);
  }
  assert.deepEqual([...left], []);
});
