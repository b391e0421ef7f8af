import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:eks:terminate-nodegroup-instances",
  description: "Terminates a percentage of the underlying EC2 instances in an EKS cluster.",
  targets: { Nodegroups: "aws:eks:nodegroup" },
  targetQuota: 5,
  parameters: {
    instanceTerminationPercentage: {
      type: "integer",
      description: "Share of instances to terminate.",
      required: true,
      min: 1,
      max: 100,
    },
  },
};

export default action;
