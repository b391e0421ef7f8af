import { setTimeout as pause } from "node:timers/promises";
import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { FisAction } from "./action.ts";
import type { Actions } from "./actions.ts";
import { Debts } from "./debts.ts";
import { EXPERIMENTS, type Experiment, isOver } from "./experiment.ts";
import { arnOf, type Place } from "./ids.ts";
import { interrupted } from "./interruption.ts";
import type { Journal } from "./journal.ts";
import { type Ending, ExperimentRun } from "./run.ts";

/** So long nobody waits for a stop. */
const PATIENCE_MS = 5_000;
const INTERRUPTED = "Squall was stopped while the experiment was running.";

interface Alarms {
  readonly MetricAlarms?: readonly { AlarmArn?: string; StateValue?: string }[];
  readonly CompositeAlarms?: readonly { AlarmArn?: string; StateValue?: string }[];
}

/** Who is told of an experiment's life. */
type JournalOf = (
  run: { readonly arn: string; readonly id: string; readonly place: Place },
  experiment: Experiment,
) => Journal;

/** The experiments that run now, in every account and region, and what ends them from outside. */
export class Runs {
  readonly #host: ServiceHost;
  readonly #journalOf: JournalOf;
  /** By ARN. */
  readonly #runs = new Map<string, ExperimentRun>();
  /** Those of an earlier process that are being undone. */
  readonly #late = new Set<ExperimentRun>();
  readonly #unsubscribe: () => void;

