import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ec2:send-spot-instance-interruptions",
  description: "Send interruption notices to the specified Spot Instances, then interrupt them.",
  targets: { SpotInstances: "aws:ec2:spot-instance" },
  targetQuota: 5,
  parameters: {
    durationBeforeInterruption: {
      type: "duration",
      description: "Time from the start to the interruption (ISO 8601 duration, PT2M to PT15M).",
      required: true,
      min: 120000,
      max: 900000,
    },
  },
};

export default action;
