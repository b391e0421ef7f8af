import type { ServiceHost } from "../../core/service.ts";
import { Deployment } from "./deployment.ts";
import { changeStack, type StackPlace } from "./events.ts";
import type { Signals } from "./signals.ts";
import { stackRecords } from "./stack.ts";

/** The operations on stacks that run now, in every account and region. */
export class Deployments {
  readonly #host: ServiceHost;
  readonly #signals: Signals;
  /** By the stack's ARN. */
  readonly #running = new Map<string, { deployment: Deployment; over: Promise<void>; isWaiting: boolean }>();

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
        void this.begin(id, { host: this.#host, store, ...place });
    }
  }

  stop(): void {
    for (const { deployment } of this.#running.values()) deployment.stop();
    this.#running.clear();
  }

  /**
   * Begins the operation that a stack's record has. Resolves when it is over or waits for something: what a call has asked for is
   * done, as far as it can be, when the call is answered. Under `real` timings, at once.
   */
  begin(stackId: string, place: StackPlace): Promise<void> {
    const { promise: waiting, resolve } = Promise.withResolvers<void>();
    // What has been taken over ends first: two would delete the same.
    const before = this.#running.get(stackId)?.over;
    const running = {
      isWaiting: false,
      over: Promise.resolve(),
      deployment: undefined as unknown as Deployment,
    };
    running.deployment = new Deployment(stackId, place, this.#signals, () => {
      running.isWaiting = true;
      resolve();
    });
    this.#running.set(stackId, running);
    const run = () => running.deployment.run();
    running.over = (before ? before.then(run) : run())
      .catch((error: unknown) => {
        this.#host.log.error(`The operation on ${stackId} failed inside Squall.`, error);
        const stack = place.store.collection(stackRecords).get([stackId]);
        if (!stack?.operation) return;
        const { operation: _, ...rest } = changeStack(
          stackId,
          { status: stack.status.replace(/_IN_PROGRESS$/, "_FAILED").replace(/_CLEANUP_FAILED$/, "") },
          place,
          { reason: "Internal Failure" },
        );
        place.store.collection(stackRecords).put([stackId], rest);
      })
      .finally(() => {
        if (this.#running.get(stackId) === running) this.#running.delete(stackId);
      });
    return this.#host.timings === "real" ? Promise.resolve() : Promise.race([running.over, waiting]);
  }

  /** Makes an operation fail for a reason. */
  cancel(stackId: string, reason: string): void {
    this.#running.get(stackId)?.deployment.cancel(reason);
  }
}
