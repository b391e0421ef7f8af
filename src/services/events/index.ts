import type { ServiceFactory } from "../../core/service.ts";
import { ApiCalls } from "./api-calls.ts";
import { apiDestinations } from "./api-destinations.ts";
import { archives } from "./archives.ts";
import { Archives } from "./archives-of-bus.ts";
import { Bus } from "./bus.ts";
import { BusLogs } from "./bus-log.ts";
import { connections } from "./connections.ts";
import { Deliveries } from "./deliveries.ts";
import { eventBuses } from "./event-buses.ts";
import { permissions } from "./permissions.ts";
import { putEvents } from "./put-events.ts";
import { Replays } from "./replays.ts";
import { requestChecks } from "./request-checks.ts";
import { RuleClock } from "./rule-clock.ts";
import { RuleTable } from "./rule-table.ts";
import { rules } from "./rules.ts";
import { tags } from "./tags.ts";
import { targets } from "./targets.ts";
import { testEventPattern } from "./test-event-pattern.ts";

/** Amazon EventBridge: https://docs.aws.amazon.com/eventbridge/latest/APIReference/ */
const events: ServiceFactory = (host) => {
  const logs = new BusLogs(host);
  const deliveries = new Deliveries(host, logs);
  const bus = new Bus(host, new RuleTable(host), deliveries, new Archives(host), logs);
  const clock = new RuleClock(host, deliveries);
  const apiCalls = new ApiCalls(host, bus);
  const replays = new Replays(host, bus);
  return {
    name: "events",
    validation: requestChecks,
    operations: {
      ...eventBuses,
      ...permissions,
      ...rules(clock),
      ...targets,
      ...putEvents(bus),
      ...testEventPattern,
      ...archives,
      ...replays.operations,
      ...connections,
      ...apiDestinations,
      ...tags,
    },
    start() {
      deliveries.resume();
      clock.resume();
      replays.resume();
      apiCalls.start();
    },
    stop() {
      apiCalls.stop();
      clock.stop();
      replays.stop();
      deliveries.stop();
    },
  };
};

export default events;
