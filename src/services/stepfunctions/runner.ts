import { afterFailures, untilKept, whenKept } from "../../aws/due.ts";
import { Witness } from "../../aws/witness.ts";
import type { ServiceHost } from "../../core/service.ts";
import { isStoreFailure, type Store } from "../../core/storage.ts";
import { ActivityQueue } from "./activity-queue.ts";
import { announce } from "./announcements.ts";
import { type ExecutionRecord, executionRecords, keyOfExecution, saveExecution } from "./execution.ts";
import { sendTrace } from "./execution-trace.ts";
import { sweepExpired } from "./expiry.ts";
import { expressRecords } from "./express.ts";
import type { EventRecord } from "./history-event.ts";
import { type Definition, definitionOf, type Flow, processorOf, statesIn } from "./language/definition.ts";
import { StateFailure } from "./language/failure.ts";
import { ExecutionLog } from "./logging.ts";
import { Branch } from "./run/branch.ts";
import { KeptJournal, PASSING_JOURNAL } from "./run/journal.ts";
import { HistoryFull, Interrupted, Lost, Run, type Surroundings } from "./run/run.ts";
import { definitionText } from "./state-machine.ts";
import { STATES } from "./states/states.ts";

/** An Express execution lasts no longer, in milliseconds. */
const LONGEST_EXPRESS_MS = 300_000;

type Listener = (execution: ExecutionRecord) => void;

