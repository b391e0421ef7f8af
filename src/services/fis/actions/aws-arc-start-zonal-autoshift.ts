import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:arc:start-zonal-autoshift",
  description: "Shift traffic of the target resources away from an Availability Zone.",
  targets: { ManagedResources: "aws:arc:zonal-shift-managed-resource" },
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    availabilityZoneIdentifier: {
      type: "string",
      description: "Zone that traffic moves away from, by name or id.",
      required: true,
    },
    managedResourceTypes: {
      type: "list",
      description: "Types of resources to shift.",
      values: ["ASG", "ALB", "NLB", "EKS"],
    },
    zonalAutoshiftStatus: {
      type: "string",
      description: "Only resources in this zonal autoshift status (default ENABLED).",
      values: ["ENABLED", "DISABLED", "ANY"],
    },
  },
};

export default action;
