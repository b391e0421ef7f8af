import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../core/aws-error.ts";
import type { FaultDecision, Hit } from "../core/fault.ts";
import { aCall, ending, OK, run, succeed, testEngine } from "./fixture.test.ts";

const ROLE = "arn:aws:iam::000000000000:role/worker";
const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/orders";

function putItemBy(roleArn: string) {
  const session = `arn:aws:sts::000000000000:assumed-role/${roleArn.split("/").at(-1)}/session`;
  return aCall({
    service: "dynamodb",
    operation: "PutItem",
    caller: {
      accessKeyId: "ASIAEXAMPLE",
      account: "000000000000",
      arn: session,
      userId: "AROA:session",
      roleArn,
    },
  });
}

test("the first two PutItem calls on a table by a role fail, then they succeed", async () => {
  const { engine } = testEngine();
  engine.add({
    effect: "error",
    params: { kind: "throttle" },
    match: { service: "dynamodb", operation: "PutItem", resource: TABLE, role: ROLE },
    times: 2,
  });
  const put = async (role: string, arn: string) => {
    const decisions: FaultDecision[] = [];
    return ending(await engine.withFaults(putItemBy(role), succeed, decisions, () => [arn]));
  };
  assert.equal(await put("arn:aws:iam::000000000000:role/other", TABLE), "output");
  assert.equal(await put(ROLE, TABLE.replace("orders", "invoices")), "output");
  assert.equal(await put(ROLE, TABLE), "ProvisionedThroughputExceededException");
  assert.equal(await put(ROLE, TABLE), "ProvisionedThroughputExceededException");
  assert.equal(await put(ROLE, TABLE), "output");
  assert.deepEqual(engine.counts("rule-1"), { matched: 3, fired: 2 });
});

test("a call that no rule is for goes straight on, with its very promise", () => {
  const { engine } = testEngine();
  engine.add({ effect: "reset", match: { service: "s3" } });
  const promise = Promise.resolve(OK);
  assert.equal(
    engine.withFaults(aCall(), () => promise, []),
    promise,
  );
});

test("a percentage of 0 never fires", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "reset", percentage: 0 });
  for (let i = 0; i < 200; i++) assert.equal(ending((await run(engine)).outcome), "output");
  assert.deepEqual(engine.counts("rule-1"), { matched: 200, fired: 0 });
});

test("every decision is recorded, also of a rule that matched and did not fire", async () => {
  const { engine } = testEngine();
  engine.add({ id: "second", effect: "error", params: { code: "Oops" }, skip: 1, owner: "tester" });
  const decision = { ruleId: "second", owner: "tester", effect: "error", point: "api" };
  assert.deepEqual((await run(engine)).decisions, [{ ...decision, match: 1, fired: false }]);
  assert.deepEqual((await run(engine)).decisions, [{ ...decision, match: 2, fired: true }]);
});

test("an earlier rule is applied around a later one", async () => {
  const { engine, clock } = testEngine();
  engine.add({ effect: "latency", params: { ms: 1000 } });
  engine.add({ effect: "error", params: { code: "Late" } });
  const startedAt = clock.now();
  const ended = run(engine).then(({ outcome, fired }) => ({ outcome, fired, atMs: clock.now() - startedAt }));
  await clock.advance(5000);
  const { outcome, fired, atMs } = await ended;
  assert.equal(ending(outcome), "Late");
  assert.deepEqual(fired, ["rule-1", "rule-2"]);
  assert.ok(atMs >= 1000);
});

test("rules behind one that ends the call are left alone, so their counts are not used up", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "error", params: { code: "First" }, times: 1 });
  engine.add({ effect: "error", params: { code: "Second" }, times: 1 });
  assert.equal(ending((await run(engine)).outcome), "First");
  assert.equal(ending((await run(engine)).outcome), "Second");
  assert.equal(ending((await run(engine)).outcome), "output");
});

