import { deliver } from "../../aws/deliver.ts";
import { untilKept } from "../../aws/due.ts";
import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection, isStoreFailure, type Store } from "../../core/storage.ts";
import { sendToDestination } from "./destinations.ts";
import { eventInvokeConfigs } from "./event-invoke-configs.ts";
import type { InvocationResult } from "./execution/invocation.ts";
import { invocationFaults } from "./faults.ts";
import { type FunctionReference, functionArn } from "./function-name.ts";
import type { Event, Invoker } from "./invoker.ts";
import { type Found, locateFunction } from "./lookup.ts";
import { LATEST } from "./records.ts";

/** An event that waits for its function. */
interface QueuedEvent {
  readonly id: string;
  readonly name: string;
  readonly qualifier?: string;
  readonly event: Event;
  readonly enqueuedAtMs: number;
  /** Not before this time of the clock. */
  readonly dueAtMs: number;
  /** How often the handler was run. */
  readonly attempts: number;
  /** How often the event was sent back because there was no capacity. */
  readonly throttles: number;
}

const queued = defineCollection<QueuedEvent>({ name: "async-events", codec: "structured" });

/** How long until an event is run again of which the store could not keep what came of it. */
const AGAIN_MS = 1000;
const LONGEST_AGE_SECONDS = 21_600;
const RETRIES = 2;
const FIRST_THROTTLE_MS = 1000;
const LONGEST_THROTTLE_MS = 300_000;
const ERROR_MESSAGE_BYTES = 1024;

