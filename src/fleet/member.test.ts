import assert from "node:assert/strict";
import { test } from "node:test";
import { sure } from "../core/sure.ts";
import { aCall, ending, run } from "../faults/fixture.test.ts";
import { joined } from "./join.ts";
import { hanging, type TestFleet, testFleet } from "./member.fixture.test.ts";
import { addedToken, withoutToken } from "./tokens.ts";

/** Runs a call at a gateway, and says how it ended. */
async function strike(fleet: TestFleet, at: number, input: Record<string, unknown> = {}, id = "call-1") {
  const { engine } = sure(fleet.gateways[at]);
  return ending((await run(engine, aCall({ input, id }))).outcome);
}

const oops = { effect: "error", params: { code: "Oops" } };

test("a change is in force everywhere at once, and a poll brings what nobody has told of", async () => {
  const fleet = await testFleet(3);
  const [first, second, third] = fleet.gateways.map(({ engine }) => engine);
  first!.add(oops);
  await fleet.clock.advance(0);
  assert.deepEqual(fleet.rules(), [["rule-1"], ["rule-1"], ["rule-1"]]);
  third!.update("rule-1", { percentage: 5 });
  second!.add({ ...oops, id: "other" });
  await fleet.clock.advance(100);
  assert.deepEqual(fleet.rules(), [
    ["rule-1", "other"],
    ["rule-1", "other"],
    ["rule-1", "other"],
  ]);
  assert.deepEqual(
    fleet.gateways.map(({ engine }) => engine.get("rule-1")?.percentage),
    [5, 5, 5],
  );
  await fleet.stop();
});

test("a gateway says which version it acts by: at once where that was made, within a second elsewhere, and no more often than five times a second", async () => {
  const fleet = await testFleet(5);
  const [first] = fleet.gateways;
  const { report } = fleet.store;
  let reports = 0;
  fleet.store.report = async (given) => {
    reports++;
    await report.call(fleet.store, given);
  };
  const versions = async () => (await fleet.store.gateways()).map(({ version }) => version);
  await fleet.clock.advance(10_000);
  first?.engine.add(oops);
  await fleet.clock.advance(200);
  assert.equal((await versions())[0], 2);
  await fleet.clock.advance(1000);
  assert.deepEqual(await versions(), [2, 2, 2, 2, 2]);
  reports = 0;
  for (let turn = 0; turn < 100; turn++) {
    first?.engine.update("rule-1", { percentage: turn });
    await fleet.clock.advance(20);
  }
  assert.ok(reports <= 5 * 12 + 5, `${reports} reports in two seconds`);
  await fleet.clock.advance(1000);
  assert.deepEqual(await versions(), Array(5).fill(first?.member.snapshot.version));
  await fleet.stop();
});

test("what nobody has told of comes with the next beat", async () => {
  let isDeaf = true;
  const fleet = await testFleet(2, { isCut: (at) => at === 1 && isDeaf });
  fleet.gateways[0]!.engine.add(oops);
  await fleet.clock.advance(60_000);
  assert.deepEqual(fleet.rules()[1], []);
  isDeaf = false;
  await fleet.clock.advance(5500);
  assert.deepEqual(fleet.rules()[1], ["rule-1"]);
  await fleet.stop();
});

test("while the store is gone traffic meets the last rules, each until its own end, and then none; when it is back, all is as it was", async () => {
  let isGone = false;
  const fleet = await testFleet(3, { isCut: () => isGone });
  const { engine, member } = fleet.gateways[0]!;
  engine.add({ ...oops, id: "short", ttl: "30s" });
  engine.add({ ...oops, id: "long", ttl: "2m" });
  await fleet.clock.advance(10_000);
  isGone = true;
  await fleet.clock.advance(15_000);
  assert.equal(member.isLost, true);
  for (const at of [0, 1, 2]) assert.equal(await strike(fleet, at), "Oops");
  assert.deepEqual(fleet.rules(), Array(3).fill(["short", "long"]));
  await fleet.clock.advance(10_000);
  assert.deepEqual(fleet.rules(), Array(3).fill(["long"]));
  await fleet.clock.advance(90_000);
  assert.deepEqual(fleet.rules(), Array(3).fill([]));
  for (const at of [0, 1, 2]) assert.equal(await strike(fleet, at), "output");
  isGone = false;
  await fleet.clock.advance(6000);
  assert.equal(member.isLost, false);
  fleet.gateways[2]!.engine.add({ ...oops, id: "new" });
  await fleet.clock.advance(0);
  assert.deepEqual(fleet.rules(), Array(3).fill(["new"]));
  await fleet.stop();
});

