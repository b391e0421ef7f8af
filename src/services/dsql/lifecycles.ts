import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/aurora-dsql/latest/userguide/cluster-status.html */
export const clusterLifecycle = defineLifecycle({
  point: "dsql:cluster-state",
  of: "a cluster",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: 60_000, failed: "FAILED" },
    UPDATING: { next: "ACTIVE", takesMs: 10_000 },
    DELETING: { takesMs: 60_000 },
  },
});