/**
 * Asynchronous invocation: events wait in the store, are run, tried again after one and after two minutes, and what
 * becomes of them goes to destinations and dead-letter queues.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncQueue {
  readonly #host: ServiceHost;
  readonly #invoker: Invoker;
  /** Events that are due, oldest first. */
  readonly #ready: { store: Store; where: FunctionReference; queued: QueuedEvent }[] = [];
  readonly #timers = new Set<{ cancel(): void }>();
  #running = 0;
  #isStopped = false;

  constructor(host: ServiceHost, invoker: Invoker) {
    this.#host = host;
    this.#invoker = invoker;
  }

  /** Takes an event. It is run as soon as there is room. */
  add(found: Found, event: Event): void {
    const nowMs = this.#host.clock.now();
    this.#put(found.store, found, {
      id: this.#host.random.uuid(),
      name: found.name,
      ...(found.qualifier && { qualifier: found.qualifier }),
      event,
      enqueuedAtMs: nowMs,
      dueAtMs: nowMs,
      attempts: 0,
      throttles: 0,
    });
  }

  get isBusy(): boolean {
    return this.#running > 0 || this.#ready.length > 0;
  }

  /** Takes up what an earlier process left. */
  resume(): void {
    for (const scope of this.#host.scopes()) {
      const store = this.#host.store(scope.account, scope.region);
      for (const waiting of store.collection(queued).values())
        this.#schedule(store, { ...scope, name: waiting.name }, waiting);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#ready.length = 0;
  }

  #put(store: Store, where: FunctionReference, waiting: QueuedEvent): void {
    store.collection(queued).put([waiting.id], waiting);
    this.#schedule(store, where, waiting);
  }

  #schedule(store: Store, where: FunctionReference, waiting: QueuedEvent): void {
    if (this.#isStopped) return;
    const run = () => {
      this.#ready.push({ store, where, queued: waiting });
      this.#next();
    };
    const delayMs = waiting.dueAtMs - this.#host.clock.now();
    if (delayMs <= 0) {
      setImmediate(run);
      return;
    }
    const timer = this.#host.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  /** Runs as many at once as there may be environments: the rest keeps its order. */
  #next(): void {
    while (!this.#isStopped && this.#running < this.#host.setting<number>("max-environments")) {
      const next = this.#ready.shift();
      if (!next) return;
      this.#running++;
      void this.#process(next.store, next.where, next.queued)
        .catch((error: unknown) => {
          this.#host.log.error("An asynchronous invocation failed", error);
          // What came of it could not be kept: it is run again.
          const dueAtMs = this.#host.clock.now() + AGAIN_MS;
          if (isStoreFailure(error)) this.#schedule(next.store, next.where, { ...next.queued, dueAtMs });
        })
        .finally(() => {
          this.#running--;
          this.#next();
        });
    }
  }

  async #process(store: Store, where: FunctionReference, waiting: QueuedEvent): Promise<void> {
    // Deleted by a reset.
    if (!store.collection(queued).has([waiting.id])) return;
    let found: Found;
    try {
      found = locateFunction(this.#host, {
        ...where,
        ...(waiting.qualifier && { qualifier: waiting.qualifier }),
      });
    } catch {
      this.#forget(store, waiting);
      return;
    }
    const config = store.collection(eventInvokeConfigs).get([found.name, found.qualifier ?? LATEST]);
    const longestAgeSeconds = config?.maximumEventAgeInSeconds ?? LONGEST_AGE_SECONDS;
    const ageSeconds = (this.#host.clock.now() - waiting.enqueuedAtMs) / 1000;
    if (ageSeconds > longestAgeSeconds) {
      return this.#finish(found, waiting, "EventAgeExceeded");
    }
    let invoked: { result: InvocationResult; executedVersion: string };
    try {
      invoked = await this.#invoke(found, waiting);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (found.record.reservedConcurrency === 0 && error.code === "TooManyRequestsException")
        return this.#finish(found, waiting, "ZeroReservedConcurrency");
      return this.#sendBack(found, waiting, longestAgeSeconds);
    }
    if (this.#isStopped) return;
    const attempted = { ...waiting, attempts: waiting.attempts + 1 };
    if (invoked.result.kind !== "error") return this.#finish(found, attempted, "Success", invoked);
    if (attempted.attempts > (config?.maximumRetryAttempts ?? RETRIES)) {
      return this.#finish(found, attempted, "RetriesExhausted", invoked);
    }
    const baseMs = this.#host.setting<number>("retry-base-delay") * 1000;
    const dueAtMs = this.#host.clock.now() + baseMs * attempted.attempts;
    // A retry that would come too late is none.
    if (dueAtMs - waiting.enqueuedAtMs > longestAgeSeconds * 1000)
      return this.#finish(found, attempted, "EventAgeExceeded", invoked);
    this.#put(store, where, { ...attempted, dueAtMs });
  }

  async #invoke(
    found: Found,
    { event }: QueuedEvent,
  ): Promise<{ result: InvocationResult; executedVersion: string }> {
    const version = this.#invoker.choose(found);
    const subject = { ...this.#invoker.subject(found, version), parentId: event.callId };
    const hits = this.#host.hits("lambda:invoke", subject, found);
    const again = hits.some((hit) => hit.effect === "duplicate") ? invocationFaults(hits).deliveries - 1 : 0;
    // How the copies end is nobody's business, but the event is under way as long as they are.
    const copies = Array.from({ length: again }, () => this.#invoker.invoke(found, version, event, []));
    const [first] = await Promise.allSettled([this.#invoker.invoke(found, version, event, hits), ...copies]);
    if (first.status === "rejected") throw first.reason;
    return first.value;
  }

  /** No capacity: the event returns to the queue, with growing back-off, until it is too old. */
  async #sendBack(found: Found, waiting: QueuedEvent, longestAgeSeconds: number): Promise<void> {
    const delayMs = Math.min(FIRST_THROTTLE_MS * 2 ** waiting.throttles, LONGEST_THROTTLE_MS);
    const dueAtMs = this.#host.clock.now() + delayMs;
    if (dueAtMs - waiting.enqueuedAtMs > longestAgeSeconds * 1000)
      return this.#finish(found, waiting, "EventAgeExceeded");
    this.#put(found.store, found, { ...waiting, dueAtMs, throttles: waiting.throttles + 1 });
  }

  async #finish(
    found: Found,
    waiting: QueuedEvent,
    condition: "Success" | "RetriesExhausted" | "EventAgeExceeded" | "ZeroReservedConcurrency",
    invoked?: { result: InvocationResult; executedVersion: string },
  ): Promise<void> {
    const { store } = found;
    const version = this.#invoker.choose(found);
    const role = version.configuration.Role;
    const config = store.collection(eventInvokeConfigs).get([found.name, found.qualifier ?? LATEST]);
    const isSuccess = condition === "Success";
    const destination = isSuccess
      ? config?.destinationConfig.OnSuccess.Destination
      : config?.destinationConfig.OnFailure.Destination;
    const deadLetters = isSuccess ? undefined : version.configuration.DeadLetterConfig?.TargetArn;
    const arn = functionArn(found, found.name, found.qualifier ?? LATEST);
    const from = {
      role,
      functionArn: arn,
      parentId: waiting.event.callId,
      traceHeader: waiting.event.traceHeader,
      outcome: isSuccess ? "Success" : "Failure",
    } as const;
    try {
      if (destination) {
        await sendToDestination(
          this.#host,
          destination,
          invocationRecord(this.#host, arn, waiting, condition, invoked),
          from,
        );
      }
      if (deadLetters) await this.#sendDeadLetter(deadLetters, waiting, invoked, role);
    } catch (error) {
      // AWS counts DestinationDeliveryFailures and DeadLetterErrors; the event is gone.
      this.#host.log.warn(
        `${found.name}: the record of an asynchronous invocation is lost: ${String(error)}`,
      );
    } finally {
      this.#forget(store, waiting);
    }
  }

  #forget(store: Store, { id }: QueuedEvent): void {
    const { generation } = store;
    untilKept(this.#host, () => {
      if (!this.#isStopped && store.generation === generation) store.collection(queued).delete([id]);
    });
  }

  /** A dead letter is the event itself, with the error in its attributes. */
  async #sendDeadLetter(
    arn: string,
    { event }: QueuedEvent,
    invoked: { result: InvocationResult } | undefined,
    role: string,
  ): Promise<void> {
    const message = invoked?.result.kind === "error" ? errorMessageOf(invoked.result.payload) : "";
    const attribute = (DataType: string, StringValue: string) => ({ DataType, StringValue });
    const MessageAttributes = {
      RequestID: attribute("String", event.requestId),
      ErrorCode: attribute("Number", "200"),
      ...(message && { ErrorMessage: attribute("String", message.slice(0, ERROR_MESSAGE_BYTES)) }),
    };
    const dead = { body: Buffer.from(event.payload).toString(), attributes: MessageAttributes };
    await deliver(this.#host.call, arn, dead, { as: role, parentId: event.callId });
  }
}

function errorMessageOf(payload: Uint8Array): string {
  try {
    return String(
      (readJson(Buffer.from(payload).toString()) as { errorMessage?: unknown }).errorMessage ?? "",
    );
  } catch {
    return "";
  }
}

/** The JSON that destinations get. */
function invocationRecord(
  host: ServiceHost,
  arn: string,
  waiting: QueuedEvent,
  condition: string,
  invoked: { result: InvocationResult; executedVersion: string } | undefined,
): object {
  const { result } = invoked ?? {};
  return {
    version: "1.0",
    timestamp: new Date(host.clock.now()).toISOString(),
    requestContext: {
      requestId: waiting.event.requestId,
      functionArn: arn,
      condition,
      approximateInvokeCount: waiting.attempts,
    },
    requestPayload: jsonOf(waiting.event.payload),
    ...(invoked && {
      responseContext: {
        statusCode: 200,
        executedVersion: invoked.executedVersion,
        ...(result?.kind === "error" && { functionError: result.functionError }),
      },
    }),
    ...(result && result.kind !== "stream" && { responsePayload: jsonOf(result.payload) }),
  };
}

function jsonOf(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString();
  try {
    return readJson(text);
  } catch {
    return text;
  }
}
