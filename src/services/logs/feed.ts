/** What happens to events once they are kept: subscription filters, metric filters and live tails get them. */
import { untilKept, whenKept } from "../../aws/due.ts";
import type { ServiceHost } from "../../core/service.ts";
import { accountFilters } from "./account-policy.ts";
import { eventId, type LogEvent } from "./event-log.ts";
import type { LogGroup } from "./group.ts";
import { metricDatums } from "./metric-datums.ts";
import { type MetricFilter, metricFilterCollection } from "./metric-filter.ts";
import { compilePattern } from "./pattern/pattern.ts";
import type { Shipments } from "./shipments.ts";
import { type SubscriptionFilter, subscriptionFilterCollection } from "./subscription-filter.ts";
import type { Transformers } from "./transformers.ts";

export interface Where {
  readonly account: string;
  readonly region: string;
}

/** Somebody who follows events as they come. */
export interface Follower {
  see(where: Where, group: LogGroup, stream: string, events: readonly LogEvent[]): void;
}

interface Filters {
  readonly revision: number;
  readonly subscriptions: readonly SubscriptionFilter[];
  readonly metrics: readonly MetricFilter[];
}

export class Feed {
  readonly #host: ServiceHost;
  readonly #shipments: Shipments;
  readonly #filters = new Map<string, Filters>();
  readonly #transformers: Transformers;
  readonly #followers = new Set<Follower>();

  constructor(host: ServiceHost, shipments: Shipments, transformers: Transformers) {
    this.#transformers = transformers;
    this.#host = host;
    this.#shipments = shipments;
  }

  /** Hands on what was put. Cheap when nobody wants it; the work is done after the call has been answered. */
  publish(
    call: Where & { readonly id: string },
    group: LogGroup,
    stream: string,
    events: readonly LogEvent[],
  ): void {
    const { account, region, id } = call;
    const where = { account, region };
    for (const follower of this.#followers) follower.see(where, group, stream, events);
    const { subscriptions, metrics } = this.#filtersOf(where, group.name);
    if (subscriptions.length === 0 && metrics.length === 0) return;
    const work = () => {
      const seen = this.#seenBy(where, group, stream, events);
      untilKept(this.#host, () => {
        for (const filter of subscriptions) this.#subscribe(where, id, group, stream, filter, seen(filter));
      });
      for (const filter of metrics)
        for (const { namespace, datums } of metricDatums(filter, seen(filter)))
          this.#measure(where, id, namespace, datums);
    };
    whenKept(this.#host.storage, () => setImmediate(work));
  }

  /** The events as a filter looks at them: as they came, or what the group's transformer made of them. */
  #seenBy(where: Where, group: LogGroup, stream: string, events: readonly LogEvent[]) {
    const store = this.#host.store(where.account, where.region);
    let made: readonly LogEvent[] | undefined;
    return ({ applyOnTransformedLogs }: { readonly applyOnTransformedLogs?: boolean }) => {
      if (!applyOnTransformedLogs) return events;
      if (made === undefined) {
        const transformed = this.#transformers.of(store, where, group.name);
        made = events.map((event) => ({ ...event, message: transformed(event, stream) ?? event.message }));
      }
      return made;
    };
  }

  /** A group's filters have changed, or those of all groups. */
  forget({ account, region }: Where, group?: string): void {
    if (group === undefined) this.#filters.clear();
    else this.#filters.delete(`${account} ${region} ${group}`);
  }

  /** @returns how to stop following */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  #filtersOf(where: Where, group: string): Filters {
    const store = this.#host.store(where.account, where.region);
    const key = `${where.account} ${where.region} ${group}`;
    let filters = this.#filters.get(key);
    if (filters?.revision !== store.revision) {
      filters = {
        revision: store.revision,
        subscriptions: [
          ...store.collection(subscriptionFilterCollection).values({ prefix: [group] }),
          ...accountFilters(store, group),
        ],
        metrics: [...store.collection(metricFilterCollection).values({ prefix: [group] })],
      };
      this.#filters.set(key, filters);
    }
    return filters;
  }

  #subscribe(
    where: Where,
    parentId: string,
    group: LogGroup,
    stream: string,
    filter: SubscriptionFilter,
    events: readonly LogEvent[],
  ): void {
    const pattern = compilePattern(filter.filterPattern);
    const spaced = filter.filterPattern.trim().startsWith("[");
    const logEvents = [];
    for (const event of events) {
      const extracted = pattern.match(event.message);
      if (!extracted) continue;
      const fields = Object.entries(extracted).map(([name, value]) => [name.slice(1), value]);
      logEvents.push({
        id: eventId(event),
        timestamp: event.timestamp,
        message: event.message,
        ...(spaced && { extractedFields: Object.fromEntries(fields) }),
      });
    }
    if (logEvents.length === 0) return;
    this.#shipments.ship(where, filter, parentId, {
      messageType: "DATA_MESSAGE",
      owner: where.account,
      logGroup: group.name,
      logStream: stream,
      subscriptionFilters: [filter.filterName],
      logEvents,
    });
  }

  #measure(where: Where, parentId: string, Namespace: string, MetricData: object[]): void {
    if (!this.#host.serves("cloudwatch")) return;
    this.#host
      .call("cloudwatch", "PutMetricData", { Namespace, MetricData }, { ...where, parentId })
      .catch((error: Error) =>
        this.#host.log.warn(`Metrics for '${Namespace}' were not put: ${error.message}`),
      );
  }
}
