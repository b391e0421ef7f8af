import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicationStatusType.html (Status) */
export const replicaLifecycle = defineLifecycle({
  point: "secretsmanager:replica-state",
  of: "a replica of a secret",
  stages: { InProgress: { next: "InSync", takesMs: 10_000, failed: "Failed" } },
});
