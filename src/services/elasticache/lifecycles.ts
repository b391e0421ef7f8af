import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ReplicationGroup.html (Status) */
export const groupLifecycle = defineLifecycle({
  point: "elasticache:replication-group-state",
  of: "a replication group",
  stages: {
    creating: { next: "available", takesMs: 360_000, failed: "create-failed" },
    modifying: { next: "available", takesMs: 60_000 },
    deleting: { takesMs: 180_000 },
  },
});

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html (CacheClusterStatus) */
export const clusterLifecycle = defineLifecycle({
  point: "elasticache:cluster-state",
  of: "a cache cluster",
  stages: {
    creating: { next: "available", takesMs: 300_000, failed: "create-failed" },
    modifying: { next: "available", takesMs: 60_000 },
    "rebooting cluster nodes": { next: "available", takesMs: 60_000 },
    deleting: { takesMs: 120_000 },
  },
});
