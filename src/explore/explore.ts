import { check, type Found } from "../checks/checks.ts";
import { sure } from "../core/sure.ts";
import { numberOf } from "../core/text.ts";
import { type Baseline, runBaseline } from "./baseline.ts";
import { declaredKinds, type FaultKind, faultKinds } from "./fault-kinds.ts";
import { ENOUGH, type Finding, makeFinding } from "./finding.ts";
import { Foreseen } from "./foreseen.ts";
import { inParallel } from "./in-parallel.ts";
import { failuresIn, judge } from "./judge.ts";
import type { Lock } from "./lock.ts";
import { distinctPairs, namesOf, type PairChoice, pairsAfter, pairsOfSupports } from "./pairs.ts";
import { type Experiment, type PassedOver, type Plan, planSingles } from "./plan.ts";
import { CannotRun, type Patience } from "./program.ts";
import { firedIn, type Result } from "./result.ts";
import { fewestAttempts } from "./shrink.ts";
import { callsAt, type Site } from "./sites.ts";
import { hasNoCalls, patienceAfter, runTrial, type Trial, type TrialSetting } from "./trial.ts";

export interface ExploreSetting extends TrialSetting {
  /** `default`, `deep`, or names of fault kinds. */
  readonly faults: string;
  /** Only sites of these services. */
  readonly services?: readonly string[];
  /** Real milliseconds that all runs may take together. */
  readonly budgetMs: number;
  /** Runs at once, each in a cloud of its own. */
  readonly workers: number;
  readonly lock: Lock;
  /** The test that the command runs, when it runs one of many. */
  readonly unit?: string;
  /** What earlier explorations of the same program have shown. */
  readonly foreseen?: Foreseen;
  /** Leave out what was survived before and has not changed. */
  readonly onlyChanged: boolean;
  /** Aborted: no further run is made, and what one that is cut short shows does not count. */
  readonly signal?: AbortSignal;
  /** Progress, a line at a time. */
  say(line: string): void;
  /** What has been found out so far, whenever that is more than before. Findings are yet to be confirmed. */
  shows?(soFar: () => Exploration): void;
}

/** What exploration has found out. */
export interface Exploration {
  /** Undefined: the command does not even succeed without a fault, or not twice in the same way. */
  readonly baselineFailure?: string;
  readonly baseline: readonly Trial[];
  readonly sites: readonly Site[];
  readonly struck: number;
  /** Resources that differ between two fault-free runs. */
  readonly unstable: readonly string[];
  readonly results: readonly Result[];
  readonly findings: readonly Finding[];
  /** Findings that are accepted in the lock. */
  readonly accepted: readonly Finding[];
  /** What will go wrong one day, seen in a fault-free run (squall check). */
  readonly remarks: readonly Found[];
  readonly passedOver: readonly PassedOver[];
  readonly singles: { readonly planned: number; readonly done: number };
  readonly pairs: { readonly planned: number; readonly done: number };
  readonly tookMs: number;
  readonly isInterrupted?: boolean;
  /** No fault-free run makes an AWS call. */
  readonly hasNoCalls?: boolean;
  /** Of an exploration test by test. */
  readonly tests?: TestsExplored;
}

/** How many tests there are, and which of them say nothing. */
export interface TestsExplored {
  readonly all: number;
  /** They make no AWS call. */
  readonly withoutCalls: readonly string[];
  /** They fail without any fault. */
  readonly failed: readonly { readonly name: string; readonly why: string }[];
  /** The budget was used up before their turn. */
  readonly untried: readonly string[];
}

/** Finds the faults that a command does not survive. */
export async function explore(setting: ExploreSetting): Promise<Exploration> {
  const startedAt = performance.now();
  const named = faultKinds(setting.faults);
  const baseline = await runBaseline(setting, setting.workers, setting.signal);
  if (baseline.failure !== undefined) return unexplored(baseline, performance.now() - startedAt);
  const isOver = () => setting.signal?.aborted === true || performance.now() - startedAt > setting.budgetMs;
  return new Explorer(setting, baseline, named, isOver).explore(startedAt);
}

/** The faults of one command, one run after the other. */
class Explorer {
  readonly #setting: ExploreSetting;
  readonly #baseline: Baseline;
  readonly #isOver: () => boolean;
  readonly #patience: Patience;
  readonly #sites: readonly Site[];
  readonly #plan: Plan;
  readonly #choice: PairChoice;
  readonly #foreseen: Foreseen;
  readonly #results: Result[] = [];
  /** Of experiments that others of their kind still run beside: in the order in which they ended. */
  #early: Result[] = [];
  readonly #passedOver: PassedOver[];
  readonly #done = { singles: { planned: 0, done: 0 }, pairs: { planned: 0, done: 0 } };