test("rules without an id are numbered, around ids that are taken", () => {
  const { engine } = testEngine();
  engine.add({ effect: "reset", id: "rule-2" });
  assert.equal(engine.add({ effect: "reset" }).id, "rule-1");
  assert.equal(engine.add({ effect: "reset" }).id, "rule-3");
  assert.throws(() => engine.add({ effect: "reset", id: "rule-2" }), {
    status: 409,
    message: 'There is a rule "rule-2" already.',
  });
});

test("a rule with a ttl is gone at its end, not before", async () => {
  const { engine, clock, bus } = testEngine();
  const changes: string[] = [];
  bus.subscribe("fault.rule", ({ change, ruleId }) => changes.push(`${ruleId} ${change}`));
  engine.add({ effect: "reset", ttl: "PT30S" });
  await clock.advance(29_999);
  assert.equal(ending((await run(engine)).outcome), "reset");
  await clock.advance(1);
  assert.equal(ending((await run(engine)).outcome), "output");
  assert.deepEqual(engine.list(), []);
  assert.deepEqual(changes, ["rule-1 added", "rule-1 expired"]);
});

test("when an owner ends its rules go, and nobody else's", () => {
  const { engine } = testEngine();
  engine.add({ effect: "reset", owner: "arn:aws:fis:us-east-1:000000000000:experiment/EXP1" });
  engine.add({ effect: "hang", owner: "arn:aws:fis:us-east-1:000000000000:experiment/EXP1" });
  engine.add({ effect: "reset" });
  assert.equal(engine.removeOwner("arn:aws:fis:us-east-1:000000000000:experiment/EXP1"), 2);
  assert.deepEqual(
    engine.list().map(({ id }) => id),
    ["rule-3"],
  );
  assert.equal(engine.remove("rule-3"), true);
  assert.equal(engine.remove("rule-3"), false);
});

test("a changed rule keeps its place and its counts", async () => {
  const { engine } = testEngine();
  engine.add({ effect: "error", params: { code: "First" }, times: 1 });
  engine.add({ effect: "error", params: { code: "Second" } });
  assert.equal(ending((await run(engine)).outcome), "First");
  engine.update("rule-1", { times: 2, error: "Changed", operation: "SendMessage" });
  assert.deepEqual(engine.get("rule-1")?.match, { operation: "SendMessage" });
  assert.equal(ending((await run(engine)).outcome), "Changed");
  assert.equal(ending((await run(engine)).outcome), "Second");
  engine.update("rule-1", { times: null });
  assert.equal(ending((await run(engine)).outcome), "Changed");
  assert.equal(engine.update("rule-9", {}), undefined);
});

test("a changed rule expires when it did before, unless it gets another ttl", async () => {
  const { engine, clock } = testEngine();
  const { expiresAt } = engine.add({ effect: "reset", ttl: "10s" });
  assert.equal(engine.update("rule-1", { note: "still" })?.expiresAt, expiresAt);
  assert.equal(engine.update("rule-1", { ttl: "1m" })?.expiresAt, clock.now() + 60_000);
  assert.equal(engine.update("rule-1", { ttl: null })?.expiresAt, undefined);
  await clock.advance(3_600_000);
  assert.equal(engine.list().length, 1);
});

test("replacing an owner's rules keeps the counts of those that stay the same", async () => {
  const { engine, bus } = testEngine();
  const changes: string[] = [];
  bus.subscribe("fault.rule", ({ change, ruleId }) => changes.push(`${ruleId} ${change}`));
  engine.replaceOwner("file", [
    { effect: "error", params: { code: "A" }, times: 1 },
    { effect: "error", params: { code: "B" } },
  ]);
  await run(engine);
  engine.replaceOwner("file", [{ effect: "error", params: { code: "A" }, times: 1 }]);
  assert.deepEqual(engine.counts("file-1"), { matched: 1, fired: 1 });
  assert.deepEqual(changes, ["file-1 added", "file-2 added", "file-2 removed"]);
});

