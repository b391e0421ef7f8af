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

test("replicas come and go, and each follows the primary", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary } = await lab.create("shop");
  const asked = { ReplicationGroupId: "shop", ApplyImmediately: true };
  await lab.call("IncreaseReplicaCount", { ...asked, NewReplicaCount: 3 });
  await lab.isAvailable("shop");
  await until(async () => /connected_slaves:3/.test(await say(primary, "INFO replication")));
  const { MemberClusters } = await lab.group("shop");
  assert.deepEqual(MemberClusters, ["shop-001", "shop-002", "shop-003", "shop-004"]);
  await lab.call("DecreaseReplicaCount", { ...asked, ReplicasToRemove: ["shop-002", "shop-003"] });
  await lab.isAvailable("shop");
  await until(async () => (await lab.group("shop"))["MemberClusters"].length === 2);
  assert.deepEqual((await lab.group("shop"))["MemberClusters"], ["shop-001", "shop-004"]);
  await until(async () => /connected_slaves:1/.test(await say(primary, "INFO replication")));
  await assert.rejects(lab.call("DecreaseReplicaCount", { ...asked, NewReplicaCount: 0 }), {
    code: "InvalidParameterCombination",
  });
  await assert.rejects(lab.call("IncreaseReplicaCount", { ...asked, NewReplicaCount: 1 }), {
    code: "NoOperationFault",
  });
  await assert.rejects(lab.call("IncreaseReplicaCount", { ...asked, NewReplicaCount: 6 }), {
    code: "NodeQuotaForClusterExceeded",
  });
});

test("a reboot of the primary is no failover, and all lose what they held", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary, reader } = await lab.create("shop");
  await say(primary, "SET order 17", "WAIT 1 1000");
  const CacheClusterId = "shop-001";
  await lab.call("RebootCacheCluster", { CacheClusterId, CacheNodeIdsToReboot: ["0001"] });
  await until(async () => (await lab.node(CacheClusterId))["CacheClusterStatus"] === "available");
  assert.equal(await lab.primaryOf("shop"), CacheClusterId);
  assert.equal(await say(primary, "GET order"), "$-1");
  await until(async () => (await say(reader, "GET order")) === "$-1");
});

test("a primary that dies is followed by its replica, and comes back as one", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary } = await lab.create("shop");
  await say(primary, "SET order 17", "WAIT 1 1000");
  const [, pid] = /process_id:(\d+)/.exec(await say(primary, "INFO server")) ?? [];
  process.kill(Number(pid), "SIGKILL");
  await until(async () => (await lab.primaryOf("shop")) === "shop-002");
  await until(async () => (await say(primary, "GET order")) === "$2 17");
  await until(async () => /connected_slaves:1/.test(await say(primary, "INFO replication")));
});

test("with an AUTH token nobody is let in without it, and it can be changed", onValkey, async () => {
  await using lab = await cacheCloud();
  const AuthToken = "correct-horse-battery";
  await assert.rejects(lab.create("plain", { AuthToken }), { code: "InvalidParameterCombination" });
  const { primary } = await lab.create("shop", { AuthToken, TransitEncryptionEnabled: true });
  assert.match(await say(primary, "GET order"), /^-NOAUTH/);
  assert.match(await say(primary, `AUTH ${AuthToken}`, "SET order 17"), /^\+OK \+OK/);
  assert.match(await say(primary, `AUTH ${AuthToken}`, "CONFIG GET save"), /-NOPERM/);
  const other = "battery-staple-horse";
  await lab.call("ModifyReplicationGroup", { ReplicationGroupId: "shop", AuthToken: other });
  await until(async () => /\$2 17/.test(await say(primary, `AUTH ${other}`, "GET order")));
  assert.match(await say(primary, `AUTH ${AuthToken}`), /^-WRONGPASS/);
});

