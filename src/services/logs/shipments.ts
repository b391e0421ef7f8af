/**
 * Subscription filters' batches on their way to functions and streams.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import { destinationCollection } from "./destination.ts";
import type { Where } from "./feed.ts";
import type { SubscriptionFilter } from "./subscription-filter.ts";

const compress = promisify(gzip);
/** What cannot be delivered is tried again for a day. */
const LONGEST_MS = 86_400_000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;

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

export class Shipments {
  readonly #host: ServiceHost;
  readonly #timers = new Set<{ cancel(): void }>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Sends a batch to a filter's destination, now and, when that fails for a passing reason, again. */
  ship(where: Where, filter: SubscriptionFilter, parentId: string, stream: string, batch: Batch): void {
    void this.#attempt({
      where,
      filter,
      parentId,
      stream,
      batch,
      startedAtMs: this.#host.clock.now(),
      delayMs: FIRST_DELAY_MS,
    });
  }

  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  async #attempt(shipment: Shipment): Promise<void> {
    const { filter, delayMs, startedAtMs } = shipment;
    try {
      await this.#send(shipment);
    } catch (error) {
      const { clock, log } = this.#host;
      if (!mayPass(error) || clock.now() - startedAtMs + delayMs > LONGEST_MS) {
        log.warn(`Log events were not delivered to '${filter.destinationArn}': ${(error as Error).message}`);
        return;
      }
      const timer = clock.setTimer(delayMs, () => {
        this.#timers.delete(timer);
        void this.#attempt({ ...shipment, delayMs: Math.min(delayMs * 2, LONGEST_DELAY_MS) });
      });
      this.#timers.add(timer);
    }
  }

  async #send({ where, filter, parentId, stream, batch }: Shipment): Promise<void> {
    const target = this.#targetOf(where, filter.destinationArn);
    const arn = parseArn(target);
    if (!arn) throw new Error(`${target} is no destination`);
    const data = await compress(JSON.stringify(batch));
    const options = { account: arn.account, region: arn.region, parentId };
    this.#host.log.debug(
      () =>
        `Subscription filter '${filter.filterName}' sends ${batch.logEvents.length} events to '${target}'`,
    );
    if (arn.service === "lambda") {
      const Payload = Buffer.from(JSON.stringify({ awslogs: { data: data.toString("base64") } }));
      await this.#host.call(
        "lambda",
        "Invoke",
        { FunctionName: target, InvocationType: "Event", Payload },
        options,
      );
    } else if (arn.service === "kinesis") {
      const PartitionKey = filter.distribution === "Random" ? this.#host.random.uuid() : stream;
      await this.#host.call("kinesis", "PutRecord", { StreamARN: target, Data: data, PartitionKey }, options);
    } else {
      const DeliveryStreamName = arn.resource.replace(/^deliverystream\//, "");
      await this.#host.call("firehose", "PutRecord", { DeliveryStreamName, Record: { Data: data } }, options);
    }
  }

  /** A destination stands for the stream behind it. */
  #targetOf({ account, region }: Where, arn: string): string {
    const name = /^arn:[^:]*:logs:([^:]*):([^:]*):destination:(.+)$/.exec(arn);
    if (!name) return arn;
    const store = this.#host.store(name[2] || account, name[1] || region);
    return store.collection(destinationCollection).get([name[3]!])?.targetArn ?? arn;
  }
}

interface Shipment {
  readonly where: Where;
  readonly filter: SubscriptionFilter;
  readonly parentId: string;
  readonly stream: string;
  readonly batch: Batch;
  readonly startedAtMs: number;
  readonly delayMs: number;
}

const mayPass = (error: unknown) =>
  error instanceof AwsError &&
  (error.status >= 500 ||
    error.status === 429 ||
    error.code === "ConnectionDropped" ||
    /Throttl|TooMany|Exceeded/.test(error.code));
