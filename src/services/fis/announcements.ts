import type { ServiceHost } from "../../core/service.ts";
import { type Journal, journal } from "./journal.ts";

/** Says what happens to an experiment in Squall's log and on the bus. */
export function announcements(host: ServiceHost, { id, arn }: { id: string; arn: string }): Journal {
  const { log, bus } = host;
  return journal({
    experimentStarted({ state: { status, reason } }) {
      bus.publish("fis.experiment", { arn, status, reason });
    },
    stateChanged({ state: { status, reason } }) {
      log.info(`Experiment ${id} is ${status}: ${reason}`);
      bus.publish("fis.experiment", { arn, status, reason });
    },
    targetResolved(name, type, result) {
      if ("failure" in result) return log.warn(`Target "${name}" of ${id}: ${result.failure}`);
      log.info(`Target "${name}" of ${id}: ${result.resolved.length} of ${type}`);
    },
    actionStarted(name, { actionId }) {
      log.info(`Action "${name}" of ${id} starts: ${actionId}`);
    },
    actionEnded(name, { state: { status, reason } }) {
      if (status === "failed") return log.warn(`Action "${name}" of ${id} failed: ${reason}`);
      log.info(`Action "${name}" of ${id} is ${status}.`);
    },
  });
}