test("users of a user group may what their access strings say", onValkey, async () => {
  await using lab = await cacheCloud();
  const password = "correct-horse-battery";
  const user = { Engine: "redis", Passwords: [password] };
  await lab.call("CreateUser", { ...user, UserId: "all", UserName: "default", AccessString: "on ~* +@all" });
  await lab.call("CreateUser", {
    ...user,
    UserId: "r",
    UserName: "reader",
    AccessString: "on ~open:* +@read",
  });
  await assert.rejects(lab.call("CreateUserGroup", { UserGroupId: "g", Engine: "redis", UserIds: ["r"] }), {
    code: "DefaultUserRequired",
  });
  await lab.call("CreateUserGroup", { UserGroupId: "g", Engine: "redis", UserIds: ["all", "r"] });
  const { primary } = await lab.create("shop", { UserGroupIds: ["g"], TransitEncryptionEnabled: true });
  const as = (name: string, ...commands: string[]) => say(primary, `AUTH ${name} ${password}`, ...commands);
  assert.match(await as("default", "SET open:a 1"), /^\+OK \+OK/);
  assert.match(await as("reader", "GET open:a"), /\$1 1/);
  assert.match(await as("reader", "GET closed:a"), /-NOPERM/);
  assert.match(await as("reader", "SET open:a 2"), /-NOPERM/);
  await lab.call("ModifyUser", { UserId: "r", AccessString: "on ~* +@all" });
  await until(async () => /\+OK \+OK/.test(await as("reader", "SET open:a 2")));
  await assert.rejects(lab.call("DeleteUser", { UserId: "r" }), { code: "InvalidUserState" });
  await assert.rejects(lab.call("DeleteUserGroup", { UserGroupId: "g" }), { code: "InvalidUserGroupState" });
});

test("a parameter counts at once, and as it was when it is reset", onValkey, async () => {
  await using lab = await cacheCloud();
  const CacheParameterGroupName = "own";
  const group = { CacheParameterGroupName, CacheParameterGroupFamily: "redis7", Description: "d" };
  await lab.call("CreateCacheParameterGroup", group);
  const { primary } = await lab.create("shop", { CacheParameterGroupName });
  await say(primary, "SET order 17");
  const frequency = () => say(primary, "OBJECT FREQ order");
  assert.match(await frequency(), /^-ERR/);
  const set = (ParameterValue: string) =>
    lab.call("ModifyCacheParameterGroup", {
      CacheParameterGroupName,
      ParameterNameValues: [{ ParameterName: "maxmemory-policy", ParameterValue }],
    });
  await set("allkeys-lfu");
  await until(async () => /^:/.test(await frequency()));
  await assert.rejects(set("never"), {
    code: "InvalidParameterValue",
    message: /^Invalid parameter value: never/,
  });
  await lab.call("ResetCacheParameterGroup", { CacheParameterGroupName, ResetAllParameters: true });
  await until(async () => /^-ERR/.test(await frequency()));
  await assert.rejects(lab.call("DeleteCacheParameterGroup", { CacheParameterGroupName }), {
    code: "InvalidCacheParameterGroupState",
  });
});

test("a snapshot is what was written when it was taken, for whoever begins with it", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary } = await lab.create("shop");
  await say(primary, "SET order 17");
  await lab.call("CreateSnapshot", { ReplicationGroupId: "shop", SnapshotName: "night" });
  const snapshot = async () =>
    (await lab.call("DescribeSnapshots", { SnapshotName: "night" }))["Snapshots"][0].SnapshotStatus;
  await until(async () => (await snapshot()) === "available");
  await say(primary, "SET order 18");
  const other = await lab.create("other", { SnapshotName: "night" });
  assert.equal(await say(other.primary, "GET order"), "$2 17");
  await until(async () => (await say(other.reader, "GET order")) === "$2 17");
  await lab.call("DeleteSnapshot", { SnapshotName: "night" });
  await assert.rejects(snapshot(), { code: "SnapshotNotFoundFault" });
});

