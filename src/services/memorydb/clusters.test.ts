import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
  CopySnapshotCommand,
  CreateACLCommand,
  CreateClusterCommand,
  CreateParameterGroupCommand,
  CreateSnapshotCommand,
  CreateUserCommand,
  DeleteACLCommand,
  DeleteClusterCommand,
  DeleteSnapshotCommand,
  DeleteUserCommand,
  DescribeACLsCommand,
  DescribeClustersCommand,
  DescribeEventsCommand,
  DescribeParameterGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeUsersCommand,
  FailoverShardCommand,
  PurchaseReservedNodesOfferingCommand,
  TagResourceCommand,
  UpdateClusterCommand,
  UpdateParameterGroupCommand,
  UpdateUserCommand,
} from "@aws-sdk/client-memorydb";
import { needs } from "../../../test/needs.ts";
import { until } from "../../../test/until.ts";
import { say, stay } from "../elasticache/fixture.test.ts";
import { clusterCloud } from "./fixture.test.ts";

const onValkey = needs("valkey");
const ClusterName = "shop";

test("what is written to a cluster is read from its replica, and is gone with it", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName);
  assert.equal(await say(endpoint, "SET order 17"), "+OK");
  const [, replica] = await lab.nodes(ClusterName);
  assert.ok(replica);
  await until(async () => (await say(replica, "GET order")) === "$2 17");
  assert.match(await say(replica, "SET order 18"), /^-READONLY/);
  const found = await lab.cluster(ClusterName);
  assert.equal(found?.ARN, `arn:aws:memorydb:us-east-1:${lab.account}:cluster/shop`);
  assert.equal(found?.AvailabilityMode, "multiaz");
  assert.deepEqual(
    found?.Shards?.map(({ Name, Slots, NumberOfNodes }) => ({ Name, Slots, NumberOfNodes })),
    [{ Name: "0001", Slots: "0-16383", NumberOfNodes: 2 }],
  );
  await lab.client.send(new DeleteClusterCommand({ ClusterName }));
  await until(async () => (await lab.client.send(new DescribeClustersCommand())).Clusters?.length === 0);
  assert.equal(await say(endpoint, "PING"), "ECONNREFUSED");
});

test("a failover cuts connections, and the cluster's endpoint leads to the replica", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName);
  await say(endpoint, "SET order 17", "WAIT 1 1000");
  const session = await stay(endpoint);
  await lab.client.send(new FailoverShardCommand({ ClusterName, ShardName: "0001" }));
  assert.match(await session.ended, /ECONNRESET|closed/);
  await lab.isAvailable(ClusterName);
  const [first, second] = await lab.nodes(ClusterName);
  assert.ok(first && second);
  await until(async () => (await say(second, "SET order 18")) === "+OK");
  await until(async () => (await say(endpoint, "GET order")) === "$2 18");
  await until(async () => (await say(first, "GET order")) === "$2 18");
  const { Events = [] } = await lab.client.send(new DescribeEventsCommand({}));
  assert.deepEqual(
    Events.map(({ Message }) => Message),
    [
      "Cluster shop created",
      "Failover of shard 0001 requested",
      "Failover from primary node shop-0001-001 to replica node shop-0001-002 completed",
    ],
  );
  await assert.rejects(lab.client.send(new FailoverShardCommand({ ClusterName, ShardName: "0002" })), {
    name: "ShardNotFoundFault",
  });
});

test("a node that dies comes back with what was acknowledged", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName, { NumReplicasPerShard: 0 });
  await say(endpoint, "SET order 17");
  const [, pid] = /process_id:(\d+)/.exec(await say(endpoint, "INFO server")) ?? [];
  process.kill(Number(pid), "SIGKILL");
  await until(async () => (await say(endpoint, "GET order")) === "$2 17");
  await assert.rejects(lab.client.send(new FailoverShardCommand({ ClusterName, ShardName: "0001" })), {
    name: "TestFailoverNotAvailableFault",
  });
});

test("a rule takes a node's power, and a replica follows", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName);
  await say(endpoint, "SET order 17", "WAIT 1 1000");
  const [first] = await lab.nodes(ClusterName);
  assert.ok(first);
  const rule = await lab.cloud.faults.add({
    point: "memorydb:node",
    resource: "cluster/shop",
    input: "NodeName == 'shop-0001-001'",
    effect: "power-off",
  });
  await until(async () => (await say(first, "PING")) === "ECONNREFUSED");
  await until(async () => (await say(endpoint, "SET order 18")) === "+OK");
  await lab.cloud.faults.remove(rule.id);
  await until(async () => (await say(first, "GET order")) === "$2 18");
  await lab.cloud.faults.add({ point: "memorydb:connection", resource: "cluster/shop", effect: "refuse" });
  assert.equal(await say(endpoint, "PING"), "ECONNREFUSED");
});

