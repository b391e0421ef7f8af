import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:network:route-table-disrupt-cross-region-connectivity",
  description: "Block traffic from the target subnets to another Region.",
  targets: { Subnets: "aws:ec2:subnet" },
  targetQuota: 6,
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
