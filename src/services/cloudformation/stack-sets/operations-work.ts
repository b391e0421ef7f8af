import { afterFailures, untilKept } from "../../../aws/due.ts";
import { Witness } from "../../../aws/witness.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { Store } from "../../../core/storage.ts";
import { isStoreFailure } from "../../../core/storage.ts";
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

/** What the work on an operation has at hand. */
interface At {
  until(holds: () => Promise<boolean>): Promise<void>;
  isVoid(): boolean;
  /** Writes what it goes on from. */
  write(change: () => void): void;
}

interface Running {
  readonly stopped: AbortController;
  isWaiting: boolean;
  /** Something of it could not be kept: it goes on from what is. */
  isLost: boolean;
  readonly witness: Witness;
}

/** The operations on stack sets that run now, in every account and region. */
export class StackSetOperations {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, Running>();
  #isStopped = false;

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
      for (const operation of [...operations.by("active").values()]) void this.#begin(operation, place, 0);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const { stopped } of this.#running.values()) stopped.abort(new Error("stopped"));
    this.#running.clear();
  }

  /** Carries an operation out. Resolves when it is over or waits for something; under `real` timings, at once. */
  async begin(operation: OperationRecord, place: Place): Promise<void> {
    const kept = this.#host.storage.flushed();
    const begun = this.#begin(operation, place, 0);
    // A call whose record could not be kept has not succeeded.
    await kept;
    await begun;
  }

  /** @param failures how often in a row the store could not keep how it went */
  #begin(operation: OperationRecord, { account, region }: Place, failures: number): Promise<void> {
    const place = { account, region };
    const { promise: waiting, resolve } = Promise.withResolvers<void>();
    const { storage } = this.#host;
    const lose = () => {
      running.isLost = true;
      running.stopped.abort(new Error("stopped"));
    };
    const running: Running = {
      stopped: new AbortController(),
      isWaiting: false,
      isLost: false,
      witness: new Witness(storage, lose),
    };
    const key = `${operation.setId}/${operation.id}`;
    this.#running.set(key, running);
    const waits = () => {
      running.isWaiting = true;
      resolve();
    };
    // It may not come to it: what begins it is kept first.
    const kept = storage.flushed()?.catch(() => {}) ?? Promise.resolve();
    const over = kept
      .then(() => this.#run(operation, place, running, waits))
      .then(() => storage.flushed())
      .catch((error: unknown) => {
        if (isStoreFailure(error)) lose();
        if (running.stopped.signal.aborted) return;
        this.#host.log.error(
          `The operation ${operation.id} on ${operation.setId} failed inside Squall.`,
          error,
        );
        untilKept(this.#host, () => this.#end(operation, place, "FAILED"));
      })
      .finally(() => {
        if (this.#running.get(key) !== running) return;
        this.#running.delete(key);
        if (running.isLost) this.#again(operation, place, failures + 1);
      });
    return this.#host.timings === "real" ? Promise.resolve() : Promise.race([over, waiting]);
  }

  /** Goes on from what is kept, as the next process would. */
  #again(operation: OperationRecord, place: Place, failures: number): void {
    this.#host.log.error(`The operation ${operation.id} could not be kept: it goes on from what is.`);
    const store = this.#host.store(place.account, place.region);
    const { generation } = store;
    this.#host.clock.setTimer(afterFailures(failures), () => {
      const kept = store.collection(operationRecords).get([operation.setId, operation.id]);
      const isOpen = kept?.status === "RUNNING" || kept?.status === "STOPPING";
      if (!this.#isStopped && isOpen && store.generation === generation)
        void this.#begin(kept, place, failures);
    });
  }

  async #run(operation: OperationRecord, place: Place, running: Running, waits: () => void): Promise<void> {
    const stopped = running.stopped.signal;
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
    const write = (change: () => void) => {
      store.transaction(change);
      running.witness.wrote();
    };
    const work = (region: string) => this.#region(region, operation, store, { until, isVoid, write });
    let isFailed = false;
    if (form === "PARALLEL") isFailed = (await Promise.all(regions.map(work))).includes(false);
    else for (const region of regions) if (!isFailed) isFailed = !(await work(region));
    if (isVoid()) return;
    const isStopped =
      store.collection(operationRecords).get([operation.setId, operation.id])?.status === "STOPPING";
    const reason = isStopped ? "Cancelled by user" : "Cancelled since failure tolerance has exceeded";
    write(() => {
      for (const result of results())
        if (result.status === "PENDING") this.#cancel(result, reason, operation, store);
      this.#end(operation, place, isStopped ? "STOPPED" : isFailed ? "FAILED" : "SUCCEEDED");
    });
  }

  /** The instances of a region, as many at a time as may be. @returns false when more have failed than may */
  async #region(region: string, operation: OperationRecord, store: Store, at: At): Promise<boolean> {
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
    { until, isVoid, write }: At,
  ): Promise<boolean> {
    const { setId, account, region } = result;
    const set = store.collection(stackSetRecords).get([setId]);
    const instance = store.collection(instanceRecords).get([setId, account, region]);
    // A reset or a load has taken it away.
    if (!set || !instance) return true;
    write(() => {
      this.#put(store, { ...result, status: "RUNNING" });
      // Who looks at a stack does not change what it is.
      if (operation.action !== "DETECT_DRIFT")
        store.collection(instanceRecords).put([setId, account, region], { ...instance, detail: "RUNNING" });
    });
    const worked = await new InstanceWork(this.#host, { set, instance, operation }, until).run();
    if (isVoid()) return true;
    write(() => this.#keep(result, worked, instance, operation, store));
    return worked.failure === undefined;
  }

  #keep(
    result: ResultRecord,
    worked: Worked,
    instance: InstanceRecord,
    operation: OperationRecord,
    store: Store,
  ): void {
    const { failure, gate, stackId, drift, drifts, overrides } = worked;
    const instances = store.collection(instanceRecords);
    const key = [result.setId, result.account, result.region];
    this.#put(store, {
      ...result,
      status: failure === undefined ? "SUCCEEDED" : "FAILED",
      ...(failure !== undefined && { reason: failure }),
      ...(gate && { gate }),
      ...(drift && { drift }),
      ...(drifts && { drifts }),
    });
    if (operation.action === "DETECT_DRIFT") {
      if (drift) instances.put(key, { ...instance, drift });
      return;
    }
    // A stack that could not be imported is none of the set's.
    const isRefused = failure !== undefined && operation.imports;
    if (isRefused || (failure === undefined && operation.action === "DELETE")) {
      instances.delete(key);
      return;
    }
    const { reason: _, stackId: __, ...rest } = instance;
    instances.put(key, {
      ...rest,
      ...(stackId !== undefined && { stackId }),
      ...(overrides && { overrides }),
      status: failure === undefined ? "CURRENT" : operation.action === "DELETE" ? "INOPERABLE" : "OUTDATED",
      detail: failure === undefined ? "SUCCEEDED" : "FAILED",
      ...(failure !== undefined && { reason: failure }),
    });
  }

  #cancel(
    result: ResultRecord,
    reason: string,
    { setId, action, imports }: OperationRecord,
    store: Store,
  ): void {
    this.#put(store, { ...result, status: "CANCELLED", reason });
    if (action === "DETECT_DRIFT") return;
    const instances = store.collection(instanceRecords);
    const key = [setId, result.account, result.region];
    const instance = instances.get(key);
    if (imports) instances.delete(key);
    else if (instance) instances.put(key, { ...instance, status: "OUTDATED", detail: "CANCELLED", reason });
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
