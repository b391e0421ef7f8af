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

interface Tolerance {
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

interface Begun extends Tolerance {
  readonly concurrency: number;
}

/** A distributed Map at work: its children, what has become of them, and how many may fail. */
export class MapRun {
  readonly #visit: Visit;
  readonly #run: Run;
  readonly #store: Store;
  readonly arn: string;
  readonly #tolerance: Tolerance;
  readonly #children: (ExecutionRecord | undefined)[] = [];
  readonly #abort = new AbortController();

  private constructor(visit: Visit, arn: string, tolerance: Tolerance) {
    this.#visit = visit;
    this.#run = visit.run;
    const { account, region } = visit.run.execution;
    this.#store = visit.run.host.store(account, region);
    this.arn = arn;
    this.#tolerance = tolerance;
  }

  static begin(visit: Visit, { concurrency, count, percentage }: Begun): MapRun {
    const { branch, run, state } = visit;
    const { account, region, machine, arn: executionArn, stateMachineArn } = run.execution;
    const label = state.Label ?? run.host.random.uuid();
    const resource = `mapRun:${machine.split("/")[0]}/${label}:${run.host.random.uuid()}`;
    const arn = makeArn("states", region, account, resource);
    const mapRun = new MapRun(visit, arn, { count, percentage });
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
    mapRun.#save(record);
    const startedId = branch.record("MapRunStarted", { mapRunArn: arn });
    branch.keepWork({
      mapRun: { arn, startedId },
      limits: { concurrency, count: count ?? -1, percentage: percentage ?? -1 },
    });
    return mapRun;
  }

  /** Takes up what an earlier process left, or what is redriven. */
  static resume(visit: Visit): MapRun {
    const { limits } = visit.branch.work;
    const { arn } = visit.branch.mapRun;
    const known = (limit: number | undefined) => (limit === undefined || limit < 0 ? undefined : limit);
    const mapRun = new MapRun(visit, arn, {
      count: known(limits?.count),
      percentage: known(limits?.percentage),
    });
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
    this.#store.collection(mapRunRecords).put([this.arn], record);
  }

  #redrive(record: MapRunRecord): void {
    const { nowMs } = this.#run;
    const redriveCount = record.redriveCount + 1;
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
    this.#save({ ...record, status: "RUNNING", endedMs: undefined, redriveCount, redrivenMs: nowMs });
    this.#visit.branch.record("MapRunRedriven", { mapRunArn: this.arn, redriveCount });
  }

  /** Keeps what the children are to be given. */
  keep(inputs: readonly MapItem[]): void {
    const kept = this.#store.collection(mapItems);
    for (const [index, input] of inputs.entries()) kept.put([this.arn, index], input);
    const items = inputs.reduce((sum, { items: count }) => sum + count, 0);
    this.#save({
      ...this.record,
      items: { ...NO_COUNTS, total: items, pending: items },
      executions: { ...NO_COUNTS, total: inputs.length, pending: inputs.length },
    });
  }

  /** Has the children work; resolves to the failure when too many of them fail. */
  async work(
    struck: (index: number) => { readonly error: string; readonly cause: string } | undefined,
  ): Promise<StateFailure | undefined> {
    const total = this.record.executions.total;
    let next = 0;
    let failure: StateFailure | undefined;
    const worker = async () => {
      while (next < total && failure === undefined) {
        const index = next++;
        const ended = await this.#child(index, struck);
        this.#visit.branch.check();
        this.#children[index] = ended;
        this.#count();
        failure ??= this.#excess();
        if (failure) this.#abort.abort();
      }
    };
    const { maxConcurrency } = this.record;
    const atOnce = Math.min(total, maxConcurrency === 0 ? MOST_AT_ONCE : maxConcurrency);
    await Promise.all(Array.from({ length: atOnce }, worker));
    return failure;
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
      saveExecution(failed, this.#store);
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

  #count(): void {
    const { record } = this;
    const counted = { ...NO_COUNTS } as Record<keyof MapRunCounts, number>;
    const items = { ...NO_COUNTS } as Record<keyof MapRunCounts, number>;
    for (const child of this.#children) {
      if (!child) continue;
      const as = child.status === "RUNNING" ? "running" : (COUNTED[child.status] ?? "failed");
      counted[as]++;
      items[as] += child.itemCount ?? 1;
    }
    const begun = Object.values(counted).reduce((sum, count) => sum + count, 0);
    const begunItems = Object.values(items).reduce((sum, count) => sum + count, 0);
    this.#save({
      ...record,
      executions: { ...counted, total: record.executions.total, pending: record.executions.total - begun },
      items: { ...items, total: record.items.total, pending: record.items.total - begunItems },
    });
  }

  /** Too many have failed. */
  #excess(): StateFailure | undefined {
    const { items, toleratedFailureCount, toleratedFailurePercentage } = this.record;
    const failed = items.failed + items.timedOut + items.aborted;
    if (failed === 0) return undefined;
    const { count, percentage } = this.#tolerance;
    const tooMany = count !== undefined && failed > toleratedFailureCount;
    const tooGreat = percentage !== undefined && (failed / items.total) * 100 > toleratedFailurePercentage;
    if (!tooMany && !tooGreat && (count !== undefined || percentage !== undefined)) return undefined;
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
    this.#save({ ...record, endedMs: this.#run.nowMs });
    // What has failed may be redriven with its input.
    if (record.status === "SUCCEEDED") this.#store.collection(mapItems).clear({ prefix: [this.arn] });
  }
}
