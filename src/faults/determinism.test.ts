import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FaultRuleInput } from "../core/fault.ts";
import { aCall, ending, run, testEngine } from "./fixture.test.ts";

const CLIENTS = ["AKIACLIENTA", "AKIACLIENTB", "AKIACLIENTC"];

function callBy(accessKeyId: string) {
  const caller = { ...aCall().caller, accessKeyId };
  return aCall({ caller });
}

/** Runs the calls, all under way at once, in the order given, and says how each client's calls ended. */
async function traffic(seed: string, rules: readonly FaultRuleInput[], order: readonly string[]) {
  const { engine } = testEngine({ seed });
  for (const rule of rules) engine.add(rule);
  const ended = await Promise.all(
    order.map(async (client) => [client, await run(engine, callBy(client))] as const),
  );
  const endings = (client?: string) =>
    ended.filter(([by]) => client === undefined || by === client).map(([, { outcome }]) => ending(outcome));
  return { all: endings(), byClient: Object.fromEntries(CLIENTS.map((client) => [client, endings(client)])) };
}

/** The same calls of every client, interleaved in two ways. */
const interleavings = fc
  .array(fc.constantFrom(...CLIENTS), { minLength: 1, maxLength: 60 })
  .chain((order) => fc.tuple(fc.constant(order), fc.shuffledSubarray(order, { minLength: order.length })));

test("clients with rules of their own meet the same faults however their calls interleave", async () => {
  const rules = CLIENTS.flatMap((accessKeyId): FaultRuleInput[] => [
    {
      id: `${accessKeyId}-error`,
      effect: "error",
      params: { code: "Oops" },
      percentage: 30,
      match: { accessKeyId },
    },
    { id: `${accessKeyId}-reset`, effect: "reset", percentage: 20, every: 2, match: { accessKeyId } },
  ]);
  await fc.assert(
    fc.asyncProperty(fc.string(), interleavings, async (seed, [one, other]) => {
      assert.deepEqual(
        (await traffic(seed, rules, one)).byClient,
        (await traffic(seed, rules, other)).byClient,
      );
    }),
  );
});

test("a rule that clients share strikes the same calls of each, however they interleave", async () => {
  const rules: FaultRuleInput[] = [{ effect: "error", params: { code: "Oops" }, percentage: 40 }];
  await fc.assert(
    fc.asyncProperty(fc.string(), interleavings, async (seed, [one, other]) => {
      assert.deepEqual(
        (await traffic(seed, rules, one)).byClient,
        (await traffic(seed, rules, other)).byClient,
      );
    }),
  );
});

test("calls that say different things are struck or not whatever their order", async () => {
  const bodies = Array.from({ length: 40 }, (_, i) => `order ${i}`);
  const struck = async (order: readonly string[]) => {
    const { engine } = testEngine();
    engine.add({ effect: "error", params: { code: "Oops" }, percentage: 40 });
    const ended = await Promise.all(
      order.map(async (MessageBody) => {
        const { outcome } = await run(
          engine,
          aCall({ id: MessageBody, input: { QueueUrl: "q", MessageBody } }),
        );
        return ending(outcome) === "Oops" ? [MessageBody] : [];
      }),
    );
    return ended.flat().sort();
  };
  const expected = await struck(bodies);
  assert.ok(expected.length > 5 && expected.length < 35);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(bodies, { minLength: bodies.length }), async (order) => {
      assert.deepEqual(await struck(order), expected);
    }),
  );
});

test("another seed makes other faults", async () => {
  const rules: FaultRuleInput[] = [{ effect: "reset", percentage: 50 }];
  const order = Array.from({ length: 64 }, () => CLIENTS[0]!);
  assert.notDeepEqual((await traffic("one", rules, order)).all, (await traffic("other", rules, order)).all);
});

test("two rules at the same percentage do not strike at the same calls", async () => {
  const { engine } = testEngine();
  engine.add({ id: "a", effect: "latency", params: { ms: 0 }, percentage: 50 });
  engine.add({ id: "b", effect: "latency", params: { ms: 0 }, percentage: 50 });
  const seen = new Set<string>();
  for (let i = 0; i < 64; i++) {
    const decisions: { ruleId: string; fired: boolean }[] = [];
    void engine.withFaults(aCall(), async () => ({ kind: "drop", how: "reset" }), decisions as never);
    seen.add(decisions.map(({ fired }) => fired).join());
  }
  assert.deepEqual([...seen].sort(), ["false,false", "false,true", "true,false", "true,true"]);
});

test("after everything was cleared the same rules strike the same calls again", async () => {
  const { engine } = testEngine();
  const once = async () => {
    engine.add({ effect: "reset", percentage: 50 });
    const endings: string[] = [];
    for (let i = 0; i < 32; i++) endings.push(ending((await run(engine)).outcome));
    engine.clear();
    return endings;
  };
  assert.deepEqual(await once(), await once());
});
