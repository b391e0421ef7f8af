import { sure } from "../core/sure.ts";
import type { FaultKind } from "./fault-kinds.ts";
import { type Experiment, pair, type Strike } from "./plan.ts";
import type { Result } from "./result.ts";
import { nameOfStep, type Site, sitesOf } from "./sites.ts";
import type { Trial } from "./trial.ts";

/** Second faults that are tried at all. */
const MOST_PAIRS = 60;

/** What pairs are chosen from. */
export interface PairChoice {
  /** Names of all calls that fault-free runs make. */
  readonly known: ReadonlySet<string>;
  readonly kinds: readonly FaultKind[];
  /** Calls say something else in each run, so what only a faulty run does goes by its name, too. */
  readonly isCoarse: boolean;
  /** Is a site of a service that is struck? */
  asked(site: Site): boolean;
}

/** Second faults where a first one leads to calls that are not made otherwise: fallbacks, compensations, retries of one's own. */
export function pairsAfter(
  { strikes }: Experiment,
  { calls, markedAt }: Trial,
  { known, kinds, isCoarse, asked }: PairChoice,
): Experiment[] {
  const run = sitesOf(calls, markedAt).map((site) => (isCoarse ? coarse(site) : site));
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

/**
 * Two faults where either call alone brings about the outcome: two ways of one message, two copies of one object. Each lasting
 * fault was survived alone, since the other call was there.
 */
export function pairsOfSupports(singles: readonly Result[]): Experiment[] {
  const groups = new Map<string, Strike[]>();
  for (const { experiment, verdict } of singles) {
    const [strike] = experiment.strikes;
    const isLasting = experiment.rules.every(
      ({ times, point }) => times === undefined && point === undefined,
    );
    if (strike === undefined || verdict.kind !== "survived" || !isLasting) continue;
    const outcome = outcomeOf(strike.site);
    if (outcome === undefined) continue;
    const key = `${outcome} ${strike.kind.name}`;
    groups.set(key, [...(groups.get(key) ?? []), strike]);
  }
  return [...groups.values()].flatMap((group) =>
    group.flatMap((a, at) => group.slice(at + 1).map((b) => pair(a, b))),
  );
}

/** One first fault of a kind is enough for a second one. */
export function distinctPairs(pairs: readonly Experiment[]): Experiment[] {
  const found = new Map<string, Experiment>();
  for (const one of pairs) {
    const [first, second] = one.strikes as [Strike, Strike];
    const key = `${first.kind.name} ${second.site.path} ${second.kind.name}`;
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()].slice(0, MOST_PAIRS);
}

function coarse(site: Site): Site {
  const [root = "", ...below] = site.steps;
  const steps = [root, ...below.map(nameOfStep)];
  return { ...site, steps, path: steps.join(" > "), isCoarse: true };
}

export const namesOf = ({ steps }: Site): string => steps.map(nameOfStep).join(" > ");

/** What a write brings about, whoever makes it: the same things in the same place. Undefined for what only reads. */
function outcomeOf({ service, operation, input, isRead, isInternal }: Site): string | undefined {
  if (isRead || isInternal) return undefined;
  if (service === "s3")
    return operation === "PutObject" ? `s3 ${input["Bucket"]} ${input["Key"]}` : undefined;
  return `${service} ${operation} ${JSON.stringify(inOrder(input))}`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}