  constructor(
    setting: ExploreSetting,
    baseline: Baseline,
    named: readonly FaultKind[],
    isOver: () => boolean,
  ) {
    this.#setting = setting;
    this.#baseline = baseline;
    this.#isOver = isOver;
    this.#patience = patienceAfter(baseline.trials);
    this.#foreseen = setting.foreseen ?? new Foreseen();
    const { services } = setting;
    const asked = ({ service }: Site) => services?.includes(service) ?? true;
    this.#sites = baseline.sites.map((site) =>
      asked(site) || site.passedOver !== undefined
        ? site
        : { ...site, passedOver: "its service was not asked for" },
    );
    refuseOthers(services, this.#sites);
    const kinds = setting.faults === "deep" ? [...named, ...declaredKinds(this.#sites)] : named;
    this.#plan = planSingles(this.#sites, kinds, (site, kind) => !this.#isKnown(site, kind));
    this.#passedOver = [...this.#plan.passedOver];
    const isCoarse = this.#sites.some((site) => site.isCoarse);
    this.#choice = { known: new Set(this.#sites.map(namesOf)), kinds, isCoarse, asked };
  }

  async explore(startedAt: number): Promise<Exploration> {
    const { trials } = this.#baseline;
    const { lock, unit } = this.#setting;
    this.#setting.say(this.#introduction());
    const failures = failuresIn(sure(trials[0]).world);
    if (failures.length > 0)
      this.#setting.say(
        `failing    without any fault: ${failures.join(", ")}. What fails anyway says little under a fault.`,
      );
    const wanted = this.#unknown();
    const before = this.#passedOver.length;
    const show = () => this.#setting.shows?.(() => this.#exploration(this.#merged(), startedAt));
    const singles = await this.#runAll("singles", wanted, show);
    // What others have shown meanwhile is not left undone.
    this.#done.singles.planned -= this.#passedOver.length - before;
    const pairs = distinctPairs([...pairsOfSupports(singles), ...singles.flatMap(({ leadsTo }) => leadsTo)]);
    await this.#runAll("pairs", pairs, show);
    const found = await this.#confirmed(this.#merged());
    for (const { experiment, verdict } of this.#results) {
      const [strike] = experiment.strikes;
      if (experiment.strikes.length === 1)
        lock.note(sure(strike).site, sure(strike).kind, verdict.kind, unit);
    }
    return this.#exploration(found, startedAt);
  }

  #exploration(found: readonly Finding[], startedAt: number): Exploration {
    const { world, trials } = this.#baseline;
    const { lock, signal } = this.#setting;
    return {
      baseline: trials,
      sites: this.#sites,
      struck: this.#plan.struck,
      unstable: [...world.unstable],
      results: [...this.#results, ...this.#early],
      findings: found.filter(({ id }) => !lock.accepts(id)),
      accepted: found.filter(({ id }) => lock.accepts(id)),
      remarks: check({ calls: sure(trials[0]).calls, resources: sure(trials[0]).world }),
      passedOver: [...this.#passedOver],
      singles: { ...this.#done.singles },
      pairs: { ...this.#done.pairs },
      tookMs: performance.now() - startedAt,
      isInterrupted: signal?.aborted ?? false,
    };
  }

  #isKnown(site: Site, kind: FaultKind): boolean {
    return this.#setting.lock.knows(site, kind, this.#setting.unit);
  }

  #introduction(): string {
    const { trials, world } = this.#baseline;
    const coarse = this.#sites.filter(({ isCoarse }) => isCoarse).length;
    const said = [
      ...(world.unstable.size > 0 ? [`${world.unstable.size} resources differ and are left out`] : []),
      ...(coarse > 0 ? [`${coarse} sites say something else each time and go by their names`] : []),
    ];
    return `baseline   ${numberOf(trials.length, "run")}, ${numberOf(this.#sites.length, "site")} (${this.#plan.struck} struck), ${said.join(", ") || "stable"}`;
  }

  /** What is to be tried: with `onlyChanged` not what the lock knows to be survived. */
  #unknown(): Experiment[] {
    const { onlyChanged } = this.#setting;
    return this.#plan.experiments.filter(({ strikes: [strike] }) => {
      const { site, kind } = sure(strike);
      if (!onlyChanged || !this.#isKnown(site, kind)) return true;
      this.#passedOver.push({ site: site.path, fault: kind.name, reason: "survived before (lock)" });
      return false;
    });
  }

