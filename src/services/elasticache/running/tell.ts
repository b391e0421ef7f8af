import type { Place } from "../../../aws/arn-template.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { type EventRecord, eventRecords, KEPT_MS } from "../event.ts";

/** What has happened, by whom it is told. */
export interface Told extends Omit<EventRecord, "atMs"> {
  /** The topic that hears of it, and as what: `ElastiCache:FailoverComplete`. */
  readonly topicArn?: string | undefined;
  readonly name?: string;
}

/**
 * Keeps an event for DescribeEvents, and tells the topic of the cache where there is one.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
 */
export function tell(host: ServiceHost, place: Place, { topicArn, name, ...event }: Told): void {
  const { account, region } = place;
  const events = host.store(account, region).collection(eventRecords);
  const atMs = host.clock.now();
  for (const { key, value } of events.entries()) {
    if (value.atMs >= atMs - KEPT_MS) break;
    events.delete(key);
  }
  const order = events.count({ prefix: [atMs] });
  events.put([atMs, order], { ...event, atMs });
  if (topicArn === undefined || name === undefined) return;
  host
    .call(
      "sns",
      "Publish",
      { TopicArn: topicArn, Message: JSON.stringify({ [name]: event.source }) },
      { account, region, origin: `elasticache(${event.source})` },
    )
    .catch((error: Error) => host.log.warn(`elasticache: ${topicArn} has not been told: ${error.message}`));
}
