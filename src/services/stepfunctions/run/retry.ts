import type { Catcher, Retrier } from "../language/definition.ts";
import type { StateFailure } from "../language/failure.ts";

/** Does a list of error names mean a failure? https://states-language.net/#error-names */
function isMeant(names: readonly string[], failure: StateFailure): boolean {
  return names.some((name) => {
    if (failure.kind === "runtime" && failure.error === "States.Runtime") return name === "States.Runtime";
    if (name === "States.ALL") return true;
    if (name === failure.error) return true;
    if (name === "States.HeartbeatTimeout") return failure.isHeartbeat;
    return name === "States.TaskFailed" && failure.kind === "task" && failure.error !== "States.Timeout";
  });
}

export interface Again {
  readonly index: number;
  readonly delayMs: number;
}

const MOST_ATTEMPTS = 3;

/**
 * Whether a failed state is tried again, and when.
 * @param retries how often each retrier has had it tried
 * @param draw a number in [0, 1), for jitter
 */
export function nextAttempt(
  retriers: readonly Retrier[] | undefined,
  retries: readonly number[],
  failure: StateFailure,
  draw: () => number,
): Again | undefined {
  const index = (retriers ?? []).findIndex(({ ErrorEquals }) => isMeant(ErrorEquals, failure));
  const retrier = retriers?.[index];
  if (retrier === undefined) return undefined;
  const before = retries[index] ?? 0;
  if (before >= (retrier.MaxAttempts ?? MOST_ATTEMPTS)) return undefined;
  return { index, delayMs: backoffMs(retrier, before, draw) };
}

/** How long a retrier waits after so many retries, in milliseconds. */
function backoffMs(retrier: Retrier, before: number, draw: () => number): number {
  const grown = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** before;
  const seconds = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const drawn = retrier.JitterStrategy === "FULL" ? seconds * draw() : seconds;
  return Math.min(drawn * 1000, LONGEST_MS);
}

/** Whatever a back-off grows to: what a clock can still tell. */
const LONGEST_MS = 8.64e15 / 4;

export const catcherOf = (
  catchers: readonly Catcher[] | undefined,
  failure: StateFailure,
): { readonly catcher: Catcher; readonly index: number } | undefined => {
  const index = (catchers ?? []).findIndex(({ ErrorEquals }) => isMeant(ErrorEquals, failure));
  const catcher = catchers?.[index];
  return catcher && { catcher, index };
};
