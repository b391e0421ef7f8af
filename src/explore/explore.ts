import { check, type Found } from "../checks/checks.ts";
import type { CallRecord } from "../core/bus.ts";
import { sure } from "../core/sure.ts";
import { declaredKinds, type FaultKind, faultKinds } from "./fault-kinds.ts";
import { type Finding, makeFinding } from "./finding.ts";
import { Foreseen } from "./foreseen.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Lock } from "./lock.ts";
import { type Experiment, type PassedOver, pair, planSingles, type Strike } from "./plan.ts";
import { CannotRun } from "./program.ts";
import { nameOfStep, pathOf, type Site, sitesOf } from "./sites.ts";
import { patienceAfter, runTrial, type Trial, type TrialSetting } from "./trial.ts";
import { FaultFreeWorld } from "./world.ts";

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
  /** Leave out what was survived before and has not changed. */
  readonly onlyChanged: boolean;
  /** Aborted: no further run is made, and what one that is cut short shows does not count. */
  readonly signal?: AbortSignal;
  /** Progress, a line at a time. */
  say(line: string): void;
}

/** Of a run as much as is needed later: there are many, and each may have made thousands of calls. */
export interface Result {
  readonly experiment: Experiment;
  readonly verdict: Verdict;
  readonly exitCode: number | undefined;
  readonly tookMs: number;
  readonly output: string;
  /** Of the first call that was struck. */
  readonly attempts: readonly CallRecord[];
  /** The same with a second fault, at calls that no fault-free run makes. */
  readonly leadsTo: readonly Experiment[];
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
}

const BASELINES = 2;
const BASELINE_MS = 600_000;
/** Runs that a finding is seen again in before it is called reproducible. */
const CONFIRMATIONS = 2;
/** Second faults that are tried at calls which only a first one brings about. */
const MOST_PAIRS = 60;

/** Finds the faults that a command does not survive. */
export async function explore(setting: ExploreSetting): Promise<Exploration> {
  const startedAt = performance.now();
  const isOver = () => setting.signal?.aborted === true || performance.now() - startedAt > setting.budgetMs;
  const named = faultKinds(setting.faults);
  const baseline = await inParallel(
    Array.from({ length: BASELINES }, (_, n) => n),
    setting.workers,
    () => false,
    () => runTrial(setting, [], { mostMs: BASELINE_MS }),
  );
  const nothing = {
    ...{ baseline, results: [], findings: [], accepted: [] },
    ...{ remarks: [], passedOver: [], unstable: [] },
  };
  const none = { planned: 0, done: 0 };
  const failure = setting.signal?.aborted ? "Interrupted." : failureOf(baseline, setting.workers);
  if (failure !== undefined) {
    const tookMs = performance.now() - startedAt;
    return { ...nothing, baselineFailure: failure, sites: [], struck: 0, singles: none, pairs: none, tookMs };
  }
  const faultFree = new FaultFreeWorld(
    baseline.map(({ world }) => world),
    baseline[0]?.calls,
  );
  const sites = stableSites(baseline, setting.services);
  const foreign = setting.services?.find((name) => !sites.some(({ service }) => service === name));
  if (foreign !== undefined)
    throw new CannotRun(
      `The command makes no call of ${foreign}. It calls ${[...new Set(sites.map(({ service }) => service))].join(", ")}.`,
    );
  const kinds = setting.faults === "deep" ? [...named, ...declaredKinds(sites)] : named;
  const plan = planSingles(sites, kinds, (site, kind) => !setting.lock.knows(site, kind));
  const patience = patienceAfter(baseline);
  setting.say(
    `baseline   ${BASELINES} runs, ${sites.length} sites (${plan.struck} struck), ${faultFree.unstable.size === 0 ? "stable" : `${faultFree.unstable.size} resources differ and are left out`}`,
  );
  const passedOver = [...plan.passedOver];
  const singles = plan.experiments.filter(({ strikes: [strike] }) => {
    if (!setting.onlyChanged || !setting.lock.knows(sure(strike).site, sure(strike).kind)) return true;
    passedOver.push({
      site: sure(strike).site.path,
      fault: sure(strike).kind.name,
      reason: "survived before (lock)",
    });
    return false;
  });

  const results: Result[] = [];
  const foreseen = new Foreseen();
  const known = new Set(sites.map(namesOf));
  const asked = ({ service }: Site) => setting.services?.includes(service) ?? true;
  const run = async (experiment: Experiment): Promise<Result> => {
    const trial = await runTrial(setting, experiment.rules, patience);
    const verdict = judge(experiment, trial, faultFree);
    foreseen.learn(experiment, verdict, trial);
    const { exitCode, tookMs, output } = trial;
    const path = sure(experiment.strikes[0]).site.path;
    const attempts = trial.calls.filter((call) => pathOf(call) === path);
    const fails = verdict.kind === "finding" || verdict.kind === "not-reached";
    const leadsTo =
      fails || experiment.strikes.length > 1 ? [] : pairsOf(experiment, trial, known, kinds, asked);
    return { experiment, verdict, exitCode, tookMs, output, attempts, leadsTo };
  };
  let needless = 0;
  const unlessForeseen = async (experiment: Experiment): Promise<Result | undefined> => {
    const reason = foreseen.reasonToPass(experiment);
    if (reason !== undefined) {
      const { site, kind } = sure(experiment.strikes[0]);
      passedOver.push({ site: site.path, fault: kind.name, reason });
      needless++;
      return undefined;
    }
    const result = await run(experiment);
    return setting.signal?.aborted ? undefined : result;
  };
  const all = async (experiments: readonly Experiment[]) => {
    const done = await inParallel(experiments, setting.workers, isOver, unlessForeseen);
    results.push(...done);
    return done;
  };
  const doneSingles = await all(singles);
  const pairs = distinct(doneSingles.flatMap(({ leadsTo }) => leadsTo)).slice(0, MOST_PAIRS);
  const donePairs = await all(pairs);

  const found = mergedFindings(results);
  const confirmations = Array.from({ length: CONFIRMATIONS }, () => found).flat();
  await inParallel(confirmations, setting.workers, isOver, (finding) =>
    confirm(finding, run, setting.signal),
  );
  for (const { experiment, verdict } of results) {
    const [strike] = experiment.strikes;
    if (experiment.strikes.length === 1)
      setting.lock.note(sure(strike).site, sure(strike).kind, verdict.kind);
  }
  return {
    baseline,
    sites,
    struck: plan.struck,
    unstable: [...faultFree.unstable],
    results,
    findings: found.filter(({ id }) => !setting.lock.accepts(id)),
    accepted: found.filter(({ id }) => setting.lock.accepts(id)),
    remarks: check({ calls: sure(baseline[0]).calls, resources: sure(baseline[0]).world }),
    passedOver,
    singles: { planned: singles.length - needless, done: doneSingles.length },
    pairs: { planned: pairs.length, done: donePairs.length },
    tookMs: performance.now() - startedAt,
    isInterrupted: setting.signal?.aborted ?? false,
  };
}

