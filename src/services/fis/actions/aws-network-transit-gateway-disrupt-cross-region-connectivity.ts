import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:network:transit-gateway-disrupt-cross-region-connectivity",
  description: "Block traffic of the target transit gateways to another Region.",
  targets: { TransitGateways: "aws:ec2:transit-gateway" },
  targetQuota: 5,
  parameters: {
    region: { type: "string", description: "Region that is cut off.", required: true },
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