/** Runs executions: begins them, takes up those of an earlier process, ends them. */
export class Runner implements Surroundings {
  readonly host: ServiceHost;
  readonly states = STATES;
  readonly activities: ActivityQueue;
  readonly #log: ExecutionLog;
  readonly #running = new Map<string, Run>();
  readonly #witnesses = new WeakMap<Run, Witness>();
  /** How often in a row an execution could not be kept, by ARN. */
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, { cancel(): void }>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #mapRuns = new Map<string, () => void>();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.host = host;
    this.activities = new ActivityQueue(host);
    this.#log = new ExecutionLog(host);
  }

  get isBusy(): boolean {
    for (const run of this.#running.values()) if (run.isBusy) return true;
    return this.#log.isBusy;
  }

  /** The execution that is under way under an ARN. */
  running(arn: string): Run | undefined {
    return this.#running.get(arn);
  }

  /** Goes on with what an earlier process left. */
  resume(): void {
    for (const { account, region } of this.host.scopes()) {
      const store = this.host.store(account, region);
      sweepExpired(store, this.host.clock.now());
      const open = [...store.collection(executionRecords).by("open").values()];
      // Who works on an item is taken up by its Map.
      for (const execution of open) if (execution.mapRunArn === undefined) this.goOn(execution);
      for (const execution of [...store.collection(expressRecords).values()]) void this.runExpress(execution);
    }
  }

  /** Begins a Standard execution whose record is new: it goes on when this turn is over. */
  begin(execution: ExecutionRecord): void {
    const run = this.#started(execution);
    whenKept(this.host.storage, () => {
      if (this.#kept(execution)) announce(this.host, execution);
    });
    this.#go(run);
  }

  /** Takes an execution up where it stands. */
  goOn(execution: ExecutionRecord): Run {
    const run = this.#runOf(execution);
    this.#go(run);
    return run;
  }

  /** Runs an Express execution; resolves when it has ended. */
  async runExpress(execution: ExecutionRecord): Promise<ExecutionRecord> {
    const ended = this.#onceEnded(execution.arn);
    this.#go(this.#started(execution));
    return ended;
  }

  async runChild(child: ExecutionRecord, signal: AbortSignal): Promise<ExecutionRecord> {
    const kept = this.#kept(child);
    if (kept && kept.status !== "RUNNING") return kept;
    if (!this.#running.has(child.arn)) {
      if (kept && child.type === "STANDARD") this.goOn(kept);
      else this.#beginChild(child);
    }
    const ended = this.#onceEnded(child.arn);
    const abort = () => {
      if (signal.reason instanceof Lost) {
        this.#listeners.delete(child.arn);
        return;
      }
      const now = this.#running.get(child.arn);
      if (now && !this.#isStopped) this.stopExecution(now, {});
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await ended;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #beginChild(child: ExecutionRecord): Run {
    const run = this.#runOf(child);
    this.write(run, () => saveExecution(child, this.#store(child)));
    this.#tellStart(run);
    this.#go(run);
    return run;
  }

  /** An execution as it is kept now. */
  #kept(execution: ExecutionRecord): ExecutionRecord | undefined {
    return this.#store(execution).collection(executionRecords).get(keyOfExecution(execution));
  }

  /** Writes what an execution goes on from. @throws Lost when it cannot be kept */
  write(run: Run, work: () => void): void {
    if (run.isLost) throw new Lost();
    try {
      this.#store(run.execution).transaction(work);
    } catch (error) {
      if (!isStoreFailure(error)) throw error;
      this.#lose(run);
      throw new Lost();
    } finally {
      this.#witnesses.get(run)?.wrote();
    }
  }

  /** What a run built on is not kept: it ends where it stands, and the execution is taken up from what is kept. */
  #lose(run: Run): void {
    if (run.isLost) return;
    run.isLost = true;
    run.abort.abort(new Lost());
    if (this.#isStopped) return;
    const { execution } = run;
    this.#forget(run);
    this.host.log.error(`stepfunctions: ${execution.arn} could not be kept: it goes on from what is.`);
    const failures = (this.#failures.get(execution.arn) ?? 0) + 1;
    this.#failures.set(execution.arn, failures);
    const store = this.#store(execution);
    const { generation } = store;
    const timer = this.host.clock.setTimer(afterFailures(failures), () => {
      if (store.generation === generation) this.#takeUp(execution);
    });
    this.#timers.set(execution.arn, timer);
  }

  #takeUp(execution: ExecutionRecord): void {
    const { arn, type, mapRunArn } = execution;
    const kept = this.#kept(execution);
    if (this.#running.has(arn)) return;
    if (kept && kept.status !== "RUNNING") this.#tellEnd(kept);
    else if (kept && type === "STANDARD") this.goOn(kept);
    // A child that nobody waits for is begun by its Map, which has been taken up itself.
    else if (mapRunArn !== undefined && this.#listeners.has(arn)) this.#beginChild(kept ?? execution);
    // Its start is not kept, and was answered so.
    else this.#failures.delete(arn);
  }

  onMapRunChange(arn: string, hear: () => void): () => void {
    this.#mapRuns.set(arn, hear);
    return () => {
      // By then, another run may have taken the Map up.
      if (this.#mapRuns.get(arn) === hear) this.#mapRuns.delete(arn);
    };
  }

  /** Somebody has changed how a map run is to go on. */
  mapRunChanged(arn: string): void {
    this.#mapRuns.get(arn)?.();
  }

  /** The run of an execution whose record is new, which tells of its start. */
  #started(execution: ExecutionRecord): Run {
    const run = this.#runOf(execution);
    this.#tellStart(run);
    return run;
  }

  #tellStart(run: Run): void {
    const { execution } = run;
    const { input, roleArn, stateMachineAliasArn, stateMachineVersionArn } = execution;
    run.record("ExecutionStarted", 0, {
      input,
      roleArn,
      ...(stateMachineAliasArn !== undefined && { stateMachineAliasArn }),
      ...(stateMachineVersionArn !== undefined && { stateMachineVersionArn }),
    });
  }

  #store({ account, region }: ExecutionRecord): Store {
    return this.host.store(account, region);
  }

  #runOf(execution: ExecutionRecord): Run {
    const store = this.#store(execution);
    const { generation } = store;
    const definition = definitionOf(execution.definition, () =>
      definitionText(execution.definition, { store }),
    );
    const isKept = execution.type === "STANDARD";
    const write = (work: () => void) => this.write(run, work);
    const journal = isKept
      ? new KeptJournal(store, execution.machine, execution.name, write)
      : PASSING_JOURNAL;
    const { flow, place } = flowOf(definition, execution.mapState);
    const run: Run = new Run(this, execution, {
      definition,
      flow,
      place,
      journal,
      lastId: journal instanceof KeptJournal ? journal.lastId() : 0,
      isVoid: () => this.#isStopped || store.generation !== generation,
    });
    this.#witnesses.set(run, new Witness(this.host.storage, () => this.#lose(run)));
    this.#running.set(execution.arn, run);
    this.#watch(run);
    return run;
  }

  #root(run: Run): Branch {
    const kept = run.journal.frameAt([]);
    if (kept) return new Branch(run, run, [], kept);
    // What follows the start of an execution says that nothing came before.
    const first = { state: run.flow.StartAt, input: run.input.text, lastId: 0 };
    return new Branch(run, run, [], first, undefined, run.input);
  }

  /** Ends an execution when its time is over. */
  #watch(run: Run): void {
    const { execution, definition } = run;
    const own = execution.mapState === undefined ? definition.TimeoutSeconds : undefined;
    const limitMs = Math.min(
      own === undefined ? Number.POSITIVE_INFINITY : own * 1000,
      execution.type === "EXPRESS" ? LONGEST_EXPRESS_MS : Number.POSITIVE_INFINITY,
    );
    if (!Number.isFinite(limitMs)) return;
    const sinceMs = execution.redrivenMs ?? execution.startedMs;
    const timer = this.host.clock.setTimer(sinceMs + limitMs - this.host.clock.now(), () => {
      this.#interrupt(run, "ExecutionTimedOut", { status: "TIMED_OUT", error: "States.Timeout" });
    });
    this.#timers.set(execution.arn, timer);
  }

  /** Ends an execution on somebody's behalf. */
  stopExecution(
    run: Run,
    said: { readonly error?: string | undefined; readonly cause?: string | undefined },
  ): ExecutionRecord {
    return this.#interrupt(run, "ExecutionAborted", { status: "ABORTED", ...said });
  }

  #interrupt(
    run: Run,
    type: string,
    how: Pick<ExecutionRecord, "status" | "error" | "cause">,
  ): ExecutionRecord {
    const { error, cause } = how;
    run.isStopped = true;
    run.record(type, 0, { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) });
    const ended = this.#end(run, how);
    run.abort.abort(new Interrupted());
    return ended;
  }

  #go(run: Run): void {
    const root = this.#root(run);
    // Whoever started it is answered first.
    const begun = run.isStandard ? new Promise<void>((resolve) => setImmediate(resolve)) : Promise.resolve();
    begun
      .then(() => {
        // Whoever started it may have been refused.
        if (run.isStandard && !this.#kept(run.execution)) throw new Interrupted();
        run.check();
        return root.go();
      })
      .then(
        (output) => {
          run.check();
          run.record("ExecutionSucceeded", root.frame.lastId, { output: output.text });
          this.#end(run, { status: "SUCCEEDED", output: output.text });
        },
        (error) => this.#failed(run, root, error),
      )
      .catch((error) => {
        if (!(error instanceof Interrupted))
          this.host.log.error(`stepfunctions: ${run.execution.arn} cannot go on`, error);
      })
      .finally(() => {
        if (this.#running.get(run.execution.arn) === run && !run.isStopped) this.#forget(run);
      });
  }

  #failed(run: Run, root: Branch, error: unknown): void {
    // A Map has what its children lose, too.
    if (error instanceof Lost || isStoreFailure(error)) {
      this.#lose(run);
      return;
    }
    if (error instanceof Interrupted) return;
    run.check();
    const { error: name, reason: cause } = this.#failureOf(run, error);
    run.record("ExecutionFailed", root.frame.lastId, {
      ...(name !== undefined && { error: name }),
      ...(cause !== undefined && { cause }),
    });
    this.#end(run, { status: "FAILED", error: name, cause });
  }

  #failureOf(run: Run, error: unknown): Pick<StateFailure, "error" | "reason"> {
    if (error instanceof StateFailure) return error;
    if (error instanceof HistoryFull)
      return {
        error: "States.Runtime",
        reason: "The execution reached the maximum number of history events (25000).",
      };
    this.host.log.error(`stepfunctions: an execution of ${run.execution.stateMachineArn} failed`, error);
    return { error: "States.Runtime", reason: `Squall could not run the state: ${(error as Error).message}` };
  }

  #end(run: Run, how: Pick<ExecutionRecord, "status" | "output" | "error" | "cause">): ExecutionRecord {
    const { execution } = run;
    const store = this.#store(execution);
    const ended: ExecutionRecord = { ...execution, ...how, endedMs: this.host.clock.now() };
    if (execution.type === "STANDARD" || execution.mapRunArn !== undefined)
      this.write(run, () => {
        saveExecution(ended, store);
        // What has failed may be redriven from where it stands.
        if (ended.status === "SUCCEEDED" && run.journal instanceof KeptJournal) run.journal.forgetFrames();
      });
    else this.#endExpress(execution);
    this.#forget(run);
    whenKept(this.host.storage, () => {
      this.#failures.delete(execution.arn);
      sendTrace(this.host, ended);
      if (execution.type === "STANDARD" && execution.mapRunArn === undefined) announce(this.host, ended);
    });
    this.#tellEnd(ended);
    return ended;
  }

  #tellEnd(ended: ExecutionRecord): void {
    const listeners = this.#listeners.get(ended.arn);
    this.#listeners.delete(ended.arn);
    for (const hear of listeners ?? []) hear(ended);
  }

  /** Nobody waits for it any more, or it is run again. */
  #endExpress({ account, region, machine, name, arn }: ExecutionRecord): void {
    const store = this.host.store(account, region);
    const { generation } = store;
    if (!store.collection(expressRecords).has([machine, name, arn])) return;
    untilKept(this.host, () => {
      if (!this.#isStopped && store.generation === generation)
        store.collection(expressRecords).delete([machine, name, arn]);
    });
  }

  #forget(run: Run): void {
    const { arn } = run.execution;
    if (this.#running.get(arn) === run) this.#running.delete(arn);
    this.#timers.get(arn)?.cancel();
    this.#timers.delete(arn);
  }

  #onceEnded(arn: string): Promise<ExecutionRecord> {
    return new Promise((resolve) => this.#listen(arn, resolve));
  }

  #listen(arn: string, hear: Listener): void {
    const listeners = this.#listeners.get(arn) ?? new Set();
    listeners.add(hear);
    this.#listeners.set(arn, listeners);
  }

  /** Resolves when an execution has ended; at once for one that is not under way. */
  ended(arn: string, signal: AbortSignal): Promise<void> {
    if (!this.#running.has(arn)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#listen(arn, () => resolve());
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }

  heard(execution: ExecutionRecord, event: EventRecord): void {
    this.#log.heard(execution, event);
  }

  stop(): void {
    this.#isStopped = true;
    for (const run of this.#running.values()) run.abort.abort(new Interrupted());
    for (const timer of this.#timers.values()) timer.cancel();
    this.activities.stop();
    this.#running.clear();
  }
}

/** What an execution runs: its definition, or what one of its Maps does with an item. */
function flowOf(
  definition: Definition,
  mapState: string | undefined,
): { readonly flow: Flow; readonly place: string } {
  for (const { state, place } of mapState === undefined ? [] : statesIn(definition))
    if (place === mapState)
      return {
        flow: processorOf(state),
        place: `${place}/${state.ItemProcessor ? "ItemProcessor" : "Iterator"}`,
      };
  return { flow: definition, place: "" };
}
