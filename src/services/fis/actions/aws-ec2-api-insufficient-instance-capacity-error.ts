import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ec2:api-insufficient-instance-capacity-error",
  description: "Answer capacity requests of the target roles with InsufficientInstanceCapacity.",
  targets: { Roles: "aws:iam:role" },
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
      description: "Share of requests that fail.",
      required: true,
      min: 1,
      max: 100,
    },
  },
};

export default action;