test("replicas come and go", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName);
  const resize = async (ReplicaCount: number) => {
    await lab.client.send(new UpdateClusterCommand({ ClusterName, ReplicaConfiguration: { ReplicaCount } }));
    await lab.isAvailable(ClusterName);
    await until(async () =>
      (await say(endpoint, "INFO replication")).includes(`connected_slaves:${ReplicaCount}`),
    );
  };
  await resize(3);
  assert.equal((await lab.nodes(ClusterName)).length, 4);
  await resize(0);
  assert.equal((await lab.cluster(ClusterName))?.Shards?.[0]?.NumberOfNodes, 1);
  await assert.rejects(resize(0), { name: "NoOperationFault" });
  await assert.rejects(resize(6), { name: "NodeQuotaForClusterExceededFault" });
});

test("a parameter counts at once", onValkey, async () => {
  await using lab = await clusterCloud();
  const ParameterGroupName = "own";
  await lab.client.send(new CreateParameterGroupCommand({ ParameterGroupName, Family: "memorydb_redis7" }));
  const endpoint = await lab.create(ClusterName, { ParameterGroupName });
  await say(endpoint, "SET order 17");
  assert.match(await say(endpoint, "OBJECT FREQ order"), /^-ERR/);
  const ParameterNameValues = [{ ParameterName: "maxmemory-policy", ParameterValue: "allkeys-lfu" }];
  await lab.client.send(new UpdateParameterGroupCommand({ ParameterGroupName, ParameterNameValues }));
  await until(async () => /^:/.test(await say(endpoint, "OBJECT FREQ order")));
});

test("a snapshot is what was written when it was taken", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName);
  await say(endpoint, "SET order 17");
  await lab.client.send(new CreateSnapshotCommand({ ClusterName, SnapshotName: "night" }));
  await until(async () => {
    const { Snapshots } = await lab.client.send(new DescribeSnapshotsCommand({ SnapshotName: "night" }));
    return Snapshots?.[0]?.Status === "available";
  });
  await say(endpoint, "SET order 18");
  const other = await lab.create("other", { SnapshotName: "night" });
  assert.equal(await say(other, "GET order"), "$2 17");
});

test("a copy of a snapshot outlives it, and what is not available is not copied", onValkey, async () => {
  await using lab = await clusterCloud();
  const endpoint = await lab.create(ClusterName);
  await say(endpoint, "SET order 17");
  const take = async (SnapshotName: string, status: string) => {
    await lab.client.send(new CreateSnapshotCommand({ ClusterName, SnapshotName }));
    await until(async () => {
      const { Snapshots } = await lab.client.send(new DescribeSnapshotsCommand({ SnapshotName }));
      return Snapshots?.[0]?.Status === status;
    });
  };
  const copy = (SourceSnapshotName: string, TargetSnapshotName: string) =>
    lab.client.send(new CopySnapshotCommand({ SourceSnapshotName, TargetSnapshotName }));
  await take("night", "available");
  await copy("night", "kept");
  await lab.client.send(new DeleteSnapshotCommand({ SnapshotName: "night" }));
  const other = await lab.create("other", { SnapshotName: "kept" });
  assert.equal(await say(other, "GET order"), "$2 17");
  await lab.cloud.faults.add({ point: "memorydb:node", resource: "cluster/shop", effect: "power-off" });
  await until(async () => (await say(endpoint, "PING")) === "ECONNREFUSED");
  await take("dark", "failed");
  await assert.rejects(copy("dark", "darker"), {
    name: "InvalidSnapshotStateFault",
    message: "The snapshot is not in a valid state for the requested operation.",
  });
});