test("without the store nothing is added, what is removed or stopped is so here at once and elsewhere later", async () => {
  let isGone = false;
  const fleet = await testFleet(2, { isCut: () => isGone });
  const { engine, member } = fleet.gateways[0]!;
  engine.add({ ...oops, id: "one" });
  engine.add({ ...oops, id: "two" });
  await fleet.clock.advance(0);
  isGone = true;
  engine.add({ ...oops, id: "three" });
  await assert.rejects(member.flushed(), { status: 503, message: /nothing was added/ });
  assert.deepEqual(fleet.rules(), [
    ["one", "two"],
    ["one", "two"],
  ]);
  engine.update("one", { percentage: 1 });
  await assert.rejects(member.flushed(), { status: 503 });
  assert.equal(engine.get("one")?.percentage, 100);
  engine.remove("one");
  await assert.rejects(member.flushed(), { status: 503, message: /done on this gateway/ });
  assert.deepEqual(fleet.rules(), [["two"], ["one", "two"]]);
  engine.stopAll("too much");
  await assert.rejects(member.flushed(), { status: 503 });
  assert.deepEqual(fleet.rules(), [[], ["one", "two"]]);
  isGone = false;
  await fleet.clock.advance(6000);
  assert.deepEqual(fleet.rules(), [[], []]);
  assert.equal(fleet.gateways[1]!.engine.stoppedFor, "too much");
  const journal = (await fleet.store.journal(10)).map(({ what }) => what.split(/[ :]/).slice(0, 2).join(" "));
  assert.deepEqual(
    journal,
    ["stopped everything", "removed two", "removed one", "added rule"].flatMap((what) =>
      what === "added rule" ? ["added two", "added one"] : [what],
    ),
  );
  await fleet.stop();
});

for (const isLate of [false, true])
  test(`what a store makes ${isLate ? "after" : "before"} it answers again, and a client was told not to have been made, is in force nowhere`, async () => {
    const fleet = await testFleet(2);
    const [{ engine, member }, other] = [sure(fleet.gateways[0]), sure(fleet.gateways[1])];
    engine.add({ ...oops, id: "old", percentage: 7 });
    await fleet.clock.advance(0);
    const refusal = {
      status: 503,
      message: /nothing was added or changed; should the store do so yet, it is/,
    };
    for (const [change, known] of [
      [() => engine.add({ ...oops, id: "vain" }), ["old"]],
      [() => engine.update("old", { percentage: 100 }), ["old"]],
    ] as const) {
      const store = hanging(fleet.store);
      change();
      assert.equal(await strike(fleet, 0), "output", "what is not the fleet's yet strikes nobody");
      await assert.rejects(member.flushed(), refusal);
      assert.deepEqual(fleet.rules(), [known, known]);
      store.answers();
      // Whoever comes late finds that there is that version already.
      if (isLate) await fleet.clock.advance(6000);
      assert.equal(await store.make(), !isLate);
      await fleet.clock.advance(6000);
      assert.deepEqual(fleet.rules(), [known, known]);
      assert.deepEqual(
        [engine, other.engine].map((each) => each.get("old")?.percentage),
        [7, 7],
      );
    }
    const journal = (await fleet.store.journal(100)).map(({ what }) => what);
    assert.deepEqual(
      journal.filter((what) => what.startsWith("took back")).map((what) => what.split(":")[0]),
      isLate ? [] : ["took back the change of old", "took back the change of vain"],
    );
    const { version } = member.snapshot;
    await fleet.clock.advance(20_000);
    assert.equal(member.snapshot.version, version, "and then it rests");
    await fleet.stop();
  });

test("a token that a client was told not to have been added is taken back, and never keeps everybody out", async () => {
  const fleet = await testFleet(2);
  const { member } = sure(fleet.gateways[0]);
  const store = hanging(fleet.store);
  const { change } = addedToken({ name: "ada", role: "operator" }, true);
  await assert.rejects(member.changeTokens(change, "added ada"), {
    status: 503,
    message: /no token was add/,
  });
  store.answers();
  assert.equal(await store.make(), true);
  await fleet.clock.advance(6000);
  assert.deepEqual(
    fleet.gateways.map(({ member }) => member.snapshot.tokens),
    [[], []],
  );
  const { change: again } = addedToken({ name: "ada", role: "operator" }, true);
  await Promise.all([member.changeTokens(again, "added ada"), fleet.clock.advance(100)]);
  assert.equal(member.snapshot.tokens.length, 1);
  await fleet.stop();
});

