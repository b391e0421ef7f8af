import { defineLifecycle } from "../../aws/lifecycle.ts";

/**
 * What passes by itself; how long an experiment runs is its template's. A `stopping` experiment acts no more, whatever holds it.
 * https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentState.html
 */
export const experimentLifecycle = defineLifecycle({
  point: "fis:experiment-state",
  of: "an experiment",
  stages: {
    initiating: { next: "running", takesMs: 5_000, jitter: 0, failed: "failed" },
    stopping: { next: "stopped", takesMs: 3_000, jitter: 0 },
  },
});

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentActionState.html */
export const actionLifecycle = defineLifecycle({
  point: "fis:action-state",
  of: "an action of an experiment (the resource is the experiment)",
  stages: { initiating: { next: "running", takesMs: 2_000, jitter: 0, failed: "failed" } },
});