  async #runAll(
    kind: "singles" | "pairs",
    experiments: readonly Experiment[],
    show: () => void,
  ): Promise<Result[]> {
    const { workers, signal } = this.#setting;
    const count = this.#done[kind];
    count.planned = experiments.length;
    show();
    const done = await inParallel(experiments, workers, this.#isOver, async (experiment) => {
      const reason = this.#foreseen.reasonToPass(experiment);
      if (reason !== undefined) {
        const { site, kind } = sure(experiment.strikes[0]);
        this.#passedOver.push({ site: site.path, fault: kind.name, reason });
        return undefined;
      }
      const result = await this.#run(experiment);
      if (signal?.aborted) return undefined;
      count.done++;
      this.#early.push(result);
      show();
      return result;
    });
    this.#early = [];
    this.#results.push(...done);
    return done;
  }

  async #run(experiment: Experiment): Promise<Result> {
    const trial = await runTrial(this.#setting, experiment.rules, this.#patience);
    const verdict = judge(experiment, trial, this.#baseline.world);
    this.#foreseen.learn(experiment, verdict, trial);
    const { exitCode, tookMs, output, calls } = trial;
    const { unit } = this.#setting;
    const fails = verdict.kind === "finding" || verdict.kind === "not-reached";
    return {
      ...{ experiment, verdict, exitCode, tookMs, output },
      ...(unit !== undefined && { unit }),
      attempts: callsAt(sure(experiment.strikes[0]).site, calls),
      fired: firedIn(calls),
      leadsTo: fails || experiment.strikes.length > 1 ? [] : pairsAfter(experiment, trial, this.#choice),
    };
  }

  /** The same place with the same result under several faults is one finding. */
  #merged(): Finding[] {
    const { command, unit } = this.#setting;
    const found = new Map<string, Finding>();
    for (const { experiment, verdict } of [...this.#results, ...this.#early]) {
      if (verdict.kind !== "finding") continue;
      const finding = makeFinding(experiment, verdict, command, unit);
      const before = found.get(finding.id);
      if (before === undefined) found.set(finding.id, finding);
      else {
        const name = experiment.strikes.map(({ kind }) => kind.name).join("+");
        if (!before.also.includes(name) && sure(before.experiment.strikes[0]).kind.name !== name)
          before.also.push(name);
      }
    }
    return [...found.values()];
  }

  /** Each finding in its smallest form, and seen again and again. */
  async #confirmed(findings: readonly Finding[]): Promise<Finding[]> {
    const { workers } = this.#setting;
    const run = (experiment: Experiment) => this.#run(experiment);
    const smaller = await inParallel(
      findings,
      workers,
      () => false,
      async (finding) => {
        const first = sure(this.#results.find(({ experiment }) => experiment === finding.experiment));
        return { ...finding, experiment: await fewestAttempts(finding, first, run, this.#isOver) };
      },
    );
    const again = Array.from({ length: ENOUGH - 1 }, () => smaller).flat();
    await inParallel(again, workers, this.#isOver, async (finding) => {
      const { verdict } = await this.#run(finding.experiment);
      if (this.#setting.signal?.aborted) return;
      finding.tries++;
      if (verdict.kind === "finding" && verdict.title === finding.title) finding.reproduced++;
    });
    return smaller;
  }
}

/** @throws CannotRun for a service that the command does not call */
function refuseOthers(services: readonly string[] | undefined, sites: readonly Site[]): void {
  const foreign = services?.find((name) => !sites.some(({ service }) => service === name));
  if (foreign === undefined) return;
  const called = [...new Set(sites.map(({ service }) => service))];
  throw new CannotRun(`The command makes no call of ${foreign}. It calls ${called.join(", ")}.`);
}

function unexplored({ trials, failure = "" }: Baseline, tookMs: number): Exploration {
  const none = { planned: 0, done: 0 };
  return {
    baselineFailure: failure,
    hasNoCalls: trials.every(hasNoCalls),
    baseline: trials,
    ...{ sites: [], results: [], findings: [], accepted: [], remarks: [], passedOver: [], unstable: [] },
    ...{ struck: 0, singles: none, pairs: none, tookMs },
  };
}
