import { isThere } from "../../needs.ts";
import { until } from "../../until.ts";
import { aSubnet } from "../lists/elasticache.ts";
import type { Call } from "../lists.ts";
import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

/** A cluster of one node, when it is there. */
export async function aCluster(call: Call): Promise<void> {
  await call("CreateCluster", {
    ClusterName: "alone",
    NodeType: "db.r7g.large",
    ACLName: "open-access",
    NumReplicasPerShard: 0,
  });
  await until(async () => {
    const { Clusters } = await call("DescribeClusters");
    return (Clusters as [{ Status: string }])[0].Status === "available";
  });
}

const cluster: TaggedCase = {
  service: "memorydb",
  type: "cluster",
  create: async (call) => {
    await aCluster(call);
    return arn("memorydb", call.account, "cluster/alone");
  },
};

const snapshot: TaggedCase = {
  service: "memorydb",
  type: "snapshot",
  create: async (call) => {
    await aCluster(call);
    await call("CreateSnapshot", { ClusterName: "alone", SnapshotName: "kept" });
    return arn("memorydb", call.account, "snapshot/kept");
  },
};

const multiRegion: TaggedCase = {
  service: "memorydb",
  type: "multi-region-cluster",
  create: async (call) => {
    const { MultiRegionCluster } = await call("CreateMultiRegionCluster", {
      MultiRegionClusterNameSuffix: "world",
      NodeType: "db.r7g.xlarge",
    });
    return (MultiRegionCluster as { ARN: string }).ARN;
  },
};

const parameters: TaggedCase = {
  service: "memorydb",
  type: "parametergroup",
  create: async (call) => {
    await call("CreateParameterGroup", { ParameterGroupName: "own", Family: "memorydb_redis7" });
    return arn("memorydb", call.account, "parametergroup/own");
  },
};

const subnets: TaggedCase = {
  service: "memorydb",
  type: "subnetgroup",
  create: async (call) => {
    await call("CreateSubnetGroup", { SubnetGroupName: "own", SubnetIds: [await aSubnet(call)] });
    return arn("memorydb", call.account, "subnetgroup/own");
  },
};

const user: TaggedCase = {
  service: "memorydb",
  type: "user",
  create: async (call) => {
    await call("CreateUser", {
      UserName: "reader",
      AccessString: "on ~* +@read",
      AuthenticationMode: { Type: "password", Passwords: ["correct-horse-battery"] },
    });
    return arn("memorydb", call.account, "user/reader");
  },
};

const acl: TaggedCase = {
  service: "memorydb",
  type: "acl",
  create: async (call) => {
    await call("CreateACL", { ACLName: "all", UserNames: ["default"] });
    return arn("memorydb", call.account, "acl/all");
  },
};

/** A machine without Valkey has no clusters that could be tagged. */
export const tagged: readonly TaggedCase[] = [
  parameters,
  subnets,
  user,
  acl,
  multiRegion,
  ...(isThere("valkey") ? [cluster, snapshot] : []),
];
