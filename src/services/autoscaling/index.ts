import type { Service, ServiceFactory } from "../../core/service.ts";
import { describeGroup, type GroupRecord } from "./group.ts";
import { groups } from "./groups.ts";
import { notifications } from "./notifications.ts";
import { PolicyRunner } from "./policy-runner.ts";
import { Scaler } from "./scaler.ts";
import { scalingPolicies } from "./scaling-policies.ts";
import { tags } from "./tags.ts";
import { targetGroupHandlers } from "./target-groups.ts";

/** Amazon EC2 Auto Scaling: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/ */
const autoscaling: ServiceFactory = (host): Service => {
  const scaler = new Scaler(host);
  const runner = new PolicyRunner(host, scaler);
  return {
    name: "autoscaling",
    operations: {
      ...groups(scaler),
      ...targetGroupHandlers(scaler),
      ...scalingPolicies(runner),
      ...notifications,
      ...tags,
    },
    describe: { group: (group: GroupRecord) => ({ ...describeGroup(group) }) },
    start: () => scaler.resume(),
    stop() {
      runner.stop();
      return scaler.stop();
    },
  };
};

export default autoscaling;
