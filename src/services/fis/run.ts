import { afterFailures, untilKept } from "../../aws/due.ts";
import { begin, type Transition, whenOver } from "../../aws/lifecycle.ts";
import { isPassing } from "../../aws/outbox.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Caller } from "../../core/call.ts";
import { parseDuration, type Timer } from "../../core/clock.ts";
import type { FaultRule, FaultRuleInput } from "../../core/fault.ts";
import { roleSession } from "../../core/role-session.ts";
import type { CallService, ServiceHost } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import { RuleError } from "../../faults/rule-error.ts";
import { ActionFailure, type ActionRun, type FisAction, type ParameterValues, type Undo } from "./action.ts";
import { Debts } from "./debts.ts";
import {
  type Experiment,
  type ExperimentAction,
  type ExperimentError,
  isOver,
  type ResolvedTarget,
} from "./experiment.ts";
import { arnOf, type Place } from "./ids.ts";
import type { Journal } from "./journal.ts";
import { actionLifecycle, experimentLifecycle } from "./lifecycles.ts";
import { Progress } from "./progress.ts";
import { TargetFailure } from "./target-failure.ts";
import { checkTargetQuotas } from "./target-quotas.ts";
import { checkResolved, resolveTarget, targetedAccounts } from "./targets.ts";
import { notActing } from "./template-check.ts";

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const PARALLEL_ACTIONS = 10;
const LONGEST_MS = 12 * 60 * 60_000;
/** What lasts as long as an experiment may ends by itself. */
const GRACE_MS = 60_000;

/** How long is tried again to look at something and to undo what has been done: as long as faults may last that keep it from that. */
const PATIENCE_MS = 30 * 60_000;
/** Operations that change nothing. */
const LOOKS = /^(?:Describe|Get|List)/;

/** An action that acts right now, and how it is ended. */
interface Active {
  undo: Undo | undefined;
  timer: Timer | undefined;
  /** Its calls are not all answered: what it owes is not all known. */
  isStarting: boolean;
  readonly ruleIds: string[];
}

/** Why and how an experiment ends. */
export interface Ending {
  readonly status: "completed" | "stopped" | "failed" | "cancelled";
  readonly reason: string;
  readonly error?: ExperimentError;
}

/**
 * One experiment while it runs. What it is lies in the store at every moment; what only lives with the process (timers,
 * rules, undo) lies here.
 *
 * Actions start when those that they start after are done, end when their time is over, and are undone exactly once:
 * at their own end or, in reverse order, at the experiment's.
 */
export class ExperimentRun {
  readonly id: string;
  readonly arn: string;
  readonly place: Place;
  readonly #host: ServiceHost;
  readonly #actions: ReadonlyMap<string, FisAction>;
  readonly #journal: Journal;
  readonly #progress: Progress;
  readonly #debts: Debts;
  /** In the order in which they started. */
  readonly #active = new Map<string, Active>();
  readonly #abort = new AbortController();
  /** The process ends. */
  readonly #interrupted = new AbortController();
  /** Actions that are still starting, and for which nothing outside has to answer. */
  readonly #starting: Promise<unknown>[] = [];
  /** Actions whose time is over, and which are not undone yet. */
  readonly #undoing = new Set<Promise<void>>();
  /** Ends it when it has run as long as an experiment may. */
  #limit: Timer | undefined;
  #ending: Promise<void> | undefined;

  constructor(
    id: string,
    place: Place,
    parts: { host: ServiceHost; actions: ReadonlyMap<string, FisAction>; journal: Journal },
  ) {
    this.id = id;
    this.place = place;
    this.arn = arnOf("experiment", id, place);
    this.#host = parts.host;
    this.#actions = parts.actions;
    this.#journal = parts.journal;
    this.#progress = new Progress(id, place, parts);
    this.#debts = new Debts(parts.host.store(place.account, place.region));
  }

