import { untilKept } from "../../aws/due.ts";
import { partsOf } from "../../core/arn.ts";
import type { Key } from "../../core/key.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { Attempts } from "./attempt.ts";
import { type Delivery, deliveryCollection, outgoingCollection } from "./delivery.ts";
import { retryDelayMs, retryPolicyOf } from "./delivery-policy.ts";
import { Feedback } from "./feedback.ts";
import type { Inbox, Where } from "./inbox.ts";
import type { Message } from "./message.ts";
import { type DeliveryError, deliveryError } from "./sending.ts";
import type { Signer } from "./signature.ts";
import type { Subscription } from "./subscription.ts";
import { deadLetterArn } from "./subscription-attributes.ts";
import { Throttle } from "./throttle.ts";
import { type Topic, topicCollection } from "./topic.ts";

/** A delivery in memory, with what it needs at hand. */
interface Job {
  readonly key: Key;
  readonly where: Where;
  /** The store's generation that it belongs to: after a reset it is void. */
  readonly generation: number;
  /** The store's revision that it was last seen in. */
  revision: number;
  readonly outgoing: Outgoing;
  delivery: Delivery;
}

/** A message and how many deliveries of it are left. */
interface Outgoing {
  readonly message: Message;
  left: number;
}

/** How long after an attempt whose end could not be kept the next one is made. */
const POSTPONED_MS = 1000;
/** For AWS's own endpoints, and again for those of customers: a slow web server does not keep queues waiting. */
const MAX_AT_ONCE = 64;

/** Jobs that are due, and how many are under way. */
interface Line {
  readonly ready: Job[];
  active: number;
}

/**
 * Brings published messages to their subscriptions, after Publish has answered: in order within a lane, at most 64 at once,
 * with retries by policy, then to the dead-letter queue.
 */
