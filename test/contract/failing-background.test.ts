import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Context, Service } from "../../src/core/service.ts";
import { defineCollection } from "../../src/core/storage.ts";
import { inconsistencies } from "../consistency.ts";
import { failingCloud } from "../failing-cloud.ts";
import { FailingWrites } from "../failing-writes.ts";
import type { Call } from "./background/case.ts";
import { DELIVERIES } from "./background/deliveries.ts";
import { OPERATIONS } from "./background/operations.ts";
import { TIMERS } from "./background/timers.ts";

/** Behind the longest of the waits after a failure of the store. */
const LATER = "5m";
/** What goes on after everything has come to rest is found by how long that takes, in real milliseconds. */
const REST_MS = 10_000;

test("a call that waited is answered with an error when what it wrote before is lost, and not for what others lost", async () => {
  const rows = defineCollection<number>({ name: "rows" });
  const operations: Service["operations"] = {
    async PutTraceSegments({ TraceSegmentDocuments: [says] }, ctx: Context) {
      if (says === "writes") ctx.store.collection(rows).put(["row"], 1);
      else ctx.host.store("others", "us-east-1").collection(rows).has(["row"]);
      for (let turns = 0; turns < 5; turns++) await nextTurn();
      return {};
    },
  };
  const xray = { name: "xray", load: async () => () => ({ name: "xray", operations }) };
  const database = new FailingWrites();
  await using world = await failingCloud(database, { clockRate: 0 }, [xray]);
  const { cloud } = world;
  const put = (says: string) => cloud.call("xray", "PutTraceSegments", { TraceSegmentDocuments: [says] });
  await put("writes");
  await cloud.call("sqs", "CreateQueue", { QueueName: "q" });
  // In a turn that is over when the handler answers.
  await database.failing(1, () => assert.rejects(put("writes"), { status: 500 }));
  const reading = put("reads");
  await database.failing(1, () => assert.rejects(cloud.call("sqs", "CreateQueue", { QueueName: "r" })));
  await reading;
});

for (const one of [...OPERATIONS, ...DELIVERIES, ...TIMERS])
  test(`${one.title}, whichever write of it fails`, async () => {
    const database = new FailingWrites();
    await using world = await failingCloud(database, { clockRate: 0 });
    const { cloud, storage } = world;
    const call: Call = (service, operation, input = {}, options = {}) =>
      cloud.call(service, operation, input, options);
    const state = (name: string) =>
      one
        .state(call, name, cloud.clock.now())
        .catch(({ code, message }: { code?: string; message: string }) => code ?? message);
    await one.prepare?.(call);
    await cloud.settle(0);
    let answered = 0;
    for (let at = 1; ; at++) {
      const name = `name-${at}`;
      await one.before?.(call, name, cloud.clock.now());
      await cloud.settle(0);
      const { result: refusal, written } = await database.failing(at, async () => {
        const refused = await one.begin(call, name, cloud.clock.now()).then(
          () => undefined,
          (error: { code?: string }) => error,
        );
        await cloud.settle(0);
        await cloud.clock.advance(one.lastsMs ?? 0);
        await cloud.settle(0);
        return refused;
      });
      // What could not be kept is, a little later.
      await cloud.clock.advance(LATER);
      const since = performance.now();
      await cloud.settle(0);
      assert.ok(performance.now() - since < REST_MS, `write ${at} of ${written}: something goes on`);
      const found = String(await state(name));
      if (refusal === undefined) {
        answered++;
        assert.match(found, one.ends, `write ${at} of ${written}`);
      } else if (!one.refused?.test(found))
        assert.match(found, one.ends, `write ${at} of ${written}: ${refusal}`);
      assert.deepEqual(inconsistencies(storage), [], `write ${at} of ${written}`);
      if (written < at) break;
    }
    assert.ok(answered > 0, `${answered} calls were answered`);
  });
