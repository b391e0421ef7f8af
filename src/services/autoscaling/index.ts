import type { Service, ServiceFactory } from "../../core/service.ts";
import { actionClock } from "./action-clock.ts";
import { describeGroup, type GroupRecord } from "./group.ts";
import { groups } from "./groups.ts";
import { notifications } from "./notifications.ts";
import { PolicyRunner } from "./policy-runner.ts";
import { Scaler } from "./scaler.ts";
import { scalingPolicies } from "./scaling-policies.ts";
import { scheduledActions } from "./scheduled-actions.ts";
import { tags } from "./tags.ts";
import { targetGroupHandlers } from "./target-groups.ts";

/** Amazon EC2 Auto Scaling: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/ */
const autoscaling: ServiceFactory = (host): Service => {
  const scaler = new Scaler(host);
  const clock = actionClock(host, scaler);
  const runner = new PolicyRunner(host, scaler);
  return {
    name: "autoscaling",
    operations: {
      ...groups(scaler, clock),
      ...targetGroupHandlers(scaler),
      ...scalingPolicies(runner),
      ...scheduledActions(clock),
      ...notifications,
      ...tags,
    },
    describe: { group: (group: GroupRecord) => ({ ...describeGroup(group) }) },
    start() {
      scaler.resume();
      clock.resume();
    },
    stop() {
      clock.stop();
      runner.stop();
      return scaler.stop();
    },
  };
};

export default autoscaling;