  /** False when its experiment is not there any more: the store could not keep it, or has been emptied. */
  get isKept(): boolean {
    return this.#progress.isKept;
  }

  get experiment(): Experiment {
    return this.#progress.experiment;
  }

  /** The process has ended before the experiment has. */
  get isInterrupted(): boolean {
    return this.#interrupted.signal.aborted;
  }

  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** Its first stage, when that lasts. */
  initiate(): Transition | undefined {
    return begin(experimentLifecycle, "initiating", this.arn, this.place, this.#host);
  }

  /**
   * Resolves the targets and starts what can be started, once its first stage is over.
   * @param mayStart looks at the stop conditions; the ending, when one of them is met already
   */
  async begin(
    mayStart: () => Promise<Ending | undefined>,
    initiating: Transition | undefined,
  ): Promise<void> {
    this.#journal.experimentStarted(this.experiment);
    if (initiating) {
      const reason = await whenOver(initiating, this.#host, this.#abort.signal);
      if (this.isEnding) return;
      const error = { accountId: this.place.account, code: "InternalFailure" };
      if (reason !== undefined) return this.end({ status: "failed", reason, error });
    }
    if (!(await this.#resolveTargets()) || this.isEnding) return;
    const ending = await mayStart();
    if (ending) {
      await this.end(ending);
      return;
    }
    if (this.isEnding) return;
    this.#progress.setState("running", "Experiment is running.");
    this.#limit = this.#host.clock.setTimer(LONGEST_MS + GRACE_MS, () => {
      // How AWS ends it is not documented.
      const reason = "The experiment has run for 12 hours, which is the quota of an experiment's duration.";
      void this.#fail(reason, "QuotaExceededFailure", "experiment");
    });
    if (this.experiment.actionsMode === "skip-all") {
      for (const name of Object.keys(this.experiment.actions))
        this.#progress.endAction(name, "skipped", "Action was skipped.");
    }
    this.#startReady();
    await Promise.allSettled(this.#starting.splice(0));
  }

  /** Ends it: what runs is stopped and undone, what waits is cancelled. The second of two endings changes nothing. */
  end(ending: Ending): Promise<void> {
    this.#ending ??= this.#end(ending).catch((error: unknown) => {
      this.#host.log.error(`Experiment ${this.id} could not be ended.`, error);
      this.#host.faults.removeOwner(this.arn);
    });
    return this.#ending;
  }

  /**
   * Ends everything at once because the process does. That it has ended is the next one's to say.
   * @returns resolves when what is outside of Squall has been undone
   */
  interrupt(): Promise<unknown> {
    this.#interrupted.abort();
    const undone: unknown[] = [];
    if (this.isKept && isOver(this.experiment.state.status)) return Promise.resolve();
    this.#ending ??= Promise.resolve();
    this.#abort.abort();
    this.#limit?.cancel();
    for (const [name, active] of [...this.#active].reverse()) {
      this.#active.delete(name);
      active.timer?.cancel();
      undone.push(active.undo?.());
    }
    this.#host.faults.removeOwner(this.arn);
    return Promise.allSettled(undone);
  }

  async #end({ status, reason, error }: Ending): Promise<void> {
    // Everything up to the first undo that waits happens in this turn: no call meets a fault of a stopped experiment.
    if (status === "stopped") this.#progress.setState("stopping", "Stopping Experiment.");
    this.#abort.abort();
    this.#limit?.cancel();
    for (const [name, { state }] of Object.entries(this.experiment.actions)) {
      if (state.status === "pending") this.#progress.endAction(name, "cancelled", "Action was cancelled.");
    }
    // What one action has to undo is not to meet the faults of another.
    this.#host.faults.removeOwner(this.arn);
    for (const name of [...this.#active.keys()].reverse()) {
      this.#progress.setAction(name, { status: "stopping", reason: "Action is stopping." });
      const undone = this.#undo(name);
      const left = undone && (await undone);
      if (this.isInterrupted) return;
      this.#progress.endAction(name, "stopped", left ?? "Action was stopped.");
    }
    await Promise.all(this.#undoing);
    const stopping =
      status === "stopped"
        ? begin(experimentLifecycle, "stopping", this.arn, this.place, this.#host)
        : undefined;
    if (stopping) await whenOver(stopping, this.#host, this.#interrupted.signal);
    if (this.isInterrupted) return;
    this.#progress.setState(status, reason, error);
    // Its report belongs to its end.
    untilKept(this.#host, () => {
      if (this.isKept) this.#journal.experimentEnded(this.experiment);
    });
  }

  /** False when the experiment has failed over it. */
  async #resolveTargets(): Promise<boolean> {
    const { targets, emptyTargetResolutionMode } = this.experiment;
    const resolved: ResolvedTarget[] = [];
    for (const [name, target] of Object.entries(targets)) {
      this.#journal.targetResolutionStarted(name);
      const type = target.resourceType ?? "";
      try {
        const found = await resolveTarget(name, target, this.experiment, this.place, this.#host);
        checkResolved(found, emptyTargetResolutionMode);
        resolved.push(...found);
        checkTargetQuotas(this.experiment, this.#actions, resolved, this.#host.setting("target-quota"));
        this.#journal.targetResolved(name, type, { resolved: found });
      } catch (error) {
        if (!(error instanceof TargetFailure)) throw error;
        this.#journal.targetResolved(name, type, { failure: error.message, code: error.code });
        await this.#fail(error.message, error.code, `targets.${name}`);
        return false;
      }
    }
    this.#progress.change({ resolvedTargets: resolved });
    return true;
  }

  /** Starts what waits for nothing any more; completes the experiment when nothing is left. */
  #startReady(): void {
    for (;;) {
      if (this.isEnding) return;
      const { actions } = this.experiment;
      const isDone = (name: string) => ["completed", "skipped"].includes(actions[name]?.state.status ?? "");
      const [ready] =
        Object.entries(actions).find(
          ([, { state, startAfter = [] }]) => state.status === "pending" && startAfter.every(isDone),
        ) ?? [];
      if (ready === undefined || this.#active.size >= PARALLEL_ACTIONS) {
        if (Object.values(actions).every(({ state }) => isOver(state.status))) {
          void this.end({ status: "completed", reason: "Experiment completed." });
        }
        return;
      }
      this.#start(ready);
    }
  }

  #start(name: string): void {
    const given = sure(this.experiment.actions[name]); // The run asks for its own experiment's actions.
    const action = this.#actions.get(given.actionId);
    if (hasOnlyEmptyTargets(given, this.experiment.resolvedTargets)) {
      this.#progress.endAction(name, "skipped", "Action was skipped.");
      return;
    }
    this.#progress.setAction(name, { status: "initiating", reason: "Action is initiating." });
    this.#journal.actionStarted(name, sure(this.experiment.actions[name])); // As it is now.
    if (action?.start === undefined) {
      this.#failAction(name, notActing(given.actionId, name));
      return;
    }
    const active: Active = { undo: undefined, timer: undefined, isStarting: true, ruleIds: [] };
    this.#active.set(name, active);
    const initiating = begin(actionLifecycle, "initiating", this.arn, this.place, this.#host);
    if (initiating === undefined) {
      this.#act(name, given, action, active);
      return;
    }
    void whenOver(initiating, this.#host, this.#abort.signal).then((failure) => {
      if (this.#active.get(name) !== active) return;
      if (failure === undefined) this.#act(name, given, action, active);
      else this.#startFailed(name, new ActionFailure(failure, "InternalFailure"));
      this.#startReady();
    });
  }

  #act(name: string, given: ExperimentAction, action: FisAction, active: Active): void {
    try {
      this.#checkPermissions(given, action);
      const started = sure(action.start)(this.#actionRun(name, given, active));
      if (!(started instanceof Promise)) {
        this.#started(name, active, started);
        return;
      }
      const settled = started.then(
        (undo) => this.#startedLate(name, active, undo),
        (error: unknown) => this.#startFailed(name, error),
      );
      if (!action.callsServices) this.#starting.push(settled);
    } catch (error) {
      this.#startFailed(name, error);
    }
  }

  /** @throws ActionFailure when IAM decides, and the experiment's role may not do what the action does */
  #checkPermissions({ targets = {} }: ExperimentAction, { permissions = [] }: FisAction): void {
    const { experiment, place } = this;
    for (const { action, on } of permissions) {
      const targetName = on === "experiment" ? undefined : targets[on.target];
      const resources =
        on === "experiment"
          ? [this.arn]
          : experiment.resolvedTargets
              .filter((resolved) => resolved.targetName === targetName)
              .map(({ arn }) => arn);
      const refusal = this.#host.refusalOfAction(action, resources, { as: experiment.roleArn, ...place });
      if (refusal) throw new ActionFailure(refusal.message, "AuthorizationFailure");
    }
  }

  #started(name: string, active: Active, undo: Undo | undefined): void {
    active.undo = undo;
    active.isStarting = false;
    const lastsMs = this.#lastsMs(sure(this.experiment.actions[name])); // It has just been started.
    this.#progress.setAction(name, { status: "running", reason: "Action is running." });
    if (lastsMs === 0) {
      this.#complete(name);
      return;
    }
    active.timer = this.#host.clock.setTimer(lastsMs, () => {
      this.#complete(name);
      this.#startReady();
    });
  }

