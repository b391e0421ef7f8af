import { makeArn } from "../../../core/arn.ts";
import type { Store } from "../../../core/storage.ts";
import { sure } from "../../../core/sure.ts";
import { type ExecutionRecord, executionRecords, saveExecution } from "../execution.ts";
import { processorOf } from "../language/definition.ts";
import { StateFailure } from "../language/failure.ts";
import { Payload } from "../language/payload.ts";
import {
  type MapItem,
  type MapRunCounts,
  type MapRunRecord,
  mapItems,
  mapRunRecords,
  NO_COUNTS,
} from "../map-run.ts";
import { redrive } from "../redrive.ts";
import type { Run } from "../run/run.ts";
import type { Visit } from "../run/visit.ts";

/** So many children are at work at once when there is no other limit. */
const MOST_AT_ONCE = 100;
/** What children count as, by the status in which they end. */
const COUNTED: Readonly<Record<string, keyof MapRunCounts>> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timedOut",
  ABORTED: "aborted",
};

interface Begun {
  readonly concurrency: number;
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

/** A distributed Map at work: its children, what has become of them, and how many may fail. */
export class MapRun {
  readonly #visit: Visit;
  readonly #run: Run;
  readonly #store: Store;
  readonly arn: string;
  readonly #children: (ExecutionRecord | undefined)[] = [];
  readonly #abort = new AbortController();

  private constructor(visit: Visit, arn: string) {
    this.#visit = visit;
    this.#run = visit.run;
    const { account, region } = visit.run.execution;
    this.#store = visit.run.host.store(account, region);
    this.arn = arn;
    const signal = AbortSignal.any([visit.run.abort.signal, visit.branch.signal]);
    const end = () => {
      try {
        this.#aborted();
      } catch (error) {
        // Whoever has ended the execution is not told twice that the store keeps nothing.
        visit.run.host.log.error(`stepfunctions: the end of ${arn} could not be kept`, error);
      }
    };
    signal.addEventListener("abort", end, { once: true });
  }

