import { afterFailures } from "../../../aws/due.ts";
import { Witness } from "../../../aws/witness.ts";
import type { ServiceHost } from "../../../core/service.ts";
import { isStoreFailure } from "../../../core/storage.ts";
import { type StepDeclaration, stepIn } from "../document-content.ts";
import { asTexts } from "../references.ts";
import { ACTIONS } from "./actions.ts";
import { announceAutomation } from "./automation-events.ts";
import {
  AWAITED,
  actorOf,
  type ExecutionRecord,
  executionRecords,
  type Signal,
  type StepRecord,
  type StepResult,
  type StepRun,
  Stopping,
  saveExecution,
} from "./execution.ts";
import { advanced, childOf, placeAt } from "./fleet.ts";
import { resolvedTargets } from "./fleet-targets.ts";
import { filled } from "./references.ts";

const TROUBLESHOOTING =
  "Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";

interface Running {
  /** Aborted when the step at hand is to end: the execution is stopped, or the server is. */
  step: AbortController;
  readonly signals: Signal[];
  wake: (() => void) | undefined;
  /** Something of it could not be kept. */
  isLost: boolean;
  readonly witness: Witness;
}

/** How long a step may take that says nothing of it: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html */
const DEFAULT_TIMEOUT_SECONDS: Readonly<Record<string, number>> = {
  "aws:approve": 604_800,
  "aws:pause": 604_800,
  "aws:waitForAwsResourceProperty": 3600,
};

/**
 * Runs executions step by step. What has ended is kept; a step that was under way when the process ended is taken up: what it has
 * begun and can be asked of (a command, an automation, a stack) is waited for, the rest is done again.
 */
export class Runner {
  readonly #host: ServiceHost;
  readonly #running = new Map<string, Running>();
  #isStopped = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Goes on with what a former process left. */
  resume(): void {
    for (const { account, region } of this.#host.scopes()) {
      const open = this.#host.store(account, region).collection(executionRecords).by("open");
      for (const execution of open.values()) this.begin(execution);
    }
  }

  begin(execution: ExecutionRecord): void {
    if (execution.fleet) {
      this.#tend(execution);
      return;
    }
    this.#begin(execution, 0);
  }

  /** @param failures how often in a row the store could not keep how it went */
  #begin(execution: ExecutionRecord, failures: number): void {
    const running: Running = {
      step: new AbortController(),
      signals: [],
      wake: undefined,
      isLost: false,
      witness: new Witness(this.#host.storage, () => lose()),
    };
    const lose = () => {
      running.isLost = true;
      running.step.abort(new Stopping());
    };
    this.#running.set(execution.id, running);
    this.#run(execution, running)
      .catch((error) => {
        if (isStoreFailure(error)) running.isLost = true;
        if (!running.isLost) this.#host.log.error(`ssm: the automation ${execution.id} cannot go on`, error);
      })
      .then(() => this.#host.storage.flushed()?.catch(() => {}))
      .finally(() => {
        this.#running.delete(execution.id);
        if (running.isLost && !this.#isStopped) this.#again(execution, failures + 1);
      });
  }

  /** Goes on from what is kept, as the next process would. */
  #again(execution: ExecutionRecord, failures: number): void {
    this.#host.log.error(`ssm: the automation ${execution.id} could not be kept: it goes on from what is.`);
    const { id, account, region } = execution;
    const store = this.#host.store(account, region);
    const { generation } = store;
    this.#host.clock.setTimer(afterFailures(failures), () => {
      if (this.#isStopped || store.generation !== generation || this.#running.has(id)) return;
      const kept = store.collection(executionRecords).get([id]);
      if (kept && kept.endedMs === undefined) this.#begin(kept, failures);
    });
  }

