import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:network:disrupt-vpc-endpoint",
  description: "Block traffic to and from the target interface VPC endpoints.",
  targets: { VPCEndpoints: "aws:ec2:vpc-endpoint" },
  parameters: {
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
  },
};

export default action;