test("a rule that was refused and is added once more is there, whatever the store makes of the first attempt", async () => {
  const fleet = await testFleet(2);
  const { engine, member } = sure(fleet.gateways[0]);
  const store = hanging(fleet.store);
  engine.add({ ...oops, id: "mine", percentage: 1 });
  await assert.rejects(member.flushed(), { status: 503 });
  store.answers();
  await store.make();
  engine.add({ ...oops, id: "mine", percentage: 2 });
  await Promise.all([member.flushed(), fleet.clock.advance(100)]);
  await fleet.clock.advance(6000);
  assert.deepEqual(
    fleet.gateways.map(({ engine }) => engine.get("mine")?.percentage),
    [2, 2],
  );
  await fleet.stop();
});

test("a version that a gateway does not understand is refused whole and said, and the lever counts all the same", async () => {
  const fleet = await testFleet(2);
  fleet.gateways[0]!.engine.add({ ...oops, id: "known" });
  await fleet.clock.advance(0);
  const { rule, ...of } = sure((await fleet.store.snapshot(0))?.rules[0]);
  const newer = { ...of, since: 3, changed: 3, rule: { ...rule, id: "newer", effect: "of-tomorrow" } };
  const snapshot = sure(await fleet.store.snapshot(0));
  await fleet.store.publish(
    { ...snapshot, version: snapshot.version + 1, rules: [...snapshot.rules, newer] },
    [],
  );
  await fleet.clock.advance(6000);
  assert.deepEqual(fleet.rules(), [["known"], ["known"]]);
  const [report] = await fleet.store.gateways();
  assert.equal(report?.version, snapshot.version);
  assert.equal(report?.refused?.version, snapshot.version + 1);
  assert.match(sure(report?.refused).reason, /of-tomorrow/);
  await fleet.store.publish(
    { ...snapshot, version: snapshot.version + 2, rules: [newer], stoppedFor: "enough" },
    [],
  );
  await fleet.clock.advance(6000);
  assert.deepEqual(fleet.rules(), [[], []]);
  await fleet.stop();
});

test("times are the fleet's: they are never passed, and reached as long as calls come", async () => {
  const fleet = await testFleet(4);
  fleet.gateways[0]!.engine.add({ ...oops, id: "ten", times: 10 });
  await fleet.clock.advance(100);
  let struck = 0;
  for (let turn = 0; turn < 60; turn++) {
    for (const at of [0, 1, 2, 3]) if ((await strike(fleet, at)) === "Oops") struck++;
    assert.ok(struck <= 10);
    await fleet.clock.advance(1000);
  }
  assert.equal(struck, 10);
  await fleet.stop();
});

test("a share that rests at one gateway goes to another that has calls for it", async () => {
  const fleet = await testFleet(3);
  fleet.gateways[0]!.engine.add({ ...oops, id: "once", times: 1 });
  await fleet.clock.advance(100);
  // Only the last gateway has calls, and the first was first.
  const ends: string[] = [];
  for (let turn = 0; turn < 40; turn++) {
    ends.push(await strike(fleet, 2));
    await fleet.clock.advance(1000);
  }
  assert.equal(ends.filter((end) => end === "Oops").length, 1);
  await fleet.stop();
});

test("times within a window are the fleet's within any such window", async () => {
  const fleet = await testFleet(3);
  fleet.gateways[0]!.engine.add({ ...oops, id: "some", times: 6, window: "10s" });
  await fleet.clock.advance(100);
  const struckAtMs: number[] = [];
  for (let turn = 0; turn < 200; turn++) {
    // Traffic moves from gateway to gateway.
    const at = Math.floor(turn / 50) % 3;
    if ((await strike(fleet, at)) === "Oops") struckAtMs.push(fleet.clock.now());
    await fleet.clock.advance(500);
  }
  for (const from of struckAtMs)
    assert.ok(struckAtMs.filter((ms) => ms >= from && ms < from + 10_000).length <= 6);
  assert.ok(struckAtMs.length >= 20, `${struckAtMs.length}`);
  await fleet.stop();
});

