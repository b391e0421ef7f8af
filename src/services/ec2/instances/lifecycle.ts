import { defineLifecycle } from "../../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html */
export const instanceLifecycle = defineLifecycle({
  point: "ec2:instance-state",
  of: "an instance",
  stages: {
    pending: { next: "running", takesMs: 10_000, failed: "terminated" },
    stopping: { next: "stopped", takesMs: 20_000 },
    "shutting-down": { next: "terminated", takesMs: 20_000 },
  },
});
