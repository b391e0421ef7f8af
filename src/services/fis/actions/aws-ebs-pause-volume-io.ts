import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ebs:pause-volume-io",
  description: "Pause I/O between the target EBS volumes and their instances.",
  targets: { Volumes: "aws:ec2:ebs-volume" },
  parameters: {
    duration: {
      type: "duration",
      description: "How long I/O is paused (ISO 8601 duration, PT1S to PT12H).",
      required: true,
      min: 1000,
    },
  },
};

export default action;
