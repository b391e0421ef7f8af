import type { ServiceFactory } from "../../core/service.ts";
import { Invocations } from "./invocations.ts";
import { ScheduleClock } from "./schedule-clock.ts";
import { scheduleGroups } from "./schedule-groups.ts";
import { schedules } from "./schedules.ts";

/** EventBridge Scheduler: https://docs.aws.amazon.com/scheduler/latest/APIReference/ */
const scheduler: ServiceFactory = (host) => {
  const invocations = new Invocations(host);
  const clock = new ScheduleClock(host, invocations);
  return {
    name: "scheduler",
    operations: { ...schedules(clock), ...scheduleGroups(clock) },
    start() {
      invocations.resume();
      clock.resume();
    },
    stop() {
      clock.stop();
      invocations.stop();
    },
  };
};

export default scheduler;
