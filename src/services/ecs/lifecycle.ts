import { defineLifecycle } from "../../aws/lifecycle.ts";

/**
 * What a task goes through beside its processes' start and end, which take as long as they take.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export const taskLifecycle = defineLifecycle({
  point: "ecs:task-state",
  of: "a task",
  stages: {
    PROVISIONING: { next: "PENDING", takesMs: 15_000, failed: "STOPPED" },
    DEPROVISIONING: { next: "STOPPED", takesMs: 8_000 },
  },
});
