import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ec2:asg-insufficient-instance-capacity-error",
  description: "Answer launches of the target Auto Scaling groups with InsufficientInstanceCapacity.",
  targets: { AutoScalingGroups: "aws:ec2:autoscaling-group" },
  targetQuota: 5,
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    availabilityZoneIdentifiers: {
      type: "list",
      description: "Availability Zones, by name or id.",
      required: true,
    },
    percentage: {
      type: "integer",
      description: "Share of launches that fail (default 100).",
      min: 1,
      max: 100,
    },
  },
};

export default action;