  /** Its execution, or its branch, is at an end. When Squall itself ends, or the execution is taken up anew, the run goes on then. */
  #aborted(): void {
    const { abort, isStopped, isLost } = this.#run;
    if (isLost || (abort.signal.aborted && !isStopped)) return;
    const { record } = this;
    if (record.status !== "RUNNING") return;
    const counted = (counts: MapRunCounts) => ({
      ...counts,
      running: 0,
      aborted: counts.aborted + counts.running,
    });
    this.#end({
      ...record,
      status: "ABORTED",
      executions: counted(record.executions),
      items: counted(record.items),
    });
  }

  static begin(visit: Visit, { concurrency, count, percentage }: Begun): MapRun {
    const { branch, run, state } = visit;
    const { account, region, machine, arn: executionArn, stateMachineArn } = run.execution;
    const label = state.Label ?? run.host.random.uuid();
    const resource = `mapRun:${machine.split("/")[0]}/${label}:${run.host.random.uuid()}`;
    const arn = makeArn("states", region, account, resource);
    const mapRun = new MapRun(visit, arn);
    const record: MapRunRecord = {
      arn,
      executionArn,
      stateMachineArn,
      label,
      startedMs: run.nowMs,
      status: "RUNNING",
      maxConcurrency: concurrency,
      toleratedFailureCount: count ?? 0,
      toleratedFailurePercentage: percentage ?? 0,
      items: NO_COUNTS,
      executions: NO_COUNTS,
      redriveCount: 0,
    };
    run.write(() => {
      mapRun.#save(record);
      const startedId = branch.record("MapRunStarted", { mapRunArn: arn });
      branch.keepWork({ mapRun: { arn, startedId } });
    });
    return mapRun;
  }

  /** Takes up what an earlier process left, or what is redriven. */
  static resume(visit: Visit): MapRun {
    const { arn } = visit.branch.mapRun;
    const mapRun = new MapRun(visit, arn);
    const children = mapRun.#store.collection(executionRecords).by("mapRun");
    for (const child of children.values({ prefix: [arn] }))
      if (child.index !== undefined) mapRun.#children[child.index] = child;
    const record = mapRun.record;
    if (record.status !== "RUNNING") mapRun.#redrive(record);
    return mapRun;
  }

  get record(): MapRunRecord {
    return sure(this.#store.collection(mapRunRecords).get([this.arn])); // As long as its execution runs.
  }

  #save(record: MapRunRecord): void {
    this.#run.write(() => this.#store.collection(mapRunRecords).put([this.arn], record));
  }

  #redrive(record: MapRunRecord): void {
    const { nowMs } = this.#run;
    const redriveCount = record.redriveCount + 1;
    this.#run.write(() => {
      this.#redriveChildren(nowMs);
      this.#save({ ...record, status: "RUNNING", endedMs: undefined, redriveCount, redrivenMs: nowMs });
      this.#visit.branch.record("MapRunRedriven", { mapRunArn: this.arn, redriveCount });
    });
  }

  #redriveChildren(nowMs: number): void {
    for (const [index, child] of this.#children.entries()) {
      if (!child || child.status === "SUCCEEDED") continue;
      if (child.type === "EXPRESS") {
        // An Express child is begun anew.
        this.#store.collection(executionRecords).delete([child.machine, child.name]);
        this.#children[index] = undefined;
        continue;
      }
      this.#children[index] = redrive(child, this.#store, nowMs);
    }
  }

  /** Keeps what the children are to be given. */
  keep(inputs: readonly MapItem[]): void {
    const kept = this.#store.collection(mapItems);
    const items = inputs.reduce((sum, { items: count }) => sum + count, 0);
    this.#run.write(() => {
      for (const [index, input] of inputs.entries()) kept.put([this.arn, index], input);
      this.#save({
        ...this.record,
        items: { ...NO_COUNTS, total: items, pending: items },
        executions: { ...NO_COUNTS, total: inputs.length, pending: inputs.length },
      });
      const { branch } = this.#visit;
      branch.keepWork({ mapRun: { ...branch.mapRun, hasItems: true } });
    });
  }

  /** Has the children work, as many at once as the run's record says by then; resolves to the failure when too many of them fail. */
  async work(
    struck: (index: number) => { readonly error: string; readonly cause: string } | undefined,
  ): Promise<StateFailure | undefined> {
    const { total } = this.record.executions;
    let next = 0;
    let active = 0;
    let failure: StateFailure | undefined;
    let broken: { readonly error: unknown } | undefined;
    let changed = Promise.withResolvers<void>();
    const child = async (index: number) => {
      try {
        const ended = await this.#child(index, struck);
        this.#visit.branch.check();
        this.#children[index] = ended;
        this.#moved([ended], "running", COUNTED[ended.status] ?? "failed");
        failure ??= this.#excess();
        if (failure) this.#abort.abort();
      } catch (error) {
        broken ??= { error };
      } finally {
        active--;
        changed.resolve();
      }
    };
    const unhear = this.#run.around.onMapRunChange(this.arn, () => changed.resolve());
    try {
      this.#recount();
      failure = this.#excess();
      for (;;) {
        changed = Promise.withResolvers<void>();
        const begun: ExecutionRecord[] = [];
        const { maxConcurrency } = this.record;
        const atOnce = maxConcurrency === 0 ? MOST_AT_ONCE : maxConcurrency;
        for (; next < total && failure === undefined && active < atOnce; next++) {
          const known = this.#children[next];
          if (known && known.status !== "RUNNING") continue;
          active++;
          void child(next);
          begun.push(sure(this.#children[next])); // A child is there as soon as its work has begun.
        }
        if (begun.length > 0) this.#moved(begun, "pending", "running");
        if (active === 0) return failure;
        await changed.promise;
        if (broken) throw broken.error;
      }
    } finally {
      unhear();
    }
  }

  async #child(
    index: number,
    struck: (index: number) => { readonly error: string; readonly cause: string } | undefined,
  ): Promise<ExecutionRecord> {
    const known = this.#children[index];
    if (known && known.status !== "RUNNING") return known;
    const child = known ?? this.#newChild(index);
    this.#children[index] = child;
    const fault = known ? undefined : struck(index);
    if (fault) {
      const failed: ExecutionRecord = { ...child, status: "FAILED", ...fault, endedMs: this.#run.nowMs };
      this.#run.write(() => saveExecution(failed, this.#store));
      return failed;
    }
    const signal = AbortSignal.any([this.#abort.signal, this.#run.abort.signal, this.#visit.branch.signal]);
    return this.#run.around.runChild(child, signal);
  }

  #newChild(index: number): ExecutionRecord {
    const { execution, host, nowMs } = this.#run;
    const { account, region } = execution;
    const { label } = this.record;
    const item = sure(this.#store.collection(mapItems).get([this.arn, index])); // Kept before any child.
    const type = processorOf(this.#visit.state).ProcessorConfig?.ExecutionType ?? "STANDARD";
    const machine = `${execution.machine.split("/")[0]}/${label}`;
    const name = host.random.uuid();
    const resource =
      type === "EXPRESS"
        ? `express:${machine}:${name}:${host.random.uuid()}`
        : `execution:${machine}:${name}`;
    return {
      ...execution,
      machine,
      name,
      type,
      arn: makeArn("states", region, account, resource),
      stateMachineArn: `${execution.stateMachineArn.split("/")[0]}/${label}`,
      mapState: this.#visit.place,
      mapRunArn: this.arn,
      index,
      itemCount: item.items,
      input: item.input,
      startedMs: nowMs,
      redriveCount: 0,
      redrivenMs: undefined,
    };
  }

  /** Counts all children anew: those that are to work again are pending. */
  #recount(): void {
    const { record } = this;
    const executions = { ...NO_COUNTS, total: record.executions.total, pending: record.executions.total };
    const items = { ...NO_COUNTS, total: record.items.total, pending: record.items.total };
    for (const child of this.#children) {
      if (!child || child.status === "RUNNING") continue;
      const as = COUNTED[child.status] ?? "failed";
      const count = child.itemCount ?? 1;
      executions.pending--;
      executions[as]++;
      items.pending -= count;
      items[as] += count;
    }
    this.#save({ ...record, executions, items });
  }

  #moved(children: readonly ExecutionRecord[], from: keyof MapRunCounts, to: keyof MapRunCounts): void {
    const { record } = this;
    const items = children.reduce((sum, { itemCount = 1 }) => sum + itemCount, 0);
    const moved = (counts: MapRunCounts, by: number) => ({
      ...counts,
      [from]: counts[from] - by,
      [to]: counts[to] + by,
    });
    this.#save({
      ...record,
      executions: moved(record.executions, children.length),
      items: moved(record.items, items),
    });
  }

  /** Too many have failed. A limit of 0 is one that nobody set: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#map-state-distributed-tolerated-failure-threshold */
  #excess(): StateFailure | undefined {
    const { items, toleratedFailureCount: count, toleratedFailurePercentage: percentage } = this.record;
    const failed = items.failed + items.timedOut + items.aborted;
    const isLimited = count > 0 || percentage > 0;
    const tooMany = count > 0 && failed > count;
    const tooGreat = percentage > 0 && (failed / items.total) * 100 > percentage;
    if (failed === 0 || (isLimited && !tooMany && !tooGreat)) return undefined;
    return new StateFailure(
      "States.ExceedToleratedFailureThreshold",
      "The specified tolerated failure threshold was exceeded",
      "branch",
    );
  }

  /** What has become of the children, in the items' order. */
  get children(): readonly ExecutionRecord[] {
    return this.#children.filter((child) => child !== undefined);
  }

  results(): Payload {
    return Payload.list(
      this.children.flatMap(({ status, output }) =>
        status === "SUCCEEDED" && output !== undefined ? Payload.text(output) : [],
      ),
    );
  }

  /** @returns the event's id */
  succeeded(): number {
    const { startedId } = this.#visit.branch.mapRun;
    const { record } = this;
    const written = (counts: MapRunCounts) => ({ ...counts, resultsWritten: counts.succeeded });
    this.#end({
      ...record,
      status: "SUCCEEDED",
      items: written(record.items),
      executions: written(record.executions),
    });
    return this.#visit.branch.record("MapRunSucceeded", undefined, startedId);
  }

  failed({ error, reason }: StateFailure): void {
    this.#end({ ...this.record, status: "FAILED" });
    this.#visit.branch.record("MapRunFailed", {
      ...(error !== undefined && { error }),
      ...(reason !== undefined && { cause: reason }),
    });
  }

  #end(record: MapRunRecord): void {
    this.#run.write(() => {
      this.#save({ ...record, endedMs: this.#run.nowMs });
      // What has failed may be redriven with its input.
      if (record.status === "SUCCEEDED") this.#store.collection(mapItems).clear({ prefix: [this.arn] });
    });
  }
}
