import type { ResourceDigest } from "../aws/digest.ts";
import { sure } from "../core/sure.ts";
import type { Experiment, Strike } from "./plan.ts";
import { changeBetween } from "./shown.ts";
import { callsAt, nameOfStep } from "./sites.ts";
import type { Trial } from "./trial.ts";
import { type Difference, type FaultFreeWorld, isEffect } from "./world.ts";

export type Title =
  | "LOST EFFECT"
  | "DOUBLED EFFECT"
  | "DIFFERENT EFFECT"
  | "HALF DONE"
  | "NOT SURVIVED"
  | "HANG"
  /** One of the user's own checks does not hold. */
  | "REFUTED";

/** What an experiment showed. */
export type Verdict =
  | { readonly kind: "survived" }
  | { readonly kind: "failed-cleanly"; readonly why: string }
  /** The call that was to be struck did not happen. */
  | { readonly kind: "not-reached" }
  | {
      readonly kind: "finding";
      readonly title: Title;
      /** The sentence that says what is wrong. */
      readonly story: string;
      /** The resource that differs; empty where none does. */
      readonly arn: string;
      readonly differences: readonly Difference[];
    };

/** Exit 0 but another world: that is what nobody notices. */
export function judge(experiment: Experiment, trial: Trial, faultFree: FaultFreeWorld): Verdict {
  const { strikes, rules, expects } = experiment;
  if (!rules.every(({ id }) => trial.struck.has(sure(id)))) return { kind: "not-reached" };
  if (trial.isCut) return finding("HANG", `it did not end within ${seconds(trial.tookMs)}`, []);
  const [refuted] = trial.refuted;
  if (refuted && trial.exitCode === 0)
    return finding("REFUTED", `exit 0, but "${refuted.name}" does not hold: ${refuted.why}`, []);
  const deadLetters = deadLetterQueues(trial.world);
  const all = faultFree.differences(trial.world).filter(isEffect);
  const inDeadLetters = all.filter(({ arn, kind }) => kind === "more" && deadLetters.has(arn));
  const differences = all.filter((difference) => !inDeadLetters.includes(difference));
  if (trial.exitCode === 0) {
    if (differences.length === 0 && inDeadLetters.length === 0) return { kind: "survived" };
    if (inDeadLetters.length > 0 && differences.length > 0)
      return {
        kind: "failed-cleanly",
        why: `it ended in the dead-letter queue ${nameOf(sure(inDeadLetters[0]).arn)}`,
      };
    const failed = all.find(isFailedWork);
    if (failed !== undefined) return ofWork(failed, experiment, trial, differences);
    const waiting = stillTried(rules, trial, all);
    if (waiting !== undefined)
      return {
        kind: "failed-cleanly",
        why: `it waits in the queue ${nameOf(waiting.arn)}, and is tried again as long as the fault lasts`,
      };
    return silent(differences.length > 0 ? differences : inDeadLetters, strikes, trial);
  }
  const more = differences.filter(({ kind }) => kind === "more" || kind === "resource-more");
  const half = more.filter((difference) => !isStillToDo(difference, more, faultFree));
  if (half.length > 0)
    return finding("HALF DONE", `exit ${trial.exitCode}, and ${changeBetween(sure(half[0]))}`, half);
  if (expects === "clean" || strikes.some(({ kind }) => kind.name === "lost-reply"))
    return { kind: "failed-cleanly", why: `exit ${trial.exitCode}` };
  return finding(
    "NOT SURVIVED",
    `exit ${trial.exitCode}, although ${strikes.map(({ kind }) => kind.what).join(", and ")}${attemptsSaid(sure(strikes[0]), trial)}`,
    differences,
  );
}

/** What waits in a queue while a fault lasts, and comes again and again, is not lost. */
function stillTried(
  rules: Experiment["rules"],
  { isQuiet }: Trial,
  differences: readonly Difference[],
): Difference | undefined {
  if (isQuiet || rules.every(({ times }) => times !== undefined)) return undefined;
  return differences.find(({ service, kind }) => service === "sqs" && kind === "more");
}

/**
 * A message that a good run sends, too, and that has not been taken yet when the command fails: the next consumer takes it.
 * @param more all that is there once more
 */
function isStillToDo(difference: Difference, more: readonly Difference[], { sent }: FaultFreeWorld): boolean {
  const { arn, service, is } = difference;
  if (service !== "sqs" || is === undefined) return false;
  const waiting = more.filter((other) => other.arn === arn && other.is === is).length;
  return waiting <= sent.count(arn, (JSON.parse(is) as { body?: unknown } | null)?.body);
}

/** How work that others watch says that it has failed: an execution's status, the exit code of a task's container. */
const FAILED: Readonly<Record<string, RegExp>> = {
  stepfunctions: /"status":"(?:FAILED|TIMED_OUT|ABORTED)"/,
  ecs: /"exitCodes":\{[^}]*(?:-|\b)[1-9]\d*[,}]|"stopCode":"TaskFailedToStart"/,
};

function isFailedWork({ service, kind, was, is }: Difference): boolean {
  const failed = kind === "more" || kind === "changed" ? FAILED[service] : undefined;
  return failed?.test(is ?? "") === true && !failed.test(was ?? "");
}

/**
 * An execution that has failed is kept, is counted by ExecutionsFailed, and can be redriven; that a task has failed is an
 * event, and its exit code: nothing is lost in silence.
 */
