import { announce } from "../../../aws/announce.ts";
import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { clusterArn } from "../db-cluster.ts";
import { instanceArn } from "../db-instance.ts";

/** What of RDS's events happens here: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const EVENTS = {
  "RDS-EVENT-0003": { of: "instance", category: "deletion" },
  "RDS-EVENT-0005": { of: "instance", category: "creation" },
  "RDS-EVENT-0006": { of: "instance", category: "availability" },
  "RDS-EVENT-0020": { of: "instance", category: "recovery" },
  "RDS-EVENT-0021": { of: "instance", category: "recovery" },
  "RDS-EVENT-0069": { of: "cluster", category: "failover" },
  "RDS-EVENT-0071": { of: "cluster", category: "failover" },
  "RDS-EVENT-0073": { of: "cluster", category: "failover" },
  "RDS-EVENT-0181": { of: "cluster", category: "global failover" },
  "RDS-EVENT-0185": { of: "cluster", category: "global failover" },
  "RDS-EVENT-0238": { of: "cluster", category: "global failover" },
} as const;

export type EventId = keyof typeof EVENTS;

/** Tells EventBridge what has happened to an instance or a cluster. */
export function tell(host: ServiceHost, place: Place, id: string, eventId: EventId, message: string): void {
  const { of, category } = EVENTS[eventId];
  const isCluster = of === "cluster";
  const arn = isCluster ? clusterArn(id, place) : instanceArn(id, place);
  const { account, region } = place;
  void announce(host, "aws.rds", { account, region, origin: `rds(${id})` }, () => ({
    detailType: isCluster ? "RDS DB Cluster Event" : "RDS DB Instance Event",
    resources: [arn],
    detail: {
      EventCategories: [category],
      SourceType: isCluster ? "CLUSTER" : "DB_INSTANCE",
      SourceArn: arn,
      Date: new Date(host.clock.now()).toISOString(),
      Message: message,
      SourceIdentifier: id,
      EventID: eventId,
    },
  }));
}
