import { isThere } from "../../needs.ts";
import { until } from "../../until.ts";
import { aSubnet } from "../lists/elasticache.ts";
import { arn } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

const group: TaggedCase = {
  service: "elasticache",
  type: "replicationgroup",
  targetParameters: { availabilityZoneIdentifier: "us-east-1a" },
  create: async (call) => {
    await call("CreateReplicationGroup", {
      ReplicationGroupId: "shop",
      ReplicationGroupDescription: "tagged",
    });
    return arn("elasticache", call.account, "replicationgroup:shop");
  },
};

const cluster: TaggedCase = {
  service: "elasticache",
  type: "cluster",
  create: async (call) => {
    await call("CreateCacheCluster", { CacheClusterId: "alone", Engine: "redis" });
    return arn("elasticache", call.account, "cluster:alone");
  },
};

const snapshot: TaggedCase = {
  service: "elasticache",
  type: "snapshot",
  create: async (call) => {
    await call("CreateCacheCluster", { CacheClusterId: "alone", Engine: "redis" });
    await until(async () => {
      const { CacheClusters } = await call("DescribeCacheClusters");
      return (CacheClusters as [{ CacheClusterStatus: string }])[0].CacheClusterStatus === "available";
    });
    await call("CreateSnapshot", { CacheClusterId: "alone", SnapshotName: "kept" });
    return arn("elasticache", call.account, "snapshot:kept");
  },
};

const parameters: TaggedCase = {
  service: "elasticache",
  type: "parametergroup",
  create: async (call) => {
    await call("CreateCacheParameterGroup", {
      CacheParameterGroupName: "own",
      CacheParameterGroupFamily: "redis7",
      Description: "tagged",
    });
    return arn("elasticache", call.account, "parametergroup:own");
  },
};

const subnets: TaggedCase = {
  service: "elasticache",
  type: "subnetgroup",
  create: async (call) => {
    await call("CreateCacheSubnetGroup", {
      CacheSubnetGroupName: "own",
      CacheSubnetGroupDescription: "tagged",
      SubnetIds: [await aSubnet(call)],
    });
    return arn("elasticache", call.account, "subnetgroup:own");
  },
};

const user: TaggedCase = {
  service: "elasticache",
  type: "user",
  create: async (call) => {
    await call("CreateUser", {
      UserId: "reader",
      UserName: "reader",
      Engine: "redis",
      AccessString: "on ~* +@read",
      NoPasswordRequired: true,
    });
    return arn("elasticache", call.account, "user:reader");
  },
};

const userGroup: TaggedCase = {
  service: "elasticache",
  type: "usergroup",
  create: async (call) => {
    await call("CreateUserGroup", { UserGroupId: "all", Engine: "redis", UserIds: ["default"] });
    return arn("elasticache", call.account, "usergroup:all");
  },
};

/** A machine without Valkey has no caches that could be tagged. */
export const tagged: readonly TaggedCase[] = [
  parameters,
  subnets,
  user,
  userGroup,
  ...(isThere("valkey") ? [group, cluster, snapshot] : []),
];