  /** Keeps what an automation goes on from. */
  #save(execution: ExecutionRecord, running: Running): void {
    if (running.isLost) throw new Stopping();
    const store = this.#host.store(execution.account, execution.region);
    store.transaction(() => saveExecution(execution, store));
    running.witness.wrote();
  }

  /** Ends the step that is under way. */
  cancelStep(id: string): void {
    this.#running.get(id)?.step.abort(new Error("The automation was cancelled."));
  }

  /** Those of its targets that are under way are cancelled, or go on to their end; no other begins. */
  stopFleet(execution: ExecutionRecord, how: "Cancel" | "Complete"): void {
    for (const at of how === "Cancel" ? execution.steps.keys() : []) {
      const child = this.#childAt(execution, at);
      if (!child || child.endedMs !== undefined || child.stopping === "Cancel") continue;
      const store = this.#host.store(child.account, child.region);
      saveExecution({ ...child, status: "Cancelling", stopping: "Cancel" }, store);
      if (child.fleet) this.stopFleet(child, how);
      else this.cancelStep(child.id);
    }
    this.#tend(execution);
  }

  #childAt(execution: ExecutionRecord, at: number): ExecutionRecord | undefined {
    const { account, region } = placeAt(execution, at);
    const id = execution.steps[at]?.id ?? "";
    return this.#host.store(account, region).collection(executionRecords).get([id]);
  }

  #tendParent({ parentId = "", parentPlace, account, region }: ExecutionRecord): void {
    const place = parentPlace ?? { account, region };
    const kept = this.#host.store(place.account, place.region).collection(executionRecords);
    const parent = kept.get([parentId]);
    if (parent?.fleet) this.#tend(parent);
  }

  /** False when no step waits for a signal. */
  signal(id: string, signal: Signal): boolean {
    const running = this.#running.get(id);
    if (!running) return false;
    running.signals.push(signal);
    running.wake?.();
    return true;
  }

  stop(): void {
    this.#isStopped = true;
    for (const { step } of this.#running.values()) step.abort(new Stopping());
  }

  /** Goes on with an automation that runs on targets. */
  #tend(execution: Pick<ExecutionRecord, "id" | "account" | "region">, failures = 0): void {
    const { storage, clock, log } = this.#host;
    this.#tended(execution)
      .then(() => storage.flushed())
      .catch((error) => {
        log.error(`ssm: the automation ${execution.id} cannot go on`, error);
        // It goes on from what is kept.
        if (isStoreFailure(error))
          clock.setTimer(afterFailures(failures + 1), () => this.#tend(execution, failures + 1));
      });
  }

  async #tended({ id, account, region }: Pick<ExecutionRecord, "id" | "account" | "region">): Promise<void> {
    const store = this.#host.store(account, region);
    const { generation } = store;
    const open = () => {
      if (this.#isStopped || store.generation !== generation) return undefined;
      const kept = store.collection(executionRecords).get([id]);
      return kept?.fleet && kept.endedMs === undefined ? { ...kept, fleet: kept.fleet } : undefined;
    };
    // The answer of StartAutomationExecution comes first.
    await new Promise((resolve) => setImmediate(resolve));
    const before = open();
    if (!before) return;
    let failure: string | undefined;
    let resolved = before.fleet.resolved;
    if (!resolved) {
      announceAutomation(this.#host, before);
      resolved = await resolvedTargets(before, this.#host).catch((error: Error) => {
        failure = error.message;
        return [];
      });
    }
    const found = open();
    if (!found) return;
    const execution = { ...found, fleet: { ...found.fleet, resolved: found.fleet.resolved ?? resolved } };
    const nowMs = this.#host.clock.now();
    const { steps, begin, end } = advanced(execution, (at) => this.#childAt(execution, at));
    const how = failure === undefined ? end : { status: "Failed" as const, failureMessage: failure };
    const begun = begin.map((target) => {
      const made = childOf(execution, target, { id: this.#host.random.uuid(), nowMs });
      const failureMessage = this.#refusalOf(made.child, execution);
      return failureMessage === undefined
        ? made
        : { ...made, child: { ...made.child, status: "Failed" as const, failureMessage, endedMs: nowMs } };
    });
    const after: ExecutionRecord = {
      ...execution,
      steps: [...steps, ...begun.map(({ step }) => step)],
      ...(how && { ...how, endedMs: nowMs }),
    };
    store.transaction(() => {
      for (const { child } of begun) saveExecution(child, this.#host.store(child.account, child.region));
      saveExecution(after, store);
    });
    if (how) {
      announceAutomation(this.#host, after);
      this.#tendParent(after);
    }
    for (const { child } of begun) {
      if (child.endedMs === undefined) this.begin(child);
      else this.#tend(execution);
    }
  }

  /** Why an automation may not act as the role of its own place. */
  #refusalOf({ role, parentPlace }: ExecutionRecord, parent: ExecutionRecord): string | undefined {
    if (role === undefined || parentPlace === undefined) return undefined;
    const actor = actorOf(parent);
    const { account, region } = parent;
    const as = typeof actor === "string" ? actor : actor.arn;
    return this.#host.refusalOfAction("sts:AssumeRole", [role], { as, account, region })?.message;
  }

  async #run({ id, account, region }: ExecutionRecord, running: Running): Promise<void> {
    const store = this.#host.store(account, region);
    const { generation } = store;
    const now = () => this.#host.clock.now();
    const isVoid = () => this.#isStopped || running.isLost || store.generation !== generation;
    const load = () => store.collection(executionRecords).get([id]);
    // The answer of StartAutomationExecution comes first.
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      const execution = isVoid() ? undefined : load();
      if (!execution || execution.endedMs !== undefined) return;
      const step = execution.content.mainSteps?.find(({ name }) => name === execution.next);
      if (!step) {
        const over = ended(execution, now());
        this.#save(over, running);
        announceAutomation(this.#host, over);
        this.#tendParent(over);
        return;
      }
      // A step that a former process left under way stands last.
      const last = execution.steps.at(-1);
      const left = last?.name === step.name && last.endedMs === undefined ? last : undefined;
      const begun = left ?? this.#newRecord(step);
      const before = execution.steps.filter(({ endedMs }) => endedMs !== undefined);
      this.#save({ ...execution, steps: [...before, begun] }, running);
      if (execution.steps.length === 0) announceAutomation(this.#host, execution);
      if (!left) announceAutomation(this.#host, execution, begun);
      running.step = new AbortController();
      // A former process was told to stop, and did not live to obey.
      if (execution.stopping === "Cancel" && !execution.isUndoing)
        running.step.abort(new Error("The automation was cancelled."));
      const outcome = await this.#attempt(step, begun, running, load);
      const after = isVoid() ? undefined : load();
      if (!after) return;
      // What a step has said of itself stays with it also when it fails.
      const current = after.steps.find(({ id }) => id === begun.id) ?? begun;
      const done: StepRecord = { ...current, ...outcome.record, endedMs: now() };
      const others = after.steps.filter(({ id }) => id !== begun.id);
      this.#save(following({ ...after, steps: [...others, done] }, step, outcome), running);
      announceAutomation(this.#host, after, done);
    }
  }

  #newRecord({ name, action, inputs = {} }: StepDeclaration): StepRecord {
    return {
      id: this.#host.random.uuid(),
      name,
      action,
      status: Object.hasOwn(AWAITED, action) ? "Waiting" : "InProgress",
      startedMs: this.#host.clock.now(),
      inputs,
      outputs: {},
    };
  }

  /** Tries a step as often as it may be tried: one that has taken too long is tried again, too. */
  async #attempt(
    step: StepDeclaration,
    begun: StepRecord,
    running: Running,
    load: () => ExecutionRecord | undefined,
  ): Promise<Outcome> {
    let tried: Tried = { id: begun.id, sinceMs: begun.startedMs, progress: begun.outputs };
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#once(step, tried, running, load);
      if (!/^(?:Failed|TimedOut)$/.test(String(outcome.record.status))) return outcome;
      const execution = load();
      if (!execution || attempt >= this.#number(step.maxAttempts, execution, 1)) return outcome;
      this.#setOutputs(step, {}, load);
      tried = { id: this.#host.random.uuid(), sinceMs: this.#host.clock.now(), progress: {} };
    }
  }

  /** A number that may be said by a parameter: `"{{ Attempts }}"`. */
  #number(value: unknown, execution: ExecutionRecord, otherwise: number): number {
    return value === undefined ? otherwise : Number(filled(value, execution, this.#host.clock.now()));
  }

  async #once(
    step: StepDeclaration,
    tried: Tried,
    running: Running,
    load: () => ExecutionRecord | undefined,
  ): Promise<Outcome> {
    const execution = load();
    if (!execution) return { record: { status: "Cancelled" } };
    const { signal } = running.step;
    const late = new AbortController();
    const seconds = this.#number(step.timeoutSeconds, execution, DEFAULT_TIMEOUT_SECONDS[step.action] ?? 0);
    const endsMs = tried.sinceMs + seconds * 1000;
    const timer =
      seconds > 0
        ? this.#host.clock.setTimer(Math.max(0, endsMs - this.#host.clock.now()), () =>
            late.abort(new Error(`The step took more than ${seconds} seconds.`)),
          )
        : undefined;
    let inputs: Record<string, unknown> = {};
    try {
      const action = ACTIONS[step.action];
      if (!action) throw new Error(`Squall does not serve the action ${step.action} yet.`);
      // Steps within a step are filled as they are run, and a condition each time that it is asked.
      const { Steps: _, LoopCondition: __, ...own } = step.inputs ?? {};
      inputs = filled(own, execution, this.#host.clock.now()) as Record<string, unknown>;
      const either = AbortSignal.any([signal, late.signal]);
      const result = await orAborted(
        action({
          ...tried,
          execution,
          step,
          inputs,
          host: this.#host,
          signal: either,
          signalled: () => this.#signalled(running),
          setVariable: (name, value) => this.#setVariable(name, value, load),
          setOutputs: (outputs) => this.#setOutputs(step, outputs, load),
          filledAgain: (value) => filled(value, load() ?? execution, this.#host.clock.now()),
          runSteps: (steps) => this.#runSteps(steps, running, load),
        }),
        either,
      );
      return { record: { status: "Success", inputs, outputs: result.outputs ?? {} }, ...result };
    } catch (error) {
      const status = signal.aborted ? "Cancelled" : late.signal.aborted ? "TimedOut" : "Failed";
      const failureMessage = `Step fails when it is Execute/Cancelling action. ${(error as Error).message}. ${TROUBLESHOOTING}`;
      return { record: { status, inputs, ...(status !== "Cancelled" && { failureMessage }) } };
    } finally {
      timer?.cancel();
    }
  }

  async #signalled(running: Running): Promise<Signal> {
    for (;;) {
      const signal = running.signals.shift();
      if (signal !== undefined) return signal;
      await new Promise<void>((resolve) => {
        running.wake = resolve;
      });
    }
  }

  /** The steps of a loop, once. */
  async #runSteps(
    steps: readonly StepDeclaration[],
    running: Running,
    load: () => ExecutionRecord | undefined,
  ): Promise<void> {
    let step = steps[0];
    while (step) {
      running.step.signal.throwIfAborted();
      const current = step;
      const record = this.#newRecord(current);
      this.#keep(record, load);
      const outcome = await this.#attempt(current, record, running, load);
      // What was under way when Squall stopped, or lost what it had kept, stays as it was.
      if (this.#isStopped || running.isLost) throw new Stopping();
      this.#keep({ ...record, ...outcome.record, endedMs: this.#host.clock.now() }, load);
      const { status, failureMessage } = outcome.record;
      const isWell = status === "Success" || isContinue(current.onFailure);
      const name = isWell ? stepAfter(steps, current, outcome) : stepIn(current.onFailure);
      if (!isWell && name === undefined)
        throw new Error(`The step ${current.name} ended as ${status}: ${failureMessage ?? ""}`);
      step = steps.find((one) => one.name === name);
    }
  }

  /** A step of a loop stands before the loop itself, which is the one that is under way. */
  #keep(record: StepRecord, load: () => ExecutionRecord | undefined): void {
    const execution = load();
    if (!execution) return;
    const last = execution.steps.at(-1);
    const others = execution.steps.slice(0, -1).filter(({ id }) => id !== record.id);
    const steps = last ? [...others, record, last] : [record];
    saveExecution({ ...execution, steps }, this.#host.store(execution.account, execution.region));
  }

  #setOutputs(
    { name }: StepDeclaration,
    outputs: Readonly<Record<string, unknown>>,
    load: () => ExecutionRecord | undefined,
  ): void {
    const execution = load();
    if (!execution) return;
    const at = execution.steps.findLastIndex((step) => step.name === name);
    const steps = execution.steps.map((step, index) => (index === at ? { ...step, outputs } : step));
    saveExecution({ ...execution, steps }, this.#host.store(execution.account, execution.region));
  }

  #setVariable(name: string, value: unknown, load: () => ExecutionRecord | undefined): void {
    const execution = load();
    if (!execution || !Object.hasOwn(execution.variables, name))
      throw new Error(`The runbook declares no variable ${name}.`);
    const store = this.#host.store(execution.account, execution.region);
    saveExecution({ ...execution, variables: { ...execution.variables, [name]: value } }, store);
  }
}

/** One try of a step. */
type Tried = Pick<StepRun, "id" | "sinceMs" | "progress">;

interface Outcome extends StepResult {
  readonly record: Pick<StepRecord, "status"> & Partial<StepRecord>;
}

/** Whatever an action is waiting for, it ends with its step. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** Runbooks write it in either letters. */
const isContinue = (onFailure: string | undefined) => /^continue$/i.test(onFailure ?? "");

const isTrue = (value: unknown) => value === true || value === "true";

/** Where an execution goes after a step. */
function following(execution: ExecutionRecord, step: StepDeclaration, outcome: Outcome): ExecutionRecord {
  const { status, failureMessage } = outcome.record;
  // Also when the step has come to its end as it was to be cancelled.
  if (execution.stopping === "Cancel" && !execution.isUndoing)
    return { ...execution, status: "Cancelling", isUndoing: true, next: stepIn(step.onCancel) };
  if (execution.stopping === "Complete") return { ...execution, next: undefined };
  const next = stepAfter(execution.content.mainSteps ?? [], step, outcome);
  if (status === "Success") return { ...execution, next };
  const { onFailure = "Abort" } = step;
  const isCritical = step.isCritical === undefined ? !isContinue(onFailure) : isTrue(step.isCritical);
  const failed: ExecutionRecord = isCritical
    ? { ...execution, hasFailed: true, failureMessage: execution.failureMessage ?? failureMessage }
    : execution;
  return { ...failed, next: isContinue(onFailure) ? next : stepIn(onFailure) };
}

/** The step that comes when one has not broken off. */
function stepAfter(
  steps: readonly StepDeclaration[],
  { name, isEnd, nextStep }: StepDeclaration,
  { next }: Outcome,
): string | undefined {
  // A choice leads on from the last step, too: https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-branch-condition.html
  const after = steps[steps.findIndex((step) => step.name === name) + 1]?.name;
  return next ?? (isTrue(isEnd) ? undefined : (nextStep ?? after));
}

function ended(execution: ExecutionRecord, nowMs: number): ExecutionRecord {
  const timedOut = execution.steps.at(-1)?.status === "TimedOut";
  const status =
    execution.stopping === "Cancel"
      ? "Cancelled"
      : execution.hasFailed
        ? timedOut
          ? "TimedOut"
          : "Failed"
        : "Success";
  const outputs: Record<string, string[]> = {};
  for (const name of execution.content.outputs ?? []) {
    try {
      outputs[name] = asTexts(filled(`{{ ${name} }}`, execution, nowMs));
    } catch {
      outputs[name] = ["No output available yet because the step is not successfully executed"];
    }
  }
  return { ...execution, status, outputs, endedMs: nowMs, next: undefined };
}
