/**
 * Subscription filters' batches on their way to functions and streams.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */

import { promisify } from "node:util";
import { deliver } from "../../aws/deliver.ts";
import { Outbox } from "../../aws/outbox.ts";
import { makeArn, parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { zlib } from "../../core/zlib.ts";
import { destinationCollection } from "./destination.ts";
import type { Where } from "./feed.ts";
import type { SubscriptionFilter } from "./subscription-filter.ts";

/** What cannot be delivered is tried again for a day. */
const LONGEST_MS = 86_400_000;

/** What receivers find after unpacking. */
export interface Batch {
  readonly messageType: "DATA_MESSAGE" | "CONTROL_MESSAGE";
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly {
    readonly id: string;
    readonly timestamp: number;
    readonly message: string;
  }[];
}

/** A batch on its way to a filter's destination. */
interface Shipment {
  readonly filter: SubscriptionFilter;
  /** The PutLogEvents call. */
  readonly parentId: string;
  readonly batch: Batch;
}

export class Shipments {
  readonly #host: ServiceHost;
  readonly #outbox: Outbox<Shipment>;

  constructor(host: ServiceHost) {
    this.#host = host;
    this.#outbox = new Outbox<Shipment>(host, "shipments", {
      policyOf: () => ({ longestMs: LONGEST_MS }),
      send: (where, shipment) => this.#send(where, shipment),
      giveUp: (_, { filter }, { error }) =>
        host.log.warn(
          `Log events were not delivered to '${filter.destinationArn}': ${(error as Error).message}`,
        ),
    });
  }

  /** Sends a batch to a filter's destination, now and, when that fails for a passing reason, again. */
  ship(where: Where, filter: SubscriptionFilter, parentId: string, batch: Batch): void {
    this.#outbox.put(where, { filter, parentId, batch });
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    this.#outbox.resume();
  }

  stop(): void {
    this.#outbox.stop();
  }

  async #send(where: Where, { filter, parentId, batch }: Shipment): Promise<void> {
    const target = this.#targetOf(where, filter.destinationArn);
    const data = await promisify(zlib().gzip)(JSON.stringify(batch));
    this.#host.log.debug(
      () =>
        `Subscription filter '${filter.filterName}' sends ${batch.logEvents.length} events to '${target}'`,
    );
    const isFunction = parseArn(target)?.service === "lambda";
    await deliver(
      this.#host.call,
      target,
      {
        body: isFunction ? JSON.stringify({ awslogs: { data: data.toString("base64") } }) : data,
        partitionKey: filter.distribution === "Random" ? this.#host.random.uuid() : batch.logStream,
      },
      {
        parentId,
        // Streams are written to in the filter's role, functions called in the service's own name.
        ...(filter.roleArn !== undefined && !isFunction && { as: filter.roleArn }),
        sourceArn: makeArn("logs", where.region, where.account, `log-group:${batch.logGroup}:*`),
      },
    );
  }

  /** A destination stands for the stream behind it. */
  #targetOf({ account, region }: Where, arn: string): string {
    const [, itsRegion, itsAccount, name] =
      /^arn:[^:]*:logs:([^:]*):([^:]*):destination:(.+)$/.exec(arn) ?? [];
    if (name === undefined) return arn;
    const store = this.#host.store(itsAccount || account, itsRegion || region);
    return store.collection(destinationCollection).get([name])?.targetArn ?? arn;
  }
}
