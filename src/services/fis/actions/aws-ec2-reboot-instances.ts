import type { FisAction } from "../action.ts";
import { batchesOf, INSTANCE_QUOTA, INSTANCE_TARGETS, onInstances } from "../ec2-instances.ts";

const action: FisAction = {
  id: "aws:ec2:reboot-instances",
  description: "Reboot the specified EC2 instances.",
  how: "The instance's processes end, and its user data runs anew; its state stays.",
  targets: INSTANCE_TARGETS,
  targetQuota: INSTANCE_QUOTA,
  parameters: {},
  callsServices: true,
  async start(run) {
    for (const batch of batchesOf(run.targets("Instances"))) await onInstances(run, "RebootInstances", batch);
    return undefined;
  },
};

export default action;
