import type { ServiceHost } from "../core/service.ts";
import type { Place } from "./arn-template.ts";
import { type EventRecord, keepEvent } from "./kept-events.ts";

/** What has happened to a cache, by whom it is told. */
export interface Told extends Omit<EventRecord, "atMs"> {
  /** The topic that hears of it, and as what: `ElastiCache:FailoverComplete`. */
  readonly topicArn?: string | undefined;
  readonly name?: string;
}

/**
 * Keeps an event for DescribeEvents, and tells the topic of the cache where there is one.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html
 * @param service by which it is told: `elasticache`
 */
export function tellOfCache(
  host: ServiceHost,
  { account, region }: Place,
  service: string,
  { topicArn, name, ...event }: Told,
): void {
  keepEvent(host.store(account, region), host.clock, event);
  if (topicArn === undefined || name === undefined) return;
  host
    .call(
      "sns",
      "Publish",
      { TopicArn: topicArn, Message: JSON.stringify({ [name]: event.source }) },
      { account, region, origin: `${service}(${event.source})` },
    )
    .catch((error: Error) => host.log.warn(`${service}: ${topicArn} has not been told: ${error.message}`));
}