test("what MemoryDB does not have is refused, and what Squall does not is so by name", onValkey, async () => {
  await using lab = await clusterCloud();
  const create = (more: object) =>
    lab.client.send(
      new CreateClusterCommand({
        ClusterName,
        NodeType: "db.r7g.large",
        ACLName: "open-access",
        ...more,
      }),
    );
  const user = {
    UserName: "reader",
    AccessString: "on ~* +@read",
  };
  const AuthenticationMode = { Type: "password" as const, Passwords: ["correct-horse-battery"] };
  await lab.client.send(new CreateUserCommand({ ...user, AuthenticationMode }));
  await lab.client.send(new CreateACLCommand({ ACLName: "readers", UserNames: ["reader"] }));
  const cases: readonly [object, string, RegExp][] = [
    [{ ClusterName: "1shop" }, "InvalidParameterValueException", /not a valid identifier/],
    [{ ClusterName: "a".repeat(41) }, "InvalidParameterValueException", /not a valid identifier/],
    [{ NodeType: "cache.t3.micro" }, "InvalidParameterValueException", /Invalid node type/],
    [{ Engine: "memcached" }, "InvalidParameterValueException", /redis, valkey/],
    [{ EngineVersion: "9.9" }, "InvalidParameterCombinationException", /Cannot find version 9.9/],
    [{ ACLName: "none" }, "ACLNotFoundFault", /none/],
    [{ ACLName: "readers", TLSEnabled: false }, "InvalidParameterCombinationException", /open-access/],
    [{ NumReplicasPerShard: 6 }, "NodeQuotaForClusterExceededFault", /at most 5/],
    [{ NumShards: 2 }, "InvalidParameterValueException", /one shard/],
    [{ SnapshotRetentionLimit: 36 }, "InvalidParameterValueException", /between 0 and 35/],
    [{ SubnetGroupName: "none" }, "SubnetGroupNotFoundFault", /none/],
    [{ ParameterGroupName: "none" }, "ParameterGroupNotFoundFault", /none/],
    [{ MultiRegionClusterName: "none" }, "MultiRegionClusterNotFoundFault", /none/],
  ];
  for (const [more, name, message] of cases) await assert.rejects(create(more), { name, message });
  await assert.rejects(lab.cluster("none"), { name: "ClusterNotFoundFault" });
  await lab.create(ClusterName, { NumReplicasPerShard: 0 });
  await assert.rejects(create({}), { name: "ClusterAlreadyExistsFault" });
  await assert.rejects(
    lab.client.send(new PurchaseReservedNodesOfferingCommand({ ReservedNodesOfferingId: "x" })),
    { name: "NotImplemented", message: /memorydb.PurchaseReservedNodesOffering/ },
  );
});

test("users of an ACL are let in by TLS, and may what their access strings say", onValkey, async () => {
  const folder = mkdtempSync(join(tmpdir(), "squall-ca-"));
  try {
    await using lab = await clusterCloud({ https: { folder } });
    const Passwords = ["correct-horse-battery"];
    await lab.client.send(
      new CreateUserCommand({
        UserName: "reader",
        AccessString: "on ~open:* +@read",
        AuthenticationMode: { Type: "password", Passwords },
      }),
    );
    await lab.client.send(new CreateACLCommand({ ACLName: "readers", UserNames: ["reader"] }));
    const endpoint = await lab.create(ClusterName, { ACLName: "readers", TLSEnabled: true });
    const trusting = { ...endpoint, ca: readFileSync(join(folder, "ca.pem"), "utf8") };
    const as = (...commands: string[]) => say(trusting, `AUTH reader ${Passwords[0]}`, ...commands);
    assert.match(await say(trusting, "GET open:a"), /^-NOAUTH/);
    assert.match(await as("GET open:a"), /^\+OK \$-1/);
    assert.match(await as("GET closed:a"), /-NOPERM/);
    await lab.client.send(new UpdateUserCommand({ UserName: "reader", AccessString: "on ~* +@all" }));
    await until(async () => /\+OK \+OK/.test(await as("SET open:a 1")));
    assert.match(await as("CONFIG GET save"), /-NOPERM/);
    await lab.cloud.faults.add({ point: "memorydb:connection", resource: "cluster/shop", effect: "reset" });
    assert.match(await as("GET open:a"), /ECONNRESET/);
    await assert.rejects(lab.client.send(new DeleteUserCommand({ UserName: "reader" })), {
      name: "InvalidUserStateFault",
    });
    await assert.rejects(lab.client.send(new DeleteACLCommand({ ACLName: "readers" })), {
      name: "InvalidACLStateFault",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is AWS's own can be tagged, and is there once", async () => {
  await using lab = await clusterCloud();
  const arn = (resource: string) => `arn:aws:memorydb:us-east-1:${lab.account}:${resource}`;
  const Tags = [{ Key: "team", Value: "shop" }];
  for (const one of ["acl/open-access", "user/default", "parametergroup/default.memorydb-redis7"])
    await lab.client.send(new TagResourceCommand({ ResourceArn: arn(one), Tags }));
  const { ACLs } = await lab.client.send(new DescribeACLsCommand());
  assert.deepEqual(
    ACLs?.map(({ Name }) => Name),
    ["open-access"],
  );
  const { Users } = await lab.client.send(new DescribeUsersCommand());
  assert.deepEqual(
    Users?.map(({ Name, ACLNames }) => [Name, ACLNames]),
    [["default", ["open-access"]]],
  );
  const { ParameterGroups } = await lab.client.send(new DescribeParameterGroupsCommand());
  assert.equal(ParameterGroups?.length, 3);
  const nameless = { ResourceArn: arn("user/default"), Tags: [{ Value: "shop" }] };
  await assert.rejects(lab.client.send(new TagResourceCommand(nameless)), {
    name: "InvalidParameterValueException",
  });
});
