import { commonSites } from "./common-sites.ts";
import { inParallel } from "./in-parallel.ts";
import { type Site, sitesOf } from "./sites.ts";
import { hasNoCalls, runTrial, type Trial, type TrialSetting } from "./trial.ts";
import { FaultFreeWorld } from "./world.ts";

const RUNS = 2;
const MOST_MS = 600_000;

/** What the command does without a fault, in two runs; in three, when two are not the same. */
export interface Baseline {
  readonly trials: readonly Trial[];
  /** Why nothing can be said of faults. */
  readonly failure?: string;
  readonly world: FaultFreeWorld;
  readonly sites: readonly Site[];
}

/** @param workers runs at once */
export async function runBaseline(
  setting: TrialSetting,
  workers: number,
  signal?: AbortSignal,
): Promise<Baseline> {
  const runs = Array.from({ length: RUNS }, () => ({ mostMs: MOST_MS }));
  const trials = await inParallel(
    runs,
    workers,
    () => signal?.aborted ?? false,
    (patience) => runTrial(setting, [], patience),
  );
  const isCut = () => signal?.aborted ?? false;
  const before = isCut() ? undefined : baselineOf(trials, workers);
  if (before !== undefined && (hasTwoOutcomes(trials) || isUnlike(before)) && !isCut())
    trials.push(await runTrial(setting, [], { mostMs: MOST_MS }));
  if (isCut()) return { trials, failure: "Interrupted.", world: new FaultFreeWorld([[]]), sites: [] };
  return baselineOf(trials, workers);
}

function baselineOf(trials: readonly Trial[], workers: number): Baseline {
  const failure = failureOf(trials, workers);
  const world = new FaultFreeWorld(
    trials.map((trial) => trial.world),
    trials[0]?.calls,
  );
  const sites = commonSites(trials.map(({ calls, markedAt }) => sitesOf(calls, markedAt)));
  return { trials, world, sites, ...(failure !== undefined && { failure }) };
}

/** A third run shows more of what varies, and may have what one of two lacks. */
const isUnlike = ({ world, sites, failure }: Baseline): boolean =>
  failure === undefined && (world.unstable.size > 0 || sites.some(({ isCoarse }) => isCoarse));

const hasTwoOutcomes = (trials: readonly Trial[]): boolean =>
  new Set(trials.map(({ exitCode }) => exitCode === 0)).size > 1;

function failureOf(trials: readonly Trial[], workers: number): string | undefined {
  const failed = trials.find(({ exitCode }) => exitCode !== 0);
  if (failed?.isCut) return "Without any fault the command does not end.";
  if (failed) {
    const good = trials.filter(({ exitCode }) => exitCode === 0).length;
    const how =
      good > 0
        ? `does not always succeed: it did in ${good} of ${trials.length} runs, and once ended with`
        : "ends with";
    const atOnce =
      good > 0 && workers > 1
        ? " Two of it ran at once: one that listens on a fixed port wants --workers 1."
        : "";
    return `Without any fault the command ${how} ${failed.exitCode}.${atOnce}\n${failed.output}`;
  }
  const [refuted] = trials.flatMap((trial) => trial.refuted);
  if (refuted) return `Without any fault "${refuted.name}" does not hold: ${refuted.why}.`;
  if (trials.every(hasNoCalls))
    return "The command makes no AWS call. It finds Squall by AWS_ENDPOINT_URL: does it name another endpoint?";
  return undefined;
}
