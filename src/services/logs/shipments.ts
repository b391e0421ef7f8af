/**
 * Subscription filters' batches on their way to functions and streams.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { parseArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Key } from "../../core/key.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
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

/** A batch on its way. Kept until it has arrived or is given up, so that a restart loses none. */
interface Shipment {
  readonly filter: SubscriptionFilter;
  /** The PutLogEvents call. */
  readonly parentId: string;
  readonly batch: Batch;
  readonly startedAtMs: number;
  /** Epoch milliseconds before which it is not tried again. */
  readonly dueAtMs: number;
  /** How long to wait when the next attempt fails, too. */
  readonly delayMs: number;
}

/** Key: [time of shipping, counter]. */
const shipmentCollection = defineCollection<Shipment>({ name: "shipments" });

export class Shipments {
  readonly #host: ServiceHost;
  readonly #timers = new Set<{ cancel(): void }>();
  #counter = 0;
  #stopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Sends a batch to a filter's destination, now and, when that fails for a passing reason, again. */
  ship(where: Where, filter: SubscriptionFilter, parentId: string, batch: Batch): void {
    const nowMs = this.#host.clock.now();
    const shipment = { filter, parentId, batch, startedAtMs: nowMs, dueAtMs: nowMs, delayMs: FIRST_DELAY_MS };
    const key = [nowMs, this.#counter++];
    this.#kept(where).put(key, shipment);
    void this.#attempt(where, key, shipment);
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    for (const where of this.#host.scopes()) {
      for (const { key, value } of this.#kept(where).entries()) {
        this.#counter = Math.max(this.#counter, Number(key[1]) + 1);
        this.#await(where, [...key], value);
      }
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #kept({ account, region }: Where) {
    return this.#host.store(account, region).collection(shipmentCollection);
  }

  #await(where: Where, key: Key, shipment: Shipment): void {
    const timer = this.#host.clock.setTimer(shipment.dueAtMs - this.#host.clock.now(), () => {
      this.#timers.delete(timer);
      void this.#attempt(where, key, shipment);
    });
    this.#timers.add(timer);
  }

  async #attempt(where: Where, key: Key, shipment: Shipment): Promise<void> {
    const { filter, delayMs, startedAtMs } = shipment;
    const { clock, log } = this.#host;
    const { generation } = this.#host.store(where.account, where.region);
    let failure: unknown;
    try {
      await this.#send(where, shipment);
    } catch (error) {
      failure = error;
    }
    // What happened meanwhile may have made this void: the end of the process, a reset.
    if (this.#stopped || this.#host.store(where.account, where.region).generation !== generation) return;
    const dueAtMs = clock.now() + delayMs;
    if (failure === undefined || !mayPass(failure) || dueAtMs - startedAtMs > LONGEST_MS) {
      this.#kept(where).delete(key);
      if (failure)
        log.warn(
          `Log events were not delivered to '${filter.destinationArn}': ${(failure as Error).message}`,
        );
      return;
    }
    const next = { ...shipment, dueAtMs, delayMs: Math.min(delayMs * 2, LONGEST_DELAY_MS) };
    this.#kept(where).put(key, next);
    this.#await(where, key, next);
  }

  async #send(where: Where, { filter, parentId, batch }: Shipment): Promise<void> {
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
      const PartitionKey = filter.distribution === "Random" ? this.#host.random.uuid() : batch.logStream;
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

const mayPass = (error: unknown) =>
  error instanceof AwsError &&
  (error.status >= 500 ||
    error.status === 429 ||
    error.code === "ConnectionDropped" ||
    /Throttl|TooMany|Exceeded/.test(error.code));
