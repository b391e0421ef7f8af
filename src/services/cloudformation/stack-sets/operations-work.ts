import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { untilHolds } from "../resource-context.ts";
import { InstanceWork, type Worked } from "./instance-work.ts";
import {
  type InstanceRecord,
  instanceRecords,
  type OperationRecord,
  operationRecords,
  type ResultRecord,
  resultRecords,
  stackSetRecords,
} from "./stack-set.ts";

interface Place {
  readonly account: string;
  readonly region: string;
}

/** The operations on stack sets that run now, in every account and region. */
export class StackSetOperations {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, { stopped: AbortController; isWaiting: boolean }>();

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Is anything being done, and not only waited for? */
  get isBusy(): boolean {
    return [...this.#running.values()].some(({ isWaiting }) => !isWaiting);
  }

  /** Goes on with what an earlier process has begun. */
  start(): void {
    for (const place of this.#host.scopes()) {
      const operations = this.#host.store(place.account, place.region).collection(operationRecords);
      for (const operation of [...operations.by("active").values()]) void this.begin(operation, place);
    }
  }

  stop(): void {
    for (const { stopped } of this.#running.values()) stopped.abort(new Error("stopped"));
    this.#running.clear();
  }

  /** Carries an operation out. Resolves when it is over or waits for something; under `real` timings, at once. */
  begin(operation: OperationRecord, place: Place): Promise<void> {
    const { promise: waiting, resolve } = Promise.withResolvers<void>();
    const running = { stopped: new AbortController(), isWaiting: false };
    const key = `${operation.setId}/${operation.id}`;
    this.#running.set(key, running);
    const waits = () => {
      running.isWaiting = true;
      resolve();
    };
    const over = this.#run(operation, place, running.stopped.signal, waits)
      .catch((error: unknown) => {
        if (running.stopped.signal.aborted) return;
        this.#host.log.error(
          `The operation ${operation.id} on ${operation.setId} failed inside Squall.`,
          error,
        );
        this.#end(operation, place, "FAILED");
      })
      .finally(() => {
        if (this.#running.get(key) === running) this.#running.delete(key);
      });
    return this.#host.timings === "real" ? Promise.resolve() : Promise.race([over, waiting]);
  }

  async #run(
    operation: OperationRecord,
    place: Place,
    stopped: AbortSignal,
    waits: () => void,
  ): Promise<void> {
    const store = this.#host.store(place.account, place.region);
    const generation = store.generation;
    const isVoid = () => stopped.aborted || store.generation !== generation;
    const until = (holds: () => Promise<boolean>) =>
      untilHolds(holds, {
        clock: this.#host.clock,
        signal: stopped,
        waits,
        late: () => new Error(`The operation ${operation.id} waits for a stack no longer`),
      });
    const results = () => [
      ...store.collection(resultRecords).values({ prefix: [operation.setId, operation.id] }),
    ];
    const { RegionConcurrencyType: form } = operation.preferences;
    const regions = [...new Set(results().map(({ region }) => region))];
    const work = (region: string) => this.#region(region, operation, store, { until, isVoid });
    let isFailed = false;
    if (form === "PARALLEL") isFailed = (await Promise.all(regions.map(work))).includes(false);
    else for (const region of regions) if (!isFailed) isFailed = !(await work(region));
    if (isVoid()) return;
    const isStopped =
      store.collection(operationRecords).get([operation.setId, operation.id])?.status === "STOPPING";
    const reason = isStopped ? "Cancelled by user" : "Cancelled since failure tolerance has exceeded";
    store.transaction(() => {
      for (const result of results())
        if (result.status === "PENDING") this.#cancel(result, reason, operation, store);
      this.#end(operation, place, isStopped ? "STOPPED" : isFailed ? "FAILED" : "SUCCEEDED");
    });
  }

  /** The instances of a region, as many at a time as may be. @returns false when more have failed than may */
  async #region(
    region: string,
    operation: OperationRecord,
    store: Store,
    at: { until(holds: () => Promise<boolean>): Promise<void>; isVoid(): boolean },
  ): Promise<boolean> {
    const all = [
      ...store.collection(resultRecords).values({ prefix: [operation.setId, operation.id] }),
    ].filter((result) => result.region === region);
    const { tolerated, atOnce } = limitsOf(operation, all.length);
    let failures = all.filter(({ status }) => status === "FAILED").length;
    const left = all.filter(({ status }) => status === "PENDING" || status === "RUNNING");
    const isToGoOn = () =>
      failures <= tolerated &&
      !at.isVoid() &&
      store.collection(operationRecords).get([operation.setId, operation.id])?.status === "RUNNING";
    const next = async (): Promise<void> => {
      for (let result = left.shift(); result !== undefined && isToGoOn(); result = left.shift())
        if (!(await this.#instance(result, operation, store, at))) failures++;
    };
    await Promise.all(Array.from({ length: atOnce }, next));
    return failures <= tolerated;
  }

  /** @returns false when it has failed */
  async #instance(
    result: ResultRecord,
    operation: OperationRecord,
    store: Store,
    { until, isVoid }: { until(holds: () => Promise<boolean>): Promise<void>; isVoid(): boolean },
  ): Promise<boolean> {
    const { setId, account, region } = result;
    const set = store.collection(stackSetRecords).get([setId]);
    const instance = store.collection(instanceRecords).get([setId, account, region]);
    // A reset or a load has taken it away.
    if (!set || !instance) return true;
    store.transaction(() => {
      this.#put(store, { ...result, status: "RUNNING" });
      store.collection(instanceRecords).put([setId, account, region], { ...instance, detail: "RUNNING" });
    });
    const worked = await new InstanceWork(this.#host, { set, instance, operation }, until).run();
    if (isVoid()) return true;
    store.transaction(() => this.#keep(result, worked, instance, operation, store));
    return worked.failure === undefined;
  }

  #keep(
    result: ResultRecord,
    worked: Worked,
    instance: InstanceRecord,
    operation: OperationRecord,
    store: Store,
  ): void {
    const { failure, gate, stackId } = worked;
    const instances = store.collection(instanceRecords);
    const key = [result.setId, result.account, result.region];
    this.#put(store, {
      ...result,
      status: failure === undefined ? "SUCCEEDED" : "FAILED",
      ...(failure !== undefined && { reason: failure }),
      ...(gate && { gate }),
    });
    if (failure === undefined && operation.action === "DELETE") {
      instances.delete(key);
      return;
    }
    const { reason: _, stackId: __, ...rest } = instance;
    instances.put(key, {
      ...rest,
      ...(stackId !== undefined && { stackId }),
      status: failure === undefined ? "CURRENT" : operation.action === "DELETE" ? "INOPERABLE" : "OUTDATED",
      detail: failure === undefined ? "SUCCEEDED" : "FAILED",
      ...(failure !== undefined && { reason: failure }),
    });
  }

