import type { Service, ServiceFactory } from "../../core/service.ts";
import { actionClock } from "./action-clock.ts";
import { scalableTargets } from "./scalable-targets.ts";
import { Scaler } from "./scaler.ts";
import { scalingPolicies } from "./scaling-policies.ts";
import { scheduledActions } from "./scheduled-actions.ts";
import { tags } from "./tags.ts";

/** Application Auto Scaling: https://docs.aws.amazon.com/autoscaling/application/APIReference/ */
const applicationAutoScaling: ServiceFactory = (host): Service => {
  const scaler = new Scaler(host);
  const clock = actionClock(host, scaler);
  return {
    name: "application-autoscaling",
    operations: {
      ...scalableTargets(scaler, clock),
      ...scalingPolicies(scaler),
      ...scheduledActions(clock),
      ...tags,
    },
    start: () => clock.resume(),
    stop() {
      clock.stop();
      scaler.stop();
    },
  };
};

export default applicationAutoScaling;