  /** The experiment may have ended while the action was still starting: then it has to be undone here. */
  #startedLate(name: string, active: Active, undo: Undo | undefined): void {
    if (this.#active.get(name) !== active) {
      this.#removeRules(active);
      void undo?.();
      void this.#settle(name);
      return;
    }
    this.#started(name, active, undo);
    this.#startReady();
  }

  #startFailed(name: string, error: unknown): void {
    const active = this.#active.get(name);
    if (active) active.isStarting = false;
    if (this.isEnding) {
      void this.#settle(name);
      return;
    }
    void this.#undo(name);
    if (error instanceof ActionFailure) {
      this.#failAction(name, error.message, error.code);
    } else if (error instanceof AwsError) {
      this.#failAction(name, `${error.code}: ${error.message}`, "DependentServiceFailure");
    } else {
      this.#host.log.debug(() => `Action "${name}" of ${this.id} failed: ${(error as Error).stack}`);
      this.#failAction(name, (error as Error).message, "ConfigurationFailure");
    }
  }

  #complete(name: string): void {
    if (this.isEnding || !this.#active.has(name)) return;
    const complete = () => this.#progress.endAction(name, "completed", "Action was completed.");
    const undone = this.#undo(name);
    if (undone === undefined) {
      complete();
      return;
    }
    const over = undone.then((left) => {
      this.#undoing.delete(over);
      if (this.isInterrupted) return;
      if (left === undefined) complete();
      else this.#failAction(name, left, "DependentServiceFailure");
      this.#startReady();
    });
    this.#undoing.add(over);
  }

  #failAction(name: string, reason: string, code = "ConfigurationFailure"): void {
    this.#progress.endAction(name, "failed", reason, code);
    void this.#fail(reason, code, `actions.${name}`);
  }

  #fail(reason: string, code: string, location: string): Promise<void> {
    const error = { accountId: this.place.account, code, location };
    return this.end({ status: "failed", reason, error });
  }

  /** Ends what an action does, once. A promise only when the undoing takes time: of what is left as it is, and why. */
  #undo(name: string): Promise<string | undefined> | undefined {
    const active = this.#active.get(name);
    if (active === undefined) return undefined;
    this.#active.delete(name);
    active.timer?.cancel();
    this.#removeRules(active);
    const failed = (error: unknown) =>
      this.#host.log.error(`Action "${name}" of ${this.id} could not be undone.`, error);
    let undone: Promise<void> | undefined;
    try {
      undone = active.undo?.() ?? undefined;
    } catch (error) {
      failed(error);
    }
    const settled = active.isStarting ? undefined : this.#settle(name);
    if (undone === undefined) return settled;
    return undone.catch(failed).then(() => settled);
  }

  /** Pays what an action owes, once. A promise only when it owes something. Where this process ends, the next one pays. */
  #settle(name: string): Promise<string | undefined> | undefined {
    if (this.isInterrupted) return undefined;
    const owed = this.isKept ? this.#debts.of(this.id, name) : [];
    return owed.length === 0 ? undefined : this.#pay(name, owed);
  }

  /** @returns what is left as it is, and why */
  async #pay(name: string, owed: ReturnType<Debts["of"]>): Promise<string | undefined> {
    const given = sure(this.experiment.actions[name]);
    const action = this.#actions.get(given.actionId);
    const acting = this.#actionRun(name, given, noRules());
    // That the experiment is stopped does not stop what undoes it.
    const { signal } = this.#interrupted;
    const call: CallService = (service, operation, input, options) =>
      acting.call(service, operation, input, { signal, ...options });
    const run: ActionRun = { ...acting, call, signal };
    let left: string | undefined;
    const undoing = `What action "${name}" undoes`;
    for (const { key, value } of owed) {
      try {
        await this.#patiently(undoing, async () => action?.settle?.(value.owed, run), signal);
      } catch (error) {
        // The next process tries again.
        if (this.isInterrupted) return undefined;
        this.#host.log.error(`Action "${name}" of ${this.id} could not be undone.`, error);
        const { name: code, message } = error as Error;
        left ??= `The action could not be undone: ${code}: ${message}`;
      }
      untilKept(this.#host, () => {
        if (this.isKept) this.#debts.delete(key);
      });
    }
    return left;
  }

  /** Does again what a fault may keep from being done for a time. @throws what has kept it from that in the end */
  async #patiently<T>(what: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, log } = this.#host;
    const untilMs = clock.now() + PATIENCE_MS;
    for (let failures = 1; ; failures++) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || signal.aborted || clock.now() >= untilMs) throw error;
        const { message } = error as Error;
        log.warn(`${what} of ${this.id} cannot be done yet, and is tried again: ${message}`);
      }
      await clock.sleep(afterFailures(failures), signal);
    }
  }

  /** Pays what an experiment of an earlier process owes, in the reverse of the order in which it came about. */
  async settle(): Promise<void> {
    for (const debt of this.#debts.of(this.id)) await this.#pay(debt.value.action, [debt]);
  }

  #removeRules({ ruleIds }: Active): void {
    for (const id of ruleIds.splice(0).reverse()) this.#host.faults.remove(id);
  }

  /**
   * A session of a role in another account, which the experiment's role assumes, and not the service.
   * https://docs.aws.amazon.com/fis/latest/userguide/multi-account-prerequisites.html
   */
  #chained(role: string): Caller {
    const { experiment, place, id } = this;
    const refusal = this.#host.refusalOfAction("sts:AssumeRole", [role], {
      as: experiment.roleArn,
      ...place,
    });
    if (refusal) throw refusal;
    const [, , , , account = place.account] = role.split(":");
    return roleSession(role, id, account);
  }

  #actionRun(name: string, given: ExperimentAction, active: Active): ActionRun {
    const { experiment, place } = this;
    // In another account it has the role that the template's configuration of that account gives it.
    const actorIn = (account: string): string | Caller => {
      const configured = experiment.accountConfigurations.find(({ accountId }) => accountId === account);
      return configured ? this.#chained(configured.roleArn) : experiment.roleArn;
    };
    const call: CallService = <O>(...[service, operation, input, options]: Parameters<CallService>) => {
      const { signal = this.#abort.signal } = options ?? {};
      const ask = () =>
        this.#host.call<O>(service, operation, input, {
          account: place.account,
          region: place.region,
          as: actorIn(options?.account ?? place.account),
          origin: `experiment(${name})`,
          ...options,
          signal,
        });
      return LOOKS.test(operation)
        ? this.#patiently(`${operation} for action "${name}"`, async () => ask(), signal)
        : ask();
    };
    return {
      experiment: {
        id: this.id,
        arn: this.arn,
        account: place.account,
        accounts: targetedAccounts(experiment, place),
        region: place.region,
        roleArn: experiment.roleArn,
      },
      name,
      parameters: (given.parameters ?? {}) as ParameterValues,
      targets: (key) => {
        const targetName = given.targets?.[key];
        if (targetName === undefined) return undefined;
        return experiment.resolvedTargets.filter((resolved) => resolved.targetName === targetName);
      },
      targetParameters: (key) =>
        (experiment.targets[given.targets?.[key] ?? ""]?.parameters ?? {}) as ParameterValues,
      owe: (owed) => this.#debts.add(this.id, name, owed),
      addRule: (rule) => this.#addRule(name, given, active, rule),
      call,
      host: this.#host,
      log: this.#host.log,
      complete: () => {
        if (this.#active.get(name) !== active) return;
        this.#complete(name);
        this.#startReady();
      },
      fail: (failure) => {
        if (this.#active.get(name) === active) this.#startFailed(name, failure);
      },
      signal: this.#abort.signal,
      interrupted: this.#interrupted.signal,
    };
  }

  #addRule(name: string, given: ExperimentAction, active: Active, rule: FaultRuleInput): FaultRule {
    const owned = {
      ...rule,
      id: this.#ruleId(name),
      owner: this.arn,
      note: `${given.actionId} of ${this.id}`,
    };
    const added = this.#addMortal(owned, this.#lastsMs(given));
    this.#journal.ruleAdded(name, added);
    if (this.#active.get(name) === active) active.ruleIds.push(added.id);
    // The experiment has ended while the action was still starting.
    else this.#host.faults.remove(added.id);
    return added;
  }

  /**
   * The rule ends by itself a moment after its action, whoever has it by then: other gateways of a fleet may not hear of the
   * end. Where no rule may live so long, it ends when any rule does.
   */
  #addMortal(rule: FaultRuleInput, lastsMs: number): FaultRule {
    const { faults } = this.#host;
    if (lastsMs === 0 || rule.ttl !== undefined || rule.until !== undefined) return faults.add(rule);
    try {
      return faults.add({ ...rule, ttl: lastsMs + 1 });
    } catch (error) {
      if (error instanceof RuleError && error.field === "ttl") return faults.add(rule);
      throw error;
    }
  }

  /** How long an action goes on; 0 for one that is over at once, or goes on until it is stopped. */
  #lastsMs({ actionId, parameters = {} }: ExperimentAction): number {
    const action = this.#actions.get(actionId);
    return action?.lasts?.(parameters) ?? parseDuration(parameters["duration"]) ?? 0;
  }

  /** The same for the same action in every run, because the rule's draws depend on it: one seed, one course of events. */
  #ruleId(name: string): string {
    const base = `fis/${name.replace(/[^\w.-]+/g, "-").slice(0, 200)}`;
    let id = base;
    for (let n = 2; this.#host.faults.get(id) !== undefined; n++) id = `${base}/${n}`;
    return id;
  }
}

/** What an action is that only pays. */
const noRules = (): Active => ({ undo: undefined, timer: undefined, isStarting: false, ruleIds: [] });

/** Under `skip` a target may have come out empty; an action of which nothing is left is skipped. */
function hasOnlyEmptyTargets(
  { targets = {} }: ExperimentAction,
  resolved: readonly ResolvedTarget[],
): boolean {
  const names = Object.values(targets);
  return names.length > 0 && names.every((name) => !resolved.some(({ targetName }) => targetName === name));
}
