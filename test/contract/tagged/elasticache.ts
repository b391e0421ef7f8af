import { isThere } from "../../needs.ts";
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

/** A machine without Valkey has no caches that could be tagged. */
export const tagged: readonly TaggedCase[] = isThere("valkey") ? [group, cluster] : [];