test("a copy of a snapshot outlives it, and what is not available is not copied", onValkey, async () => {
  await using lab = await cacheCloud();
  const { primary } = await lab.create("shop");
  await say(primary, "SET order 17");
  const take = async (SnapshotName: string, status: string) => {
    await lab.call("CreateSnapshot", { ReplicationGroupId: "shop", SnapshotName });
    await until(async () => {
      const { Snapshots } = await lab.call("DescribeSnapshots", { SnapshotName });
      return Snapshots[0].SnapshotStatus === status;
    });
  };
  const copy = (SourceSnapshotName: string, TargetSnapshotName: string) =>
    lab.call("CopySnapshot", { SourceSnapshotName, TargetSnapshotName });
  await take("night", "available");
  await copy("night", "kept");
  await lab.call("DeleteSnapshot", { SnapshotName: "night" });
  const other = await lab.create("other", { SnapshotName: "kept" });
  assert.equal(await say(other.primary, "GET order"), "$2 17");
  await lab.cloud.faults.add({
    point: "elasticache:node",
    resource: "replicationgroup:shop",
    effect: "power-off",
  });
  await until(async () => (await say(primary, "PING")) === "ECONNREFUSED");
  await take("dark", "failed");
  await assert.rejects(copy("dark", "darker"), { code: "InvalidSnapshotState" });
});

test("what happens is told by DescribeEvents, in the order of AWS, and to a topic", onValkey, async () => {
  await using lab = await cacheCloud();
  const { QueueUrl } = await lab.call("CreateQueue", { QueueName: "heard" }, "sqs");
  const { TopicArn } = await lab.call("CreateTopic", { Name: "caches" }, "sns");
  const Endpoint = `arn:aws:sqs:us-east-1:${lab.account}:heard`;
  await lab.call("Subscribe", { TopicArn, Protocol: "sqs", Endpoint }, "sns");
  await lab.create("shop", { NotificationTopicArn: TopicArn });
  await lab.call("TestFailover", { ReplicationGroupId: "shop", NodeGroupId: "0001" });
  const events = async () =>
    ((await lab.call("DescribeEvents"))["Events"] as { Message: string }[]).map(({ Message }) => Message);
  const completed = "Failover from primary node shop-001 to replica node shop-002 completed";
  await until(async () => (await events()).length === 6);
  assert.deepEqual(await events(), [
    "Replication group shop created",
    "Test Failover API called for node group 0001",
    completed,
    completed,
    "Recovering cache nodes 0001",
    "Finished recovery for cache nodes 0001",
  ]);
  const heard = new Set<string>();
  await until(async () => {
    const { Messages = [] } = await lab.call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 }, "sqs");
    for (const { Body } of Messages as { Body: string }[]) heard.add(JSON.parse(Body).Message);
    return heard.has('{"ElastiCache:FailoverComplete":"shop"}');
  });
});

test("what ElastiCache does not have is refused", onValkey, async () => {
  await using lab = await cacheCloud({ listen: false });
  const create = (more: object) =>
    lab.call("CreateReplicationGroup", {
      ReplicationGroupId: "shop",
      ReplicationGroupDescription: "d",
      ...more,
    });
  const cases: readonly [object, string, RegExp][] = [
    [{ ReplicationGroupId: "1shop" }, "InvalidParameterValue", /not a valid identifier/],
    [{ ReplicationGroupId: "a--b" }, "InvalidParameterValue", /not a valid identifier/],
    [{ ReplicationGroupId: "a".repeat(41) }, "InvalidParameterValue", /not a valid identifier/],
    [{ Engine: "memcached" }, "InvalidParameterValue", /not memcached/],
    [{ EngineVersion: "9.9" }, "InvalidParameterCombination", /Cannot find version 9.9/],
    [{ NumNodeGroups: 2 }, "InvalidParameterValue", /one node group/],
    [{ NumCacheClusters: 7 }, "NodeQuotaForClusterExceeded", /at most 6/],
    [{ AutomaticFailoverEnabled: true }, "InvalidParameterCombination", /at least one replica/],
    [{ MultiAZEnabled: true, NumCacheClusters: 2 }, "InvalidParameterCombination", /automatic failover/],
    [{ CacheNodeType: "db.t3.micro" }, "InvalidParameterValue", /Invalid Cache Node Type/],
    [{ SnapshotRetentionLimit: 36 }, "InvalidParameterValue", /between 0 and 35/],
    [{ UserGroupIds: ["g"] }, "InvalidParameterCombination", /encryption-in-transit/],
  ];
  for (const [more, code, message] of cases) await assert.rejects(create(more), { code, message });
});
