import assert from "node:assert/strict";
import { test } from "node:test";
import { inconsistencies } from "../consistency.ts";
import { failingCloud } from "../failing-cloud.ts";
import { FailingDatabase } from "../failing-database.ts";
import type { Call } from "./background/case.ts";
import { OPERATIONS } from "./background/operations.ts";

/** Behind the longest of the waits after a failure of the store. */
const LATER = "5m";
/** What goes on after everything has come to rest is found by how long that takes, in real milliseconds. */
const REST_MS = 10_000;

for (const one of [...OPERATIONS])
  test(`${one.title}, whichever write of it fails`, async () => {
    const database = new FailingDatabase();
    await using world = await failingCloud(database, { clockRate: 0 });
    const { cloud, storage } = world;
    const call: Call = (service, operation, input = {}) => cloud.call(service, operation, input);
    const state = (name: string) =>
      one.state(call, name).catch(({ code, message }: { code?: string; message: string }) => code ?? message);
    await one.prepare?.(call);
    await cloud.settle(0);
    let answered = 0;
    for (let at = 1; ; at++) {
      const name = `name-${at}`;
      await one.before?.(call, name);
      await cloud.settle(0);
      const { result: refusal, written } = await database.failing(at, async () => {
        const refused = await one.begin(call, name).then(
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
    assert.ok(answered > 1, `${answered} calls were answered`);
  });
