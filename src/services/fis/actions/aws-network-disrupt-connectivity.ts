import type { FisAction } from "../action.ts";

const action: FisAction = {
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
    duration: {
      type: "duration",
      description: "How long the action lasts (ISO 8601 duration, PT1M to PT12H).",
      required: true,
    },
    prefixListIdentifier: {
      type: "string",
      description: "Prefix list, by ARN or id; needed for the scope prefix-list.",
    },
  },
};

export default action;
