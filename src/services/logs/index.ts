import type { Service, ServiceFactory } from "../../core/service.ts";
import { accountPolicies } from "./account-policies.ts";
import { anomalyDetectors } from "./anomalies/detectors.ts";
import { deliveries } from "./deliveries.ts";
import { destinations } from "./destinations.ts";
import { EventLog } from "./event-log.ts";
import { exportJobs, exportTasks } from "./export-tasks.ts";
import { Feed } from "./feed.ts";
import { getEvents } from "./get-events.ts";
import { groups } from "./groups.ts";
import { indexPolicies } from "./index-policies.ts";
import { liveTail } from "./live-tail.ts";
import { metricFilters } from "./metric-filters.ts";
import { putEvents } from "./put-events.ts";
import { queries, queryJobs } from "./queries.ts";
import { queryDefinitions } from "./query-definitions.ts";
import { requestChecks } from "./request-checks.ts";
import { resourcePolicies } from "./resource-policies.ts";
import { Shipments } from "./shipments.ts";
import { streams } from "./streams.ts";
import { subscriptionFilters } from "./subscription-filters.ts";
import { tags } from "./tags.ts";
import { Transformers, transformers } from "./transformers.ts";

/** Amazon CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
const logs: ServiceFactory = (host): Service => {
  const events = new EventLog(host);
  const shipments = new Shipments(host);
  const transformed = new Transformers();
  const feed = new Feed(host, shipments, transformed);
  const exports = exportJobs(host, events);
  const running = queryJobs(host, events, transformed);
  return {
    name: "logs",
    operations: {
      ...groups(events, feed),
      ...streams(events),
      ...putEvents(events, feed),
      ...getEvents(events),
      ...subscriptionFilters(feed),
      ...metricFilters(feed),
      ...liveTail(feed),
      ...queries(running, events),
      ...queryDefinitions(),
      ...resourcePolicies(),
      ...accountPolicies(feed),
      ...indexPolicies(),
      ...transformers(),
      ...destinations(),
      ...exportTasks(exports),
      ...deliveries(),
      ...anomalyDetectors(events),
      ...tags(),
    },
    validation: requestChecks,
    start() {
      shipments.resume();
      exports.resume();
      running.resume();
    },
    stop() {
      exports.stop();
      running.stop();
      return shipments.stop();
    },
  };
};

export default logs;