  constructor(host: ServiceHost, journalOf: JournalOf) {
    this.#host = host;
    this.#journalOf = journalOf;
    this.#unsubscribe = host.bus.subscribe("cloudwatch.alarm", ({ alarmArn, state }) => {
      if (state === "ALARM") this.#halt(alarmArn);
    });
  }

  /** Begins an experiment that is in the store; resolves when its first actions have begun, never rejects. */
  async begin(
    experiment: Experiment,
    { account, region }: Place,
    actions: ReadonlyMap<string, FisAction>,
  ): Promise<void> {
    const { id, stopConditions } = experiment;
    const place: Place = { account, region };
    const run: ExperimentRun = new ExperimentRun(id, place, {
      host: this.#host,
      actions,
      journal: this.#journal(experiment, place),
    });
    this.#runs.set(run.arn, run);
    const alarms = stopConditions.flatMap(({ source, value }) =>
      source === "none" || value === undefined ? [] : value,
    );
    const initiating = run.initiate();
    const begun = this.#carryOn(run, () => run.begin(() => this.#metCondition(alarms, place), initiating));
    // Who starts it does not wait for a stage that lasts.
    if (initiating === undefined) await begun;
  }

  async #carryOn(run: ExperimentRun, begin: () => Promise<void>): Promise<void> {
    try {
      await begin();
    } catch (error) {
      this.#host.log.error(`Experiment ${run.id} failed inside Squall.`, error);
      await run.end({
        status: "failed",
        reason: "An internal error occurred.",
        error: { accountId: run.place.account, code: "InternalFailure" },
      });
    }
  }

  #journal(experiment: Experiment, place: Place): Journal {
    const { id } = experiment;
    return this.#journalOf({ id, place, arn: arnOf("experiment", id, place) }, experiment);
  }

  get(arn: string): ExperimentRun | undefined {
    return this.#runs.get(arn);
  }

  /** Those of an account and region that are not over. */
  in({ account, region }: Place): ExperimentRun[] {
    this.#forget();
    return [...this.#runs.values()].filter(
      ({ place }) => place.account === account && place.region === region,
    );
  }

  /**
   * Ends experiments that were running when an earlier process ended, and has undone what they have changed.
   * @returns resolves when all of them are over
   */
  async settle(actions: Actions): Promise<void> {
    const late: Promise<void>[] = [];
    for (const place of this.#host.scopes()) {
      const store = this.#host.store(place.account, place.region);
      const experiments = store.collection(EXPERIMENTS);
      const owing = new Debts(store).experiments();
      for (const experiment of [...experiments.by("active").values()]) {
        if (owing.has(experiment.id)) {
          const state = { status: "stopping", reason: INTERRUPTED } as const;
          experiments.put([experiment.id], { ...experiment, state });
        } else this.#leave(experiment, place);
      }
      for (const experiment of experiments.values())
        if (experiment.report?.state?.status === "running")
          this.#journal(experiment, place).takenUp(experiment);
      for (const id of owing) {
        const experiment = experiments.get([id]);
        if (experiment) late.push(this.#settleLate(experiment, place, actions));
      }
    }
    await Promise.all(late);
  }

  async #settleLate(experiment: Experiment, place: Place, actions: Actions): Promise<void> {
    using _work = this.#host.atWork();
    // What services call comes when all of them are there.
    await new Promise((resolve) => setImmediate(resolve));
    const { id } = experiment;
    const run = new ExperimentRun(id, place, {
      host: this.#host,
      actions: actions.used(Object.values(experiment.actions)),
      journal: this.#journal(experiment, place),
    });
    this.#late.add(run);
    await run
      .settle()
      .catch((error: unknown) => this.#host.log.error(`Experiment ${id} could not be undone.`, error));
    if (this.#late.delete(run) && run.isKept && !isOver(run.experiment.state.status))
      this.#leave(run.experiment, place);
  }

  #leave(experiment: Experiment, place: Place): void {
    const over = interrupted(experiment, INTERRUPTED, place, this.#host.clock.now());
    this.#host.store(place.account, place.region).collection(EXPERIMENTS).put([experiment.id], over);
    void this.#tellEnd(experiment, over, place);
  }

  /** Tells how an experiment of an earlier process ended to all who would have been told. */
  async #tellEnd(before: Experiment, over: Experiment, place: Place): Promise<void> {
    using _work = this.#host.atWork();
    // What services call comes when all of them are there.
    await new Promise((resolve) => setImmediate(resolve));
    const journal = this.#journal(over, place);
    journal.takenUp(before);
    for (const [name, action] of Object.entries(over.actions))
      if (!isOver(before.actions[name]?.state.status ?? "")) journal.actionEnded(name, action);
    journal.stateChanged(over, before.state);
    journal.experimentEnded(over);
  }

  /** Ends them all because the process does, and waits a moment for what they have done outside of it to be undone. */
  async close(): Promise<void> {
    this.#unsubscribe();
    const undone = [...this.#runs.values(), ...this.#late].map((run) => run.interrupt());
    this.#runs.clear();
    this.#late.clear();
    const parted = new AbortController();
    const patience = pause(PATIENCE_MS, undefined, { signal: parted.signal }).catch(() => {});
    await Promise.race([Promise.all(undone), patience]);
    parted.abort();
  }

  #forget(): void {
    for (const [arn, run] of this.#runs) {
      if (run.isKept && !isOver(run.experiment.state.status)) continue;
      void run.interrupt();
      this.#runs.delete(arn);
    }
  }

  #halt(alarmArn: string): void {
    this.#forget();
    for (const run of this.#runs.values()) {
      if (run.experiment.stopConditions.some(({ value }) => value === alarmArn)) void run.end(HALTED);
    }
  }

  /** An alarm that is in ALARM already keeps the experiment from starting. */
  async #metCondition(alarmArns: readonly string[], { account }: Place): Promise<Ending | undefined> {
    for (const alarmArn of alarmArns) {
      const arn = parseArn(alarmArn);
      if (arn === undefined || !this.#host.serves("cloudwatch")) continue;
      const input = {
        AlarmNames: [arn.resource.replace(/^alarm:/, "")],
        AlarmTypes: ["MetricAlarm", "CompositeAlarm"],
      };
      const where = {
        account: arn.account || account,
        region: arn.region,
        as: "fis.amazonaws.com",
        origin: "experiment",
      };
      let alarms: Alarms;
      try {
        alarms = await this.#host.call<Alarms>("cloudwatch", "DescribeAlarms", input, where);
      } catch (error) {
        this.#host.log.warn(
          `The stop condition ${alarmArn} could not be looked at: ${(error as Error).message}`,
        );
        continue;
      }
      const all = [...(alarms.MetricAlarms ?? []), ...(alarms.CompositeAlarms ?? [])];
      const alarm = all.find(({ AlarmArn }) => AlarmArn === alarmArn);
      if (alarm === undefined) return noSuchAlarm(alarmArn, account);
      if (alarm.StateValue === "ALARM") return HALTED;
    }
    return undefined;
  }
}

const HALTED: Ending = { status: "stopped", reason: "Experiment halted by stop condition." };

function noSuchAlarm(alarmArn: string, account: string): Ending {
  return {
    status: "failed",
    reason: `The alarm ${alarmArn} of a stop condition does not exist.`.slice(0, 512),
    error: { accountId: account, code: "ConfigurationFailure", location: "stopConditions" },
  };
}