test("a rate is the fleet's, and the busy leave some of it to each other", async () => {
  const fleet = await testFleet(4);
  fleet.gateways[0]!.engine.add({ effect: "rate-limit", id: "rate", params: { rate: 20, burst: 20 } });
  await fleet.clock.advance(100);
  const passed = [0, 0, 0, 0];
  let late = 0;
  const SECONDS = 120;
  for (let turn = 0; turn < SECONDS * 10; turn++) {
    // The last gateway's calls begin when the others have taken everything.
    for (const at of turn < 100 ? [0, 1, 2] : [0, 1, 2, 3]) {
      if ((await strike(fleet, at)) !== "output") continue;
      passed[at]!++;
      if (at === 3 && turn > 600) late++;
    }
    await fleet.clock.advance(100);
  }
  const rate = passed.reduce((sum, count) => sum + count, 0) / SECONDS;
  assert.ok(rate > 16 && rate < 22, `${rate} calls a second, ${passed}`);
  assert.ok(late > 60, `${late} of the last gateway's, ${passed}`);
  await fleet.stop();
});

test("calls that say different things meet the same faults whichever gateway they come to", async () => {
  const [alone, fleet] = [await testFleet(1), await testFleet(20)];
  for (const { gateways, clock } of [alone, fleet]) {
    gateways[0]!.engine.add({ ...oops, id: "some", percentage: 30 });
    await clock.advance(0);
  }
  let struck = 0;
  for (let call = 0; call < 2000; call++) {
    const input = { MessageBody: `message ${"abcdefghij"[call % 10]}${call}x` };
    const ends = [
      await strike(alone, 0, input, `a${call}`),
      await strike(fleet, (call * 7) % 20, input, `a${call}`),
    ];
    assert.equal(ends[0], ends[1]);
    if (ends[0] === "Oops") struck++;
  }
  assert.ok(struck > 540 && struck < 660, `${struck}`);
  await alone.stop();
  await fleet.stop();
});

test("of equal calls the same share is struck on twenty gateways as on one, within a hundredth", async () => {
  const CALLS = 20_000;
  const [alone, fleet] = [await testFleet(1), await testFleet(20)];
  const shares: number[] = [];
  for (const each of [alone, fleet]) {
    each.gateways[0]!.engine.add({ ...oops, id: "some", percentage: 30 });
    await each.clock.advance(0);
    let struck = 0;
    for (let call = 0; call < CALLS; call++)
      if ((await strike(each, call % each.gateways.length, {}, `b${call}`)) === "Oops") struck++;
    shares.push(struck / CALLS);
  }
  const [one = 0, twenty = 0] = shares;
  assert.ok(Math.abs(one - twenty) < 0.01, `${one} and ${twenty}`);
  assert.ok(Math.abs(twenty - 0.3) < 0.01, `${twenty}`);
  await alone.stop();
  await fleet.stop();
});

test("an experiment's rules end when the gateway that it runs on is lost, and its counts are kept", async () => {
  let isDead = false;
  const fleet = await testFleet(3, { isCut: (at) => at === 0 && isDead });
  const owner = "arn:aws:fis:us-east-1:000000000000:experiment/EXP1";
  const { engine, bus } = fleet.gateways[0]!;
  engine.add({ ...oops, id: "fis/act", owner });
  bus.publish("fis.experiment", { arn: owner, status: "running" });
  await fleet.clock.advance(6000);
  assert.equal(await strike(fleet, 1), "Oops");
  await fleet.clock.advance(6000);
  const [running] = await fleet.store.experiments(10);
  assert.equal(running?.status, "running");
  isDead = true;
  await fleet.clock.advance(50_000);
  assert.deepEqual(fleet.rules().slice(1), [["fis/act"], ["fis/act"]]);
  await fleet.clock.advance(30_000);
  assert.deepEqual(fleet.rules().slice(1), [[], []]);
  assert.deepEqual(Object.values(await fleet.store.counts()), [[1, 1]]);
  const { experiments } = sure(fleet.gateways[1]).member;
  const [lost] = await experiments.newest(10);
  assert.deepEqual(
    [lost?.status, lost?.reason, lost?.struck],
    ["lost", "It was lost with its gateway.", [1, 1]],
  );
  assert.equal(lost?.rules.length, 1);
  await fleet.clock.advance(25 * 60 * 60_000);
  assert.deepEqual(await experiments.newest(10), []);
  await fleet.stop();
});

