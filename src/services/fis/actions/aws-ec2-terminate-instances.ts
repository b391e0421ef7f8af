import type { FisAction } from "../action.ts";
import { batchesOf, INSTANCE_QUOTA, INSTANCE_TARGETS, onInstances, whenIn } from "../ec2-instances.ts";

const action: FisAction = {
  id: "aws:ec2:terminate-instances",
  description: "Terminate the specified EC2 instances.",
  how: "The instance's processes end, and it is shown as terminated for an hour.",
  targets: INSTANCE_TARGETS,
  targetQuota: INSTANCE_QUOTA,
  parameters: {},
  callsServices: true,
  async start(run) {
    const batches = batchesOf(run.targets("Instances"));
    for (const batch of batches) await onInstances(run, "TerminateInstances", batch);
    for (const batch of batches) await whenIn(run, batch, ["terminated"], run.signal);
    return undefined;
  },
};

export default action;