function ofWork(
  work: Difference,
  { strikes, expects }: Experiment,
  trial: Trial,
  differences: readonly Difference[],
): Verdict {
  const what = `${work.service === "ecs" ? "a task" : "an execution"} of ${nameOf(work.arn)}`;
  if (expects === "clean") return { kind: "failed-cleanly", why: `${what} failed` };
  return finding(
    "NOT SURVIVED",
    `exit 0, but ${what} failed, although ${strikes.map(({ kind }) => kind.what).join(", and ")}${attemptsSaid(sure(strikes[0]), trial)}`,
    [work, ...differences.filter((difference) => difference !== work)],
  );
}

function silent(differences: readonly Difference[], strikes: readonly Strike[], trial: Trial): Verdict {
  const title = titleOf(differences);
  const first =
    differences.find(({ kind }) => kind === "missing" || kind === "changed") ?? sure(differences[0]);
  const more = differences.length > 1 ? ` (and ${differences.length - 1} more)` : "";
  return finding(
    title,
    `exit 0, but ${changeBetween(first)}${more}${attemptsSaid(sure(strikes[0]), trial)}`,
    [first, ...differences.filter((difference) => difference !== first)],
  );
}

function finding(title: Title, story: string, differences: readonly Difference[]): Verdict {
  return { kind: "finding", title, story, arn: differences[0]?.arn ?? "", differences };
}

function titleOf(differences: readonly Difference[]): Title {
  const kinds = new Set(differences.map(growth));
  if (kinds.has("less"))
    return kinds.has("more") && !kinds.has("other") && differences.every(({ kind }) => kind === "changed")
      ? "DIFFERENT EFFECT"
      : "LOST EFFECT";
  if (kinds.has("other")) return "DIFFERENT EFFECT";
  return "DOUBLED EFFECT";
}

/** Is there more or less of it? A number that has grown is more. */
function growth({ kind, was, is }: Difference): "more" | "less" | "other" {
  if (kind === "more" || kind === "resource-more") return "more";
  if (kind === "missing" || kind === "resource-missing") return "less";
  const longer = was === undefined || is === undefined ? 0 : lengthened(JSON.parse(was), JSON.parse(is));
  if (longer !== 0) return longer > 0 ? "more" : "less";
  const [before, now] = [numbersOf(was), numbersOf(is)];
  if (before.length !== now.length) return before.length < now.length ? "more" : "less";
  const changed = before.findIndex((number, at) => number !== now[at]);
  if (changed < 0) return "other";
  return sure(now[changed]) > sure(before[changed]) ? "more" : "less";
}

/** By how much the lists in a value have grown. */
function lengthened(was: unknown, is: unknown): number {
  if (Array.isArray(was) && Array.isArray(is)) return is.length - was.length;
  if (typeof was !== "object" || typeof is !== "object" || was === null || is === null) return 0;
  return Object.entries(was).reduce(
    (sum, [name, value]) => sum + lengthened(value, (is as Record<string, unknown>)[name]),
    0,
  );
}

const numbersOf = (text = ""): number[] => [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([n]) => Number(n));

/** What has failed in a world for all to see: messages in dead-letter queues, executions and tasks. */
export function failuresIn(world: readonly ResourceDigest[]): string[] {
  const dead = deadLetterQueues(world);
  return world.flatMap(({ arn, service, contents }) => {
    const failed = contents.filter(({ text }) => FAILED[service]?.test(text)).length;
    if (failed > 0) return [`${failed} of ${nameOf(arn)} failed`];
    return dead.has(arn) && contents.length > 0
      ? [`${contents.length} in the dead-letter queue ${nameOf(arn)}`]
      : [];
  });
}

/** Queues that others name as where their failures go. */
function deadLetterQueues(world: readonly ResourceDigest[]): Set<string> {
  const found = new Set<string>();
  for (const { text } of world) {
    const plain = text.replaceAll("\\", "");
    for (const [, arn] of plain.matchAll(/"deadLetterTargetArn":"([^"]+)"/g)) found.add(sure(arn));
    for (const [, arn] of plain.matchAll(/"onFailure":\{"destination":"([^"]+)"/gi)) found.add(sure(arn));
    for (const [, arn] of plain.matchAll(/"deadLetterConfig":\{"(?:targetArn|arn)":"([^"]+)"/gi))
      found.add(sure(arn));
  }
  return found;
}

/** `: the SDK tried 3 times (503, 503, 200)` */
function attemptsSaid({ site, kind }: Strike, { calls }: Trial): string {
  const attempts = callsAt(site, calls);
  if (attempts.length === 0) return "";
  const last = sure(attempts.at(-1));
  const said = attempts.map((call) => call.dropped ?? call.status).join(", ");
  if (attempts.length > 1)
    return `: ${nameOfStep(sure(site.steps.at(-1)))} was tried ${attempts.length} times (${said})${last.status === 200 && kind.name === "lost-reply" ? ", and took effect each time" : ""}`;
  return kind.expects === "survived" && last.status !== 200
    ? `: ${nameOfStep(sure(site.steps.at(-1)))} was tried once (${said})`
    : "";
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
export const nameOf = (arn: string): string =>
  arn.slice(Math.max(arn.lastIndexOf(":"), arn.lastIndexOf("/")) + 1);