test("an experiment's result is what all gateways have counted", async () => {
  const fleet = await testFleet(3);
  const owner = "arn:aws:fis:us-east-1:000000000000:experiment/EXP2";
  const { engine, bus } = fleet.gateways[0]!;
  engine.add({ ...oops, id: "fis/act", owner });
  await fleet.clock.advance(0);
  bus.publish("fis.experiment", { arn: owner, status: "running" });
  for (const at of [0, 1, 1, 2]) await strike(fleet, at);
  engine.removeOwner(owner);
  bus.publish("fis.experiment", { arn: owner, status: "completed", reason: "Experiment completed." });
  await fleet.clock.advance(20_000);
  const [experiment] = await fleet.store.experiments(1);
  assert.deepEqual(
    [experiment?.status, experiment?.gateway, experiment?.struck],
    ["completed", "front-0", [4, 4]],
  );
  await fleet.stop();
});

test("tokens that are changed at once at two gateways are changed by both: one that was removed does not come back", async () => {
  const fleet = await testFleet(2);
  const [one, other] = fleet.gateways.map(({ member }) => member);
  assert.ok(one && other);
  const names = () => one.snapshot.tokens.map(({ name }) => name);
  const adding = (name: string) => addedToken({ name, role: "operator" }, true).change;
  await one.changeTokens(adding("mallory"), "added mallory");
  await Promise.all([
    one.changeTokens(withoutToken("mallory", true), "removed mallory"),
    ...["ada", "bob"].map((name) => other.changeTokens(adding(name), `added ${name}`)),
    one.changeTokens(adding("eve"), "added eve"),
    fleet.clock.advance(1000),
  ]);
  await fleet.clock.advance(6000);
  assert.deepEqual(names().sort(), ["ada", "bob", "eve"]);
  const refusals: unknown[] = [];
  await Promise.all([
    one.changeTokens(adding("zoe"), "added zoe at one").catch((error) => refusals.push(error)),
    other.changeTokens(adding("zoe"), "added zoe at the other").catch((error) => refusals.push(error)),
    fleet.clock.advance(1000),
  ]);
  assert.equal(refusals.length, 1);
  assert.match(String(refusals[0]), /There is a token "zoe" already/);
  const told = (await fleet.store.journal(100)).filter(({ what }) => what.includes("zoe"));
  assert.equal(told.length, 1, "the journal says what was done, and no more");
  await fleet.stop();
});

test("whatever stands in the store in the place of a snapshot, a gateway goes on with its own and says why", async () => {
  const fleet = await testFleet(1);
  const { member, engine } = sure(fleet.gateways[0]);
  engine.add({ ...oops, id: "known" });
  await fleet.clock.advance(0);
  const { snapshot } = member;
  const [known] = snapshot.rules;
  const hostile: readonly [what: object, why: RegExp][] = [
    [{ version: 1.5 }, /version/],
    [{ seed: 7 }, /seed/],
    [{ atMs: "now" }, /atMs/],
    [{ stoppedFor: {} }, /stoppedFor/],
    [{ rules: "none" }, /rules/],
    [{ rules: { length: 1 } }, /rules/],
    [{ rules: [null] }, /rules/],
    [{ rules: [{ ...known, rule: { ...known?.rule, id: 7 } }] }, /rules/],
    [{ rules: [{ ...known, rule: { ...known?.rule, match: [] } }] }, /rules/],
    [{ rules: [known, known] }, /one id/],
    [{ tokens: undefined }, /tokens/],
    [{ tokens: [{ name: "mallory", role: "root", hash: "0".repeat(64) }] }, /tokens/],
    [{ tokens: [{ name: "mallory", role: "operator", hash: "" }] }, /tokens/],
  ];
  let { version } = snapshot;
  for (const [what, why] of hostile) {
    version++;
    const put = { ...snapshot, version, ...what };
    fleet.store.snapshot = async () => put;
    await fleet.clock.advance(12_000);
    assert.equal(member.snapshot, snapshot, JSON.stringify(what));
    assert.match(String((await fleet.store.gateways())[0]?.refused?.reason), why);
    await assert.rejects(joined(fleet.store, 0), why);
    assert.deepEqual(fleet.rules(), [["known"]]);
  }
  const stopping = { version: version + 1, stoppedFor: "enough", rules: "none" };
  fleet.store.snapshot = async () => stopping as unknown as typeof snapshot;
  await fleet.clock.advance(12_000);
  assert.equal(engine.stoppedFor, "enough", "what says stop is heard");
  await fleet.stop();
});
