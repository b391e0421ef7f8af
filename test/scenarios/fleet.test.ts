import assert from "node:assert/strict";
import { test } from "node:test";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Way } from "../../src/fleet/member.fixture.test.ts";
import { MemoryStore } from "../../src/fleet/memory-store.ts";
import type { Cloud, CloudOptions } from "../../src/index.ts";
import { clientOptions, testCloud } from "../cloud.ts";
import { askAdmin, fleetGateway } from "../fleet.ts";
import { until } from "../until.ts";

/** A store that can be cut off, and the gateways that meet there. */
async function fleetOf(count: number, options: CloudOptions = {}) {
  const shared = new MemoryStore(() => performance.now());
  const upstream = await testCloud();
  const gateways: Cloud[] = [];
  for (let at = 0; at < count; at++)
    gateways.push(await fleetGateway(shared, upstream.url, options, `front-${at}`));
  return {
    store: shared,
    gateways: gateways as [Cloud, Cloud, ...Cloud[]],
    async [Symbol.asyncDispose]() {
      for (const gateway of gateways) await gateway.stop();
      await upstream.stop();
    },
  };
}

const listQueues = async (cloud: Cloud, account?: string): Promise<string> => {
  const client = new SQSClient(clientOptions(cloud, account));
  try {
    await client.send(new ListQueuesCommand());
    return "passed";
  } catch (error) {
    return (error as Error).name;
  } finally {
    client.destroy();
  }
};

const ruleIds = (cloud: Cloud) => cloud.faults.list().map(({ id }) => id);

test("a rule that one gateway is given strikes at the others, until it is removed at any of them", async () => {
  await using fleet = await fleetOf(3);
  const [first, second, third] = fleet.gateways;
  const rule = { service: "sqs", error: "Oops", note: "of the fleet" };
  const { status, answer } = await askAdmin(first, "POST", "/_squall/faults", { body: rule });
  assert.equal(status, 201);
  assert.equal(answer["id"], "rule-1");
  await until(() => ruleIds(second).length === 1 && ruleIds(third!).length === 1);
  assert.equal(await listQueues(third!), "Oops");

  const changed = await askAdmin(second, "PATCH", "/_squall/faults/rule-1", { body: { error: "Ouch" } });
  assert.equal(changed.status, 200);
  await until(async () => (await listQueues(first)) === "Ouch");

  assert.equal((await askAdmin(third!, "DELETE", "/_squall/faults/rule-1")).status, 200);
  await until(() => ruleIds(first).length === 0 && ruleIds(second).length === 0);
  assert.equal(await listQueues(first), "passed");

  const { answer: log } = await askAdmin<{ journal: { who: string; gateway: string; what: string }[] }>(
    second,
    "GET",
    "/_squall/fleet/journal",
  );
  assert.deepEqual(
    log.journal.map(
      ({ who, gateway, what }) => `${who} at ${gateway}: ${what.split(" ").slice(0, 2).join(" ")}`,
    ),
    [
      "admin at front-2: removed rule-1",
      "admin at front-1: changed rule-1:",
      "admin at front-0: added rule-1:",
    ],
  );
});

test("how often a rule has struck is what all gateways have counted, whichever is asked, also of one that has stopped", async () => {
  await using fleet = await fleetOf(3);
  const [first, second, third] = fleet.gateways;
  await askAdmin(first, "POST", "/_squall/faults", { body: { service: "sqs", error: "Oops", every: 2 } });
  await until(() => ruleIds(second).length === 1 && ruleIds(third!).length === 1);
  for (const gateway of [first, second, second, third!, third!, third!]) await listQueues(gateway);
  await second.stop();
  type Counted = { rules: { matched: number; fired: number }[] };
  // The first has heard of the second, which has told at its end; the third tells every few seconds, and when it is asked.
  const { answer: early } = await askAdmin<Counted>(first, "GET", "/_squall/faults");
  assert.ok((early.rules[0]?.matched ?? 0) >= 3);
  const { answer } = await askAdmin<{ rules: { matched: number; fired: number }[] }>(
    third!,
    "GET",
    "/_squall/fleet/rules",
  );
  assert.deepEqual([answer.rules[0]?.matched, answer.rules[0]?.fired], [6, 2]);
});

test("the safety lever ends everything on all gateways, and takes no rule until it is released on any of them", async () => {
  await using fleet = await fleetOf(2);
  const [first, second] = fleet.gateways;
  await askAdmin(first, "POST", "/_squall/faults", { body: { service: "sqs", reset: true } });
  await until(() => ruleIds(second).length === 1);
  assert.equal(
    (await askAdmin(second, "POST", "/_squall/stop-all", { body: { reason: "too much" } })).status,
    200,
  );
  await until(() => ruleIds(first).length === 0);
  const refused = await askAdmin(first, "POST", "/_squall/faults", { body: { service: "sqs", reset: true } });
  assert.equal(refused.status, 409);
  assert.match(String(refused.answer["message"]), /too much/);
  assert.equal((await askAdmin(first, "DELETE", "/_squall/stop-all")).status, 200);
  await until(async () => (await askAdmin(second, "GET", "/_squall/stop-all")).answer["stopped"] === false);
  assert.equal(
    (await askAdmin(second, "POST", "/_squall/faults", { body: { service: "sqs", reset: true } })).status,
    201,
  );
  await until(() => ruleIds(first).length === 1);
});

