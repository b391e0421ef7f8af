import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ec2:stop-instances",
  description: "Stop the specified EC2 instances.",
  targets: { Instances: "aws:ec2:instance" },
  targetQuota: 5,
  parameters: {
    startInstancesAfterDuration: {
      type: "duration",
      description: "The time to wait before restarting the instances (ISO 8601 duration).",
    },
    completeIfInstancesTerminated: {
      type: "boolean",
      description: "Whether the action completes when an instance was terminated meanwhile (default false).",
    },
  },
};

export default action;
