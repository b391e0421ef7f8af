import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { Agent } from "node:http";
import type { LookupFunction } from "node:net";
import { test } from "node:test";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Cloud, FaultRuleInput } from "../../src/index.ts";
import { newAccount, testCloud } from "../cloud.ts";
import { until } from "../until.ts";

/** A cloud that resolves AWS's names, and a resolver that asks it. */
async function resolving() {
  let port = 0;
  const cloud = await testCloud({
    dns: { ports: [0], aws: true },
    log: ({ message }) => {
      port ||= Number(/DNS for .* on .*:(\d+)$/.exec(message)?.[1] ?? 0);
    },
  });
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return { cloud, resolver, [Symbol.asyncDispose]: () => cloud.stop() };
}

/** An SDK's client of AWS's own endpoint, at the cloud's port. */
function sqs(cloud: Cloud, resolver: Resolver, maxAttempts = 1) {
  const lookup: LookupFunction = (name, _options, done) => {
    resolver.resolve4(name).then(
      (addresses) =>
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        ),
      (error) => done(error, ""),
    );
  };
  return new SQSClient({
    endpoint: `http://sqs.us-east-1.amazonaws.com:${cloud.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: newAccount(), secretAccessKey: "test" },
    maxAttempts,
    requestHandler: { httpAgent: new Agent({ lookup, keepAlive: false }), connectionTimeout: 2000 },
  });
}

const NAME = "sqs.us-east-1.amazonaws.com";

test("AWS's names are this machine where that is asked for, and an SDK's client gets its answer here", async () => {
  await using made = await resolving();
  const { cloud, resolver } = made;
  assert.deepEqual(await resolver.resolve4(NAME), ["127.0.0.1"]);
  assert.deepEqual(await resolver.resolve4("lambda-fips.us-east-1.api.aws"), ["127.0.0.1"]);
  await assert.rejects(resolver.resolve4("example.com"), { code: "EREFUSED" });
  await assert.rejects(resolver.resolve4("amazonaws.com.evil.example"), { code: "EREFUSED" });
  await sqs(cloud, resolver).send(new ListQueuesCommand({}));
});

test("a name does not exist, cannot be told, is not told, or no answer comes: the SDK's client sees that", async () => {
  await using made = await resolving();
  const { cloud, resolver } = made;
  for (const [effect, code] of [
    ["nxdomain", "ENOTFOUND"],
    ["servfail", "ESERVFAIL"],
    ["refused", "EREFUSED"],
    ["timeout", "ETIMEOUT"],
  ] as const) {
    const rule = await cloud.faults.add({ point: "dns:resolve", effect, match: { resource: "sqs.*" } });
    await assert.rejects(sqs(cloud, resolver).send(new ListQueuesCommand({})), { code }, effect);
    assert.deepEqual(await resolver.resolve4("sns.us-east-1.amazonaws.com"), ["127.0.0.1"], effect);
    cloud.faults.remove(rule.id);
  }
  assert.deepEqual(cloud.calls.all(), []);
});

test("an endpoint has moved to where nobody listens, and comes back", async () => {
  await using made = await resolving();
  const { cloud, resolver } = made;
  const rule = { point: "dns:resolve", effect: "address", params: { ip: "127.0.0.2" }, times: 1 };
  await cloud.faults.add(rule as FaultRuleInput);
  assert.deepEqual(await resolver.resolve4(NAME), ["127.0.0.2"]);
  assert.deepEqual(await resolver.resolve4(NAME), ["127.0.0.1"]);
});

test("an answer is late by the clock; rules go by the kind of record", async () => {
  await using made = await resolving();
  const { cloud } = made;
  const patient = new Resolver({ timeout: 30_000, tries: 1 });
  patient.setServers(made.resolver.getServers());
  await cloud.faults.add({
    point: "dns:resolve",
    effect: "delay",
    params: { ms: "1h" },
    match: { operation: "A" },
  } as FaultRuleInput);
  await assert.rejects(patient.resolve6(NAME), { code: "ENODATA" });
  const answer = patient.resolve4(NAME);
  await until(async () => {
    await cloud.clock.advance("1h");
    return await Promise.race([answer, Promise.resolve(undefined)]);
  });
  assert.deepEqual(await answer, ["127.0.0.1"]);
  await assert.rejects(
    cloud.faults.add({ point: "dns:resolve", effect: "nxdomian" } as never),
    /Did you mean "nxdomain"/,
  );
});
