import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/pipes-reference/API_DescribePipe.html (CurrentState) */
export const pipeLifecycle = defineLifecycle({
  point: "pipes:pipe-state",
  of: "a pipe",
  stages: {
    // Made or changed, a pipe is as it is wanted to be: RUNNING or STOPPED.
    CREATING: { takesMs: 60_000, failed: "CREATE_FAILED" },
    UPDATING: { takesMs: 30_000, failed: "UPDATE_FAILED" },
    DELETING: { takesMs: 30_000, failed: "DELETE_FAILED" },
    STARTING: { next: "RUNNING", takesMs: 30_000, failed: "START_FAILED" },
    STOPPING: { next: "STOPPED", takesMs: 30_000, failed: "STOP_FAILED" },
  },
});