test("replacing an owner's rules is all or nothing", () => {
  const { engine } = testEngine();
  engine.replaceOwner("file", [{ effect: "reset" }]);
  assert.throws(() => engine.replaceOwner("file", [{ effect: "hang" }, { effect: "hagn" }]), {
    message: /^There is no effect "hagn"\. Did you mean "hang"\?/,
  });
  assert.deepEqual(
    engine.list().map(({ effect }) => effect),
    ["reset"],
  );
});

test("ARNs are asked for only when a rule needs them, and once", async () => {
  const { engine } = testEngine();
  let asked = 0;
  const arnsOf = () => {
    asked++;
    return [TABLE];
  };
  engine.add({ effect: "error", params: { code: "A" }, match: { resource: "nothing", region: "us-west-2" } });
  await engine.withFaults(aCall(), succeed, [], arnsOf);
  assert.equal(asked, 0);
  engine.add({ effect: "error", params: { code: "A" }, match: { resource: "nothing" } });
  engine.add({ effect: "error", params: { code: "B" }, match: { resource: "orders" } });
  assert.equal(ending(await engine.withFaults(aCall(), succeed, [], arnsOf)), "B");
  assert.equal(asked, 1);
});

test("a service's own effects are handed to it at its point, frozen and shared when there are none", () => {
  const { engine } = testEngine();
  const place = { account: "000000000000", region: "us-east-1" };
  const nothing = engine.hits("sqs:deliver", { resource: "arn:a" }, place);
  assert.deepEqual(nothing, []);
  assert.ok(Object.isFrozen(nothing));
  engine.add({ point: "sqs:deliver", effect: "duplicate", match: { resource: "arn:a" }, times: 1 });
  assert.equal(engine.hits("sqs:deliver", { resource: "arn:b" }, place), nothing);
  const decisions: FaultDecision[] = [];
  const [hit] = engine.hits("sqs:deliver", { resource: "arn:a" }, { ...place, decisions });
  assert.deepEqual([hit?.effect, hit?.params], ["duplicate", { copies: 1 }]);
  assert.equal(hit?.draw(), hit?.draw());
  assert.notEqual(hit?.draw(), hit?.draw("other"));
  assert.deepEqual(
    decisions.map(({ ruleId, fired }) => [ruleId, fired]),
    [["rule-1", true]],
  );
  assert.equal(engine.hits("sqs:deliver", { resource: "arn:a" }, place), nothing);
});

test("generic effects wrap what happens at a point that allows them", async () => {
  const { engine } = testEngine();
  const place = { account: "000000000000", region: "us-east-1" };
  const invoke = () => engine.around("lambda:invoke", {}, place, async (hits: readonly Hit[]) => hits.length);
  assert.equal(await invoke(), 0);
  engine.add({ point: "lambda:invoke", error: "throttle", times: 1 } as never);
  engine.add({ point: "lambda:invoke", effect: "reset", times: 1 });
  await assert.rejects(invoke(), { code: "TooManyRequestsException", status: 429 });
  await assert.rejects(invoke(), { code: "ConnectionDropped" });
  assert.equal(await invoke(), 0);
});

test("an error that happens inside a point goes through the effects around it", async () => {
  const { engine, clock } = testEngine();
  const place = { account: "000000000000", region: "us-east-1" };
  engine.add({ point: "lambda:invoke", effect: "latency", params: { ms: 10 } });
  const failing = (error: Error) => engine.around("lambda:invoke", {}, place, () => Promise.reject(error));
  const settled = Promise.allSettled([failing(new AwsError("A", "a")), failing(new TypeError("bug"))]);
  await clock.advance(10);
  const [first, second] = await settled;
  assert.equal(first.status === "rejected" && first.reason.code, "A");
  assert.equal(second.status === "rejected" && second.reason.message, "bug");
});
