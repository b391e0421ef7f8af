import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_Cluster.html (Status) */
export const clusterLifecycle = defineLifecycle({
  point: "memorydb:cluster-state",
  of: "a cluster",
  stages: {
    creating: { next: "available", takesMs: 600_000, failed: "create-failed" },
    updating: { next: "available", takesMs: 120_000 },
    deleting: { takesMs: 300_000 },
  },
});