function failureOf(baseline: readonly Trial[], workers: number): string | undefined {
  const failed = baseline.find(({ exitCode }) => exitCode !== 0);
  if (failed?.isCut) return "Without any fault the command does not end.";
  if (failed) {
    const isFlaky = baseline.some(({ exitCode }) => exitCode === 0);
    const how = isFlaky ? "does not always succeed: it once ended with" : "ends with";
    const atOnce =
      isFlaky && workers > 1
        ? " Two of it ran at once: one that listens on a fixed port wants --workers 1."
        : "";
    return `Without any fault the command ${how} ${failed.exitCode}.${atOnce}\n${failed.output}`;
  }
  const [refuted] = baseline.flatMap((trial) => trial.refuted);
  if (refuted) return `Without any fault "${refuted.name}" does not hold: ${refuted.why}.`;
  if (baseline.every(({ calls }) => calls.length === 0))
    return "The command makes no AWS call. It finds Squall by AWS_ENDPOINT_URL: does it name another endpoint?";
  return undefined;
}

/** The sites that all fault-free runs have. */
function stableSites(baseline: readonly Trial[], services: readonly string[] | undefined): Site[] {
  const [first, ...others] = baseline.map(({ calls, markedAt }) => sitesOf(calls, markedAt));
  const known = others.map((sites) => new Set(sites.map(({ path }) => path)));
  return sure(first).map((site) => {
    if (site.passedOver !== undefined) return site;
    if (!known.every((paths) => paths.has(site.path)))
      return { ...site, passedOver: "it is not the same in two fault-free runs" };
    if (services && !services.includes(site.service))
      return { ...site, passedOver: "its service was not asked for" };
    return site;
  });
}

/** Second faults only where a first one leads to calls that are not made otherwise: fallbacks, compensations, retries of one's own. */
function pairsOf(
  { strikes }: Experiment,
  { calls, markedAt }: Trial,
  known: ReadonlySet<string>,
  kinds: readonly FaultKind[],
  asked: (site: Site) => boolean,
): Experiment[] {
  const run = sitesOf(calls, markedAt);
  return run
    .filter((site) => {
      // A call that is made once more is the same call: what a fault does to it has been seen.
      const isNew = !known.has(namesOf(site)) && site.passedOver === undefined;
      return isNew && !site.isRead && asked(site);
    })
    .flatMap((site) =>
      kinds
        .filter((kind) => kind.pointlessAt(site, run) === undefined)
        .map((kind) => pair(sure(strikes[0]), { site, kind })),
    );
}

/** One first fault of a kind is enough for a second one. */
function distinct(pairs: readonly Experiment[]): Experiment[] {
  const found = new Map<string, Experiment>();
  for (const one of pairs) {
    const [first, second] = one.strikes as [Strike, Strike];
    const key = `${first.kind.name} ${second.site.path} ${second.kind.name}`;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()];
}

const namesOf = ({ steps }: Site): string => steps.map(nameOfStep).join(" > ");

/** The same place with the same result under several faults is one finding. */
function mergedFindings(results: readonly Result[]): Finding[] {
  const found = new Map<string, Finding>();
  for (const { experiment, verdict } of results) {
    if (verdict.kind !== "finding") continue;
    const finding = makeFinding(experiment, verdict);
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

/** The finding once again. */
async function confirm(
  finding: Finding,
  run: (experiment: Experiment) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { verdict } = await run(finding.experiment);
  if (signal?.aborted) return;
  finding.tries++;
  if (verdict.kind === "finding" && verdict.title === finding.title) finding.reproduced++;
}

async function inParallel<T, R>(
  items: readonly T[],
  workers: number,
  isOver: () => boolean,
  work: (item: T) => Promise<R | undefined>,
): Promise<R[]> {
  const results: (R | undefined)[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && !isOver()) {
      const at = next++;
      results[at] = await work(sure(items[at]));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workers) }, worker));
  return results.filter((result) => result !== undefined);
}
