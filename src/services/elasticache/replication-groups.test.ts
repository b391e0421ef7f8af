import assert from "node:assert/strict";
import { test } from "node:test";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { cacheCloud, say, stay } from "./fixture.test.ts";

const onValkey = needs("valkey");

test("what is written to the primary is read from the replica", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary, reader } = await lab.create("shop");
  assert.equal(await say(primary, "SET order 17"), "+OK");
  await until(
    () => say(reader, "GET order"),
    (answer) => answer === "$2 17",
  );
  assert.match(await say(reader, "SET order 18"), /^-READONLY/);
  assert.match(await say(primary, "INFO replication"), /role:master.*connected_slaves:1/s);
});

test(
  "a failover that is tested cuts connections, and the primary endpoint leads to the replica",
  onValkey,
  async () => {
    await using lab = await cacheCloud();
    const { primary } = await lab.create("shop");
    await say(primary, "SET order 17", "WAIT 1 1000");
    assert.equal(await lab.primaryOf("shop"), "shop-001");
    const session = await stay(primary);
    const failover = { ReplicationGroupId: "shop", NodeGroupId: "0001" };
    const { ReplicationGroup } = await lab.call("TestFailover", failover);
    assert.equal(ReplicationGroup.ReplicationGroupId, "shop");
    assert.match(await session.ended, /ECONNRESET|closed/);
    await until(async () => (await lab.primaryOf("shop")) === "shop-002");
    await until(
      () => say(primary, "GET order"),
      (answer) => answer === "$2 17",
    );
    await until(
      () => say(primary, "INFO replication"),
      (answer) => answer.includes("connected_slaves:1"),
    );
  },
);

test("a group that is deleted is gone, and its endpoints with it", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary } = await lab.create("shop");
  await lab.call("DeleteReplicationGroup", { ReplicationGroupId: "shop" });
  await until(async () => (await lab.call("DescribeReplicationGroups"))["ReplicationGroups"].length === 0);
  assert.equal(await say(primary, "PING"), "ECONNREFUSED");
  assert.deepEqual((await lab.call("DescribeCacheClusters"))["CacheClusters"], []);
});
