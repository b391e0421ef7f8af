import assert from "node:assert/strict";
import { test } from "node:test";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { onCloud, say, stay } from "../elasticache/fixture.test.ts";
import { laboratory } from "./fixture.test.ts";

const onValkey = needs("valkey");
const ACTION = "aws:elasticache:replicationgroup-interrupt-az-power";

async function cacheLab() {
  const lab = await laboratory();
  const caches = onCloud(lab.cloud, lab.account);
  const run = (zone: string) =>
    lab.start({
      targets: {
        them: {
          resourceType: "aws:elasticache:replicationgroup",
          resourceArns: [`arn:aws:elasticache:us-east-1:${lab.account}:replicationgroup:shop`],
          selectionMode: "ALL",
          parameters: { availabilityZoneIdentifier: zone },
        },
      },
      actions: {
        act: { actionId: ACTION, parameters: { duration: "PT5M" }, targets: { ReplicationGroups: "them" } },
      },
    });
  const is = (id: string, status: string) => until(async () => (await lab.states(id)).experiment === status);
  return { lab, caches, run, is, [Symbol.asyncDispose]: () => lab.cloud.stop() };
}

test(`${ACTION} takes the primary, which a replica follows, until the end`, onValkey, async () => {
  await using at = await cacheLab();
  const { primary } = await at.caches.create("shop");
  await say(primary, "SET order 17", "WAIT 1 1000");
  const gone = (await at.caches.node("shop-001"))["CacheNodes"][0].Endpoint;
  assert.equal(await say(gone, "GET order"), "$2 17");
  const session = await stay(primary);
  const id = await at.run("us-east-1a");
  assert.match(await session.ended, /ECONNRESET|closed/);
  await until(async () => (await at.caches.primaryOf("shop")) === "shop-002");
  assert.equal(await say(gone, "GET order"), "ECONNREFUSED");
  await until(async () => (await say(primary, "SET order 18")) === "+OK");
  assert.match(await say(primary, "INFO replication"), /connected_slaves:0/);
  await at.lab.cloud.clock.advance("PT5M");
  await at.is(id, "completed");
  await until(async () => (await say(gone, "GET order")) === "$2 18");
  assert.equal(await at.caches.primaryOf("shop"), "shop-002");
  assert.match(await say(gone, "SET order 19"), /^-READONLY/);
});

test(`${ACTION} takes a replica, and gives it back when the experiment is stopped`, onValkey, async () => {
  await using at = await cacheLab();
  const { primary, reader } = await at.caches.create("shop");
  const gone = (await at.caches.node("shop-002"))["CacheNodes"][0].Endpoint;
  const id = await at.run("us-east-1b");
  await until(async () => (await say(gone, "PING")) === "ECONNREFUSED");
  assert.equal(await at.caches.primaryOf("shop"), "shop-001");
  assert.equal(await say(primary, "SET order 17"), "+OK");
  // Who reads is led to the primary while there is no replica.
  await until(async () => (await say(reader, "GET order")) === "$2 17");
  await at.lab.fis.send(new StopExperimentCommand({ id }));
  await at.is(id, "stopped");
  await until(async () => (await say(gone, "GET order")) === "$2 17");
});

test(`${ACTION} fails where Multi-AZ is not enabled`, onValkey, async () => {
  await using at = await cacheLab();
  const { primary } = await at.caches.create("shop", { MultiAZEnabled: false });
  const id = await at.run("us-east-1a");
  await at.is(id, "failed");
  assert.equal(await say(primary, "PING"), "+PONG");
});