test("a gateway that comes later acts by the fleet's rules before its first call, and draws by the fleet's seed", async () => {
  await using fleet = await fleetOf(1);
  const [first] = fleet.gateways;
  await askAdmin(first, "POST", "/_squall/faults", { body: { service: "sqs", error: "Oops" } });
  await using late = await fleetGateway(fleet.store, first.url);
  assert.equal(late.seed, first.seed);
  assert.deepEqual(ruleIds(late), ["rule-1"]);
});

test("rules of a gateway's own file stay its own", async () => {
  await using fleet = await fleetOf(2);
  const [first, second] = fleet.gateways;
  await askAdmin(first, "POST", "/_squall/faults", {
    body: [
      { service: "sqs", reset: true, owner: "file" },
      { service: "s3", reset: true },
    ],
  });
  await until(() => ruleIds(second).length === 1);
  assert.deepEqual(
    second.faults.list().map(({ match }) => match.service),
    ["s3"],
  );
});

test("two that add a rule under one id at once: one is told that it came second, and all have the same", async () => {
  await using fleet = await fleetOf(2);
  const statuses = await Promise.all(
    fleet.gateways.map(async (gateway, at) => {
      const body = { id: "one", service: "sqs", error: `Error${at}` };
      return (await askAdmin(gateway, "POST", "/_squall/faults", { body })).status;
    }),
  );
  assert.deepEqual(statuses.toSorted(), [201, 409]);
  const params = () => fleet.gateways.map((gateway) => gateway.faults.list()[0]?.params["code"]);
  await until(() => params()[0] === params()[1] && params()[0] !== undefined);
});

test("a viewer may look and an operator may change, on every gateway, and the journal says who did", async () => {
  await using fleet = await fleetOf(2);
  const [first, second] = fleet.gateways;
  const add = (name: string, role: string, token?: string) =>
    askAdmin<{ token: string }>(first, "POST", "/_squall/fleet/tokens", {
      body: { name, role },
      ...(token && { token }),
    });
  assert.equal((await add("eve", "viewer")).status, 409);
  const ada = (await add("ada", "operator")).answer.token;
  assert.equal((await add("eve", "viewer")).status, 401);
  const eve = (await add("eve", "viewer", ada)).answer.token;
  await until(async () => (await askAdmin(second, "GET", "/_squall/faults", { token: eve })).status === 200);
  for (const [token, you] of [
    [eve, { name: "eve", role: "viewer" }],
    [ada, { name: "ada", role: "operator" }],
  ] as const)
    assert.deepEqual((await askAdmin(second, "GET", "/_squall/fleet", { token })).answer["you"], you);
  assert.equal((await askAdmin(second, "GET", "/_squall/faults")).status, 401);
  const rule = { service: "sqs", reset: true };
  assert.equal((await askAdmin(second, "POST", "/_squall/faults", { body: rule, token: eve })).status, 403);
  assert.equal((await askAdmin(second, "POST", "/_squall/faults", { body: rule, token: ada })).status, 201);
  const { answer } = await askAdmin<{ journal: { who: string }[] }>(second, "GET", "/_squall/fleet/journal", {
    token: eve,
  });
  assert.equal(answer.journal[0]?.who, "ada");
  assert.equal((await askAdmin(first, "DELETE", "/_squall/fleet/tokens/ada", { token: ada })).status, 409);
});

test("a Squall in no fleet says so", async () => {
  await using cloud = await testCloud();
  const { status, answer } = await askAdmin(cloud, "GET", "/_squall/fleet");
  assert.equal(status, 404);
  assert.match(String(answer["message"]), /squall gateway --fleet/);
});

test("an experiment on one gateway strikes on another, and ends there at its deadline though nobody can tell it so", async () => {
  const shared = new MemoryStore(() => performance.now());
  let isCut = false;
  const account = "000000000000";
  await using upstream = await testCloud();
  await using first = await fleetGateway(shared, upstream.url, { services: ["fis"] }, "front-0");
  await using second = await fleetGateway(new Way(shared, () => isCut), upstream.url, {}, "front-1");
  const template = {
    description: "SQS fails",
    roleArn: "arn:aws:iam::000000000000:role/fis",
    stopConditions: [{ source: "none" }],
    actions: {
      fail: {
        actionId: "squall:api:error",
        parameters: { code: "Oops", service: "sqs", duration: "PT2M" },
      },
    },
  };
  const started = await askAdmin(first, "POST", "/_squall/experiments", { body: { template } });
  assert.equal(started.status, 201, JSON.stringify(started.answer));
  await until(() => ruleIds(second).includes("fis/fail"));
  assert.equal(await listQueues(second, account), "Oops");
  isCut = true;
  await second.clock.advance("PT1M");
  assert.equal(await listQueues(second, account), "Oops");
  await second.clock.advance("PT1M1S");
  assert.equal(await listQueues(second, account), "passed");
  const { answer } = await askAdmin<{ experiments: { status: string; gateway: string }[] }>(
    first,
    "GET",
    "/_squall/fleet/experiments",
  );
  assert.deepEqual([answer.experiments[0]?.status, answer.experiments[0]?.gateway], ["running", "front-0"]);
});
