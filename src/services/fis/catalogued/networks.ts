import type { ActionParameter, FisAction } from "../action.ts";
import { DURATION } from "./parameters.ts";

const REGION = {
  type: "string",
  description: "Region that is cut off.",
  required: true,
} as const satisfies ActionParameter;

/** Actions on networks, zones and lines that do not act here yet. */
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
  {
    id: "aws:network:disrupt-connectivity",
    description: "Deny traffic to and from the target subnets.",
    targets: { Subnets: "aws:ec2:subnet" },
    targetQuota: 5,
    parameters: {
      scope: {
        type: "string",
        description: "Which traffic is denied.",
        required: true,
        values: ["all", "availability-zone", "dynamodb", "prefix-list", "s3", "s3express", "vpc"],
      },
      duration: DURATION,
      prefixListIdentifier: {
        type: "string",
        description: "Prefix list, by ARN or id; needed for the scope prefix-list.",
      },
    },
  },
  {
    id: "aws:network:disrupt-vpc-endpoint",
    description: "Block traffic to and from the target interface VPC endpoints.",
    targets: { VPCEndpoints: "aws:ec2:vpc-endpoint" },
    parameters: { duration: DURATION },
  },
  {
    id: "aws:network:route-table-disrupt-cross-region-connectivity",
    description: "Block traffic from the target subnets to another Region.",
    targets: { Subnets: "aws:ec2:subnet" },
    targetQuota: 6,
    parameters: { region: REGION, duration: DURATION },
  },
  {
    id: "aws:network:transit-gateway-disrupt-cross-region-connectivity",
    description: "Block traffic of the target transit gateways to another Region.",
    targets: { TransitGateways: "aws:ec2:transit-gateway" },
    targetQuota: 5,
    parameters: { region: REGION, duration: DURATION },
  },
];