  #cancel(result: ResultRecord, reason: string, { setId }: OperationRecord, store: Store): void {
    this.#put(store, { ...result, status: "CANCELLED", reason });
    const instances = store.collection(instanceRecords);
    const key = [setId, result.account, result.region];
    const instance = instances.get(key);
    if (instance) instances.put(key, { ...instance, status: "OUTDATED", detail: "CANCELLED", reason });
  }

  #put(store: Store, result: ResultRecord): void {
    store.collection(resultRecords).put([result.setId, result.operationId, result.order], result);
  }

  #end({ setId, id }: OperationRecord, { account, region }: Place, status: OperationRecord["status"]): void {
    const operations = this.#host.store(account, region).collection(operationRecords);
    const now = operations.get([setId, id]);
    if (now) operations.put([setId, id], { ...now, status, endedMs: this.#host.clock.now() });
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html#stackset-ops-options */
function limitsOf({ preferences }: OperationRecord, accounts: number): { tolerated: number; atOnce: number } {
  const {
    FailureToleranceCount: tolerance,
    FailureTolerancePercentage: tolerancePercentage = 0,
    MaxConcurrentCount: most,
    MaxConcurrentPercentage: mostPercentage,
    ConcurrencyMode: mode,
  } = preferences;
  const tolerated = tolerance ?? Math.floor((accounts * tolerancePercentage) / 100);
  const wanted = most ?? (mostPercentage === undefined ? 1 : Math.floor((accounts * mostPercentage) / 100));
  const atOnce = Math.max(1, Math.min(wanted, accounts));
  return { tolerated, atOnce: mode === "SOFT_FAILURE_TOLERANCE" ? atOnce : Math.min(atOnce, tolerated + 1) };
}
