import type { FisAction } from "../action.ts";
import { DURATION } from "./parameters.ts";

/** Actions on zones and lines that do not act here yet. */
export const networks: readonly FisAction[] = [
  {
    id: "aws:arc:start-zonal-autoshift",
    description: "Shift traffic of the target resources away from an Availability Zone.",
    targets: { ManagedResources: "aws:arc:zonal-shift-managed-resource" },
    parameters: {
      duration: DURATION,
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
  },
  {
    id: "aws:directconnect:virtual-interface-disconnect",
    description: "Interrupt the BGP sessions of the target virtual interfaces.",
    targets: { VirtualInterfaces: "aws:directconnect:virtual-interface" },
    parameters: {
      duration: {
        type: "duration",
        description: "How long the sessions are down (ISO 8601 duration, PT10M to PT12H).",
        required: true,
        min: 600000,
      },
    },
  },
];
