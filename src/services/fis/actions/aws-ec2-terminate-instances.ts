import type { FisAction } from "../action.ts";

const action: FisAction = {
  id: "aws:ec2:terminate-instances",
  description: "Terminate the specified EC2 instances.",
  targets: { Instances: "aws:ec2:instance" },
  targetQuota: 5,
  parameters: {},
};

export default action;