export class Deliveries {
  readonly #host: ServiceHost;
  readonly #attempts: Attempts;
  readonly #feedback: Feedback;
  readonly #lines: Readonly<Record<"aws" | "customer", Line>> = {
    aws: { ready: [], active: 0 },
    customer: { ready: [], active: 0 },
  };
  /** The jobs of each lane; the first is under way or waits for its next attempt. */
  readonly #lanes = new Map<string, Job[]>();
  readonly #timers = new Set<{ cancel(): void }>();
  readonly #throttle = new Throttle();
  #counter = 0;
  #scheduled = false;
  #stopped = false;

  constructor(host: ServiceHost, signer: Signer, inbox: Inbox) {
    this.#host = host;
    this.#attempts = new Attempts(host, signer, inbox);
    this.#feedback = new Feedback(host);
  }

  /** Keeps a message for these subscriptions and sends it once this turn is over. */
  enqueue(where: Where, message: Message, subscriptions: readonly Subscription[], parentId?: string): void {
    if (subscriptions.length === 0) return;
    const store = this.#host.store(where.account, where.region);
    const outgoing: Outgoing = { message, left: subscriptions.length };
    store.collection(outgoingCollection).put([message.id], message);
    const deliveries = store.collection(deliveryCollection);
    for (const subscription of subscriptions) {
      const key = [message.publishedAtMs, this.#counter++];
      const delivery: Delivery = {
        id: this.#host.random.uuid(),
        messageId: message.id,
        subscription,
        ...(parentId && { parentId }),
        attempts: 0,
        dueAtMs: message.publishedAtMs,
        ...(message.sequenceNumber && { lane: `${subscription.arn} ${message.groupId}` }),
      };
      deliveries.put(key, delivery);
      this.#admit({ key, where, ...stateOf(store), outgoing, delivery });
    }
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    for (const where of this.#host.scopes()) {
      const store = this.#host.store(where.account, where.region);
      const messages = new Map<string, Outgoing>();
      for (const { key, value: delivery } of store.collection(deliveryCollection).entries()) {
        const { messageId } = delivery;
        const message =
          messages.get(messageId)?.message ?? store.collection(outgoingCollection).get([messageId]);
        if (!message) continue;
        const outgoing = messages.get(messageId) ?? { message, left: 0 };
        outgoing.left++;
        messages.set(messageId, outgoing);
        this.#counter = Math.max(this.#counter, Number(key[1]) + 1);
        this.#admit({ key: [...key], where, ...stateOf(store), outgoing, delivery });
      }
    }
  }

  /** Is something about to be handed over? What waits for its next attempt is not. */
  get isBusy(): boolean {
    const { aws, customer } = this.#lines;
    return !this.#stopped && (aws.ready.length > 0 || customer.ready.length > 0);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #admit(job: Job): void {
    const { lane } = job.delivery;
    if (lane !== undefined) {
      const jobs = this.#lanes.get(lane);
      if (jobs) {
        jobs.push(job);
        return;
      }
      this.#lanes.set(lane, [job]);
    }
    this.#await(job);
  }

  /** Makes a job ready when it is due, and its endpoint may be sent to again. */
  #await(job: Job): void {
    const nowMs = this.#host.clock.now();
    const delayMs = Math.max(job.delivery.dueAtMs, this.#throttle.slot(job.delivery, nowMs)) - nowMs;
    const ready = () => {
      this.#lines[lineOf(job.delivery)].ready.push(job);
      this.#schedule();
    };
    if (delayMs <= 0) {
      ready();
      return;
    }
    const timer = this.#host.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      ready();
    });
    this.#timers.add(timer);
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#run(this.#lines.aws);
      this.#run(this.#lines.customer);
    });
  }

  #run(line: Line): void {
    while (line.active < MAX_AT_ONCE && !this.#stopped) {
      const job = line.ready.shift();
      if (!job) return;
      line.active++;
      void this.#attempt(job)
        .catch((error) => this.#postpone(job, error))
        .finally(() => {
          line.active--;
          if (line.ready.length > 0) this.#schedule();
        });
    }
  }

  /** How an attempt went could not be kept: it is made again. */
  #postpone(job: Job, error: unknown): void {
    this.#host.log.error(`A delivery to '${job.delivery.subscription.endpoint}' could not be noted.`, error);
    if (this.#stopped) return;
    job.delivery = { ...job.delivery, dueAtMs: this.#host.clock.now() + POSTPONED_MS };
    this.#await(job);
  }

  async #attempt(job: Job): Promise<void> {
    if (this.#isVoid(job)) return this.#leaveLane(job);
    const { delivery } = job;
    const topic = topicOf(this.#storeOf(job), delivery.subscription);
    const sending = this.#attempts.prepare(job.where, delivery, job.outgoing.message, topic);
    try {
      const response = await this.#attempts.run(delivery, sending);
      if (this.#isVoid(job)) return this.#leaveLane(job);
      this.#finish(job);
      await this.#report(job, topic, {
        success: true,
        statusCode: response.statusCode,
        response: response.body,
      });
    } catch (thrown) {
      if (this.#isVoid(job)) return this.#leaveLane(job);
      const error = deliveryError(thrown);
      const { subscription } = delivery;
      this.#host.log.debug(
        () =>
          `Message '${delivery.messageId}' did not reach '${sending.endpoint}' (subscription '${subscription.arn}', attempt ${delivery.attempts + 1}): ${error.message}`,
      );
      const protocol = delivery.deadLetterArn ? "sqs" : subscription.protocol;
      const delayMs = error.retryable
        ? retryDelayMs(retryPolicyOf(protocol, sending.policy), delivery.attempts + 1)
        : undefined;
      if (delayMs !== undefined)
        return this.#change(job, {
          attempts: delivery.attempts + 1,
          dueAtMs: this.#host.clock.now() + delayMs,
        });
      await this.#giveUp(job, topic, error);
    }
  }

  /** The endpoint has been given up: the dead-letter queue is next, or nothing. */
  async #giveUp(job: Job, topic: Topic | undefined, error: DeliveryError): Promise<void> {
    const { delivery } = job;
    const deadLetter = delivery.deadLetterArn ? undefined : deadLetterArn(delivery.subscription);
    if (deadLetter)
      this.#change(job, { deadLetterArn: deadLetter, attempts: 0, dueAtMs: this.#host.clock.now() });
    else {
      this.#host.log.warn(
        `Message '${delivery.messageId}' is lost to '${delivery.deadLetterArn ?? delivery.subscription.endpoint}' (subscription '${delivery.subscription.arn}'): ${error.message}`,
      );
      this.#finish(job);
    }
    if (!delivery.deadLetterArn)
      await this.#report(
        job,
        topic,
        { success: false, statusCode: error.statusCode, response: error.message },
        delivery,
      );
  }

  async #report(
    job: Job,
    topic: Topic | undefined,
    result: { success: boolean; statusCode: number; response: string },
    delivery = job.delivery,
  ): Promise<void> {
    if (delivery.deadLetterArn && result.success) return;
    this.#measure(job, delivery, result.success);
    await this.#feedback.report(job.where, topic, job.outgoing.message, delivery, result);
  }

  /** For CloudWatch: whether a notification has reached its endpoint. */
  #measure({ where }: Job, { subscription }: Delivery, success: boolean): void {
    this.#host.bus.publish("cloudwatch.measurement", {
      account: where.account,
      region: where.region,
      namespace: "AWS/SNS",
      dimensions: { TopicName: partsOf(subscription.topicArn).resource },
      atMs: this.#host.clock.now(),
      values: { [success ? "NumberOfNotificationsDelivered" : "NumberOfNotificationsFailed"]: 1 },
    });
  }

  #storeOf({ where }: Job): Store {
    return this.#host.store(where.account, where.region);
  }

  /** What it was part of is gone: the process ends, the state has been reset, or it was never kept. */
  #isVoid(job: Job): boolean {
    const store = this.#storeOf(job);
    if (this.#stopped || store.generation !== job.generation) return true;
    if (store.revision === job.revision) return false;
    // Writes have been undone, perhaps those that made it.
    job.revision = store.revision;
    return !store.collection(deliveryCollection).has(job.key);
  }

  #change(job: Job, change: Partial<Delivery>): void {
    job.delivery = { ...job.delivery, ...change };
    this.#storeOf(job).collection(deliveryCollection).put(job.key, job.delivery);
    this.#await(job);
  }

  #finish(job: Job): void {
    const store = this.#storeOf(job);
    const isLast = job.outgoing.left === 1;
    untilKept(this.#host, () => {
      if (this.#stopped || store.generation !== job.generation) return;
      store.collection(deliveryCollection).delete(job.key);
      if (isLast) store.collection(outgoingCollection).delete([job.delivery.messageId]);
    });
    job.outgoing.left--;
    this.#leaveLane(job);
  }

  #leaveLane({ delivery: { lane } }: Job): void {
    if (lane === undefined) return;
    const jobs = this.#lanes.get(lane);
    jobs?.shift();
    if (jobs?.[0]) this.#await(jobs[0]);
    else this.#lanes.delete(lane);
  }
}

const lineOf = ({ deadLetterArn: letters, subscription: { protocol } }: Delivery) =>
  !letters && (protocol === "http" || protocol === "https") ? "customer" : "aws";

function topicOf(store: Store, { topicArn }: Subscription): Topic | undefined {
  return store.collection(topicCollection).get([partsOf(topicArn).resource]);
}

function stateOf({ generation, revision }: Store): Pick<Job, "generation" | "revision"> {
  return { generation, revision };
}
