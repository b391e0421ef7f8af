import { sure } from "../core/sure.ts";
import { declaredKinds, type FaultKind, faultKinds } from "./fault-kinds.ts";
import { type Finding, makeFinding } from "./finding.ts";
import { Foreseen } from "./foreseen.ts";
import { judge, type Verdict } from "./judge.ts";
import type { Lock } from "./lock.ts";
import { type Experiment, type PassedOver, pair, planSingles, type Strike } from "./plan.ts";
import { nameOfStep, type Site, sitesOf } from "./sites.ts";
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
  /** Progress, a line at a time. */
  say(line: string): void;
}

export interface Result {
  readonly experiment: Experiment;
  readonly verdict: Verdict;
  readonly trial: Trial;
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
  readonly passedOver: readonly PassedOver[];
  readonly singles: { readonly planned: number; readonly done: number };
  readonly pairs: { readonly planned: number; readonly done: number };
  readonly tookMs: number;
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
  const isOver = () => performance.now() - startedAt > setting.budgetMs;
  const named = faultKinds(setting.faults);
  const baseline = await inParallel(
    Array.from({ length: BASELINES }, (_, n) => n),
    setting.workers,
    () => false,
    () => runTrial(setting, [], { mostMs: BASELINE_MS }),
  );
  const nothing = { baseline, results: [], findings: [], accepted: [], passedOver: [], unstable: [] };
  const none = { planned: 0, done: 0 };
  const failure = failureOf(baseline);
  if (failure !== undefined) {
    const tookMs = performance.now() - startedAt;
    return { ...nothing, baselineFailure: failure, sites: [], struck: 0, singles: none, pairs: none, tookMs };
  }
  const faultFree = new FaultFreeWorld(
    baseline.map(({ world }) => world),
    baseline[0]?.calls,
  );
  const sites = stableSites(baseline, setting.services);
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
  const run = async (experiment: Experiment): Promise<Result> => {
    const trial = await runTrial(setting, experiment.rules, patience);
    return { experiment, trial, verdict: judge(experiment, trial, faultFree) };
  };
  const foreseen = new Foreseen();
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
    foreseen.learn(experiment, result.verdict, result.trial);
    return result;
  };
  const all = async (experiments: readonly Experiment[]) => {
    const done = await inParallel(experiments, setting.workers, isOver, unlessForeseen);
    results.push(...done);
    return done;
  };
  const doneSingles = await all(singles);
  const asked = ({ service }: Site) => setting.services?.includes(service) ?? true;
  const pairs = pairsOf(doneSingles, sites, kinds, asked).slice(0, MOST_PAIRS);
  const donePairs = await all(pairs);

  const found = mergedFindings(results);
  const confirmations = Array.from({ length: CONFIRMATIONS }, () => found).flat();
  await inParallel(confirmations, setting.workers, isOver, (finding) => confirm(finding, run));
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
    passedOver,
    singles: { planned: singles.length - needless, done: doneSingles.length },
    pairs: { planned: pairs.length, done: donePairs.length },
    tookMs: performance.now() - startedAt,
  };
}

function failureOf(baseline: readonly Trial[]): string | undefined {
  const failed = baseline.find(({ exitCode }) => exitCode !== 0);
  if (failed?.isCut) return "Without any fault the command does not end.";
  if (failed) {
    const isFlaky = baseline.some(({ exitCode }) => exitCode === 0);
    const how = isFlaky ? "does not always succeed: it once ended with" : "ends with";
    return `Without any fault the command ${how} ${failed.exitCode}.\n${failed.output}`;
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
  results: readonly Result[],
  sites: readonly Site[],
  kinds: readonly FaultKind[],
  asked: (site: Site) => boolean,
): Experiment[] {
  // A call that is made once more is the same call: what a fault does to it has been seen.
  const known = new Set(sites.map(namesOf));
  const pairs: Experiment[] = [];
  const tried = new Set<string>();
  for (const { experiment, verdict, trial } of results) {
    if (verdict.kind === "finding" || verdict.kind === "not-reached") continue;
    const [first] = experiment.strikes as [Strike];
    const run = sitesOf(trial.calls, trial.markedAt);
    for (const site of run) {
      if (known.has(namesOf(site)) || site.passedOver !== undefined || site.isRead || !asked(site)) continue;
      for (const kind of kinds) {
        const key = `${first.kind.name} ${site.path} ${kind.name}`;
        if (tried.has(key) || kind.pointlessAt(site, run) !== undefined) continue;
        tried.add(key);
        pairs.push(pair(first, { site, kind }));
      }
    }
  }
  return pairs;
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
async function confirm(finding: Finding, run: (experiment: Experiment) => Promise<Result>): Promise<void> {
  const { verdict } = await run(finding.experiment);
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
