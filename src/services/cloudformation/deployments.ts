import { afterFailures, untilKept } from "../../aws/due.ts";
import type { ServiceHost } from "../../core/service.ts";
import { Deployment } from "./deployment.ts";
import { changeStack, type StackPlace } from "./events.ts";
import type { Signals } from "./signals.ts";
import { stackRecords } from "./stack.ts";

/** One of them, in one attempt after the other. */
interface Running {
  deployment: Deployment | undefined;
  over: Promise<void>;
  isWaiting: boolean;
  /** Aborted when nobody waits for the next attempt any more. */
  readonly pause: AbortController;
  waits(): void;
}

/** The operations on stacks that run now, in every account and region. */
export class Deployments {
  readonly #host: ServiceHost;
  readonly #signals: Signals;
  /** By the stack's ARN. */
  readonly #running = new Map<string, Running>();

  constructor(host: ServiceHost, signals: Signals) {
    this.#host = host;
    this.#signals = signals;
  }

  /** Is anything being done, and not only waited for? */
  get isBusy(): boolean {
    return [...this.#running.values()].some(({ isWaiting }) => !isWaiting);
  }

  /** Goes on with what an earlier process has begun. */
  start(): void {
    for (const place of this.#host.scopes()) {
      const store = this.#host.store(place.account, place.region);
      for (const { id } of [...store.collection(stackRecords).by("active").values()])
        void this.#begin(id, { host: this.#host, store, ...place });
    }
  }

  stop(): void {
    for (const { deployment, pause } of this.#running.values()) {
      deployment?.stop();
      pause.abort();
    }
    this.#running.clear();
  }

  /**
   * Begins the operation that a stack's record has. Resolves when it is over or waits for something: what a call has asked for is
   * done, as far as it can be, when the call is answered. Under `real` timings, at once.
   * @throws the store's error when the record could not be kept: that call has not succeeded
   */
  async begin(stackId: string, place: StackPlace): Promise<void> {
    const kept = this.#host.storage.flushed();
    const begun = this.#begin(stackId, place);
    await kept;
    await begun;
  }

  #begin(stackId: string, place: StackPlace): Promise<void> {
    const { promise: waiting, resolve } = Promise.withResolvers<void>();
    // What has been taken over ends first: two would delete the same.
    const before = this.#running.get(stackId);
    before?.pause.abort();
    const running: Running = {
      isWaiting: false,
      over: Promise.resolve(),
      deployment: undefined,
      pause: new AbortController(),
      waits: () => {
        running.isWaiting = true;
        resolve();
      },
    };
    this.#running.set(stackId, running);
    running.over = this.#carryOut(stackId, place, running, before?.over).finally(() => {
      if (this.#running.get(stackId) === running) this.#running.delete(stackId);
    });
    return this.#host.timings === "real" ? Promise.resolve() : Promise.race([running.over, waiting]);
  }

  /** From where the stack's record stands to the end of the operation, in as many attempts as the store makes of it. */
  async #carryOut(
    stackId: string,
    place: StackPlace,
    running: Running,
    before: Promise<void> | undefined,
  ): Promise<void> {
    const { storage, clock, log } = this.#host;
    await before;
    // It may not come to it: what begins it is kept first.
    await storage.flushed()?.catch(() => {});
    const isWanted = () =>
      this.#running.get(stackId) === running &&
      place.store.collection(stackRecords).get([stackId])?.operation !== undefined;
    for (let failures = 1; isWanted(); failures++) {
      const deployment = new Deployment(stackId, place, this.#signals, running.waits);
      running.deployment = deployment;
      try {
        await deployment.run();
        await storage.flushed()?.catch(() => {});
      } catch (error) {
        if (!deployment.isBroken) {
          this.#fail(stackId, place, error);
          return;
        }
      }
      if (!deployment.isBroken || !isWanted()) continue;
      log.error(`The operation on ${stackId} could not be kept: it goes on a little later from what is.`);
      running.waits();
      await clock.sleep(afterFailures(failures), running.pause.signal).catch(() => {});
      running.isWaiting = false;
    }
  }

  #fail(stackId: string, place: StackPlace, error: unknown): void {
    this.#host.log.error(`The operation on ${stackId} failed inside Squall.`, error);
    untilKept(this.#host, () => {
      const stack = place.store.collection(stackRecords).get([stackId]);
      if (!stack?.operation) return;
      const { operation: _, ...rest } = changeStack(
        stackId,
        { status: stack.status.replace(/_IN_PROGRESS$/, "_FAILED").replace(/_CLEANUP_FAILED$/, "") },
        place,
        { reason: "Internal Failure" },
      );
      place.store.collection(stackRecords).put([stackId], rest);
    });
  }

  /** Makes an operation fail for a reason. */
  cancel(stackId: string, reason: string): void {
    this.#running.get(stackId)?.deployment?.cancel(reason);
  }
}
