import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html#Overview.DBInstance.Status */
export const instanceLifecycle = defineLifecycle({
  point: "rds:db-state",
  of: "a DB instance",
  stages: {
    creating: { next: "available", takesMs: 240_000, failed: "failed" },
    modifying: { next: "available", takesMs: 60_000 },
    rebooting: { next: "available", takesMs: 30_000 },
    stopping: { next: "stopped", takesMs: 120_000 },
    starting: { next: "available", takesMs: 120_000 },
    deleting: { takesMs: 120_000 },
  },
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html#Aurora.Status */
export const clusterLifecycle = defineLifecycle({
  point: "rds:cluster-state",
  of: "a DB cluster",
  stages: {
    creating: { next: "available", takesMs: 60_000 },
    "failing-over": { next: "available", takesMs: 20_000 },
    deleting: { takesMs: 30_000 },
  },
});

export const snapshotLifecycle = defineLifecycle({
  point: "rds:snapshot-state",
  of: "a snapshot of a DB instance or a DB cluster",
  stages: { creating: { next: "available", takesMs: 60_000, failed: "failed" } },
});

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_FailoverState.html */
export const globalLifecycle = defineLifecycle({
  point: "rds:global-cluster-state",
  of: "a global cluster",
  stages: {
    "switching-over": { next: "available", takesMs: 60_000 },
    "failing-over": { next: "available", takesMs: 60_000 },
  },
});
