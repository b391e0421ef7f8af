import type { CallRecord } from "../core/bus.ts";
import { sure } from "../core/sure.ts";
import { behindLast } from "../core/text.ts";
import { hasFailed, isRetryable, type Logical, logicalCalls, stepOf } from "./evidence.ts";
import { isThrottle, isTransient } from "./retry-class.ts";
import { type Generation, generationOf } from "./sdk-generation.ts";

/** All attempts of one SDK call. */
export interface Retried {
  readonly call: string;
  readonly site: string;
  readonly generation: Generation["name"];
  /** As the SDK says: the most that it would make. */
  readonly mostAttempts?: number;
  /** Statuses, or how connections ended, in order. */
  readonly attempts: readonly (number | string)[];
  /** Milliseconds between the end of an attempt and the beginning of the next. */
  readonly waitsMs: readonly number[];
  /** The longest that the SDK's formula gives for each. */
  readonly longestMs: readonly number[];
  /** What the service asked for before each, by `x-amz-retry-after`; null where it did not. */
  readonly askedMs: readonly (number | null)[];
  /** Was every such wait as long as it should be? Absent: nothing was asked, or the SDK's generation does not listen. */
  readonly isHintObeyed?: boolean;
  /** What was taken of the SDK's 500 tokens. */
  readonly tokens: number;
  readonly outcome: "succeeded" | "failed";
}

export interface RetryReport {
  readonly calls: number;
  readonly attempts: number;
  readonly retried: readonly Retried[];
  /** Attempts for each logical call, over all layers. */
  readonly amplification: number;
  /** Errors that stay the same, and were tried again. */
  readonly retriedFor4xx: readonly string[];
  /** Waits that were shorter than the service's `x-amz-retry-after`. */
  readonly ignoredHints: readonly string[];
  readonly shortestWaitMs?: number;
  readonly mostAttempts: number;
}

/** What SDKs made of the failures that they met. */
export function retryReport(calls: readonly CallRecord[]): RetryReport {
  const logical = logicalCalls(calls.filter(({ isInternal }) => !isInternal));
  const retried = logical.filter(({ attempts, failedForGood }) => attempts.length > 1 || failedForGood);
  const shown = retried.map(retriedOf);
  const waits = shown.flatMap(({ waitsMs }) => waitsMs);
  const attempts = logical.reduce((sum, one) => sum + one.attempts.length, 0);
  return {
    calls: logical.length,
    attempts,
    retried: shown,
    amplification: amplificationOf(retried),
    retriedFor4xx: retried.flatMap(({ attempts: made }) =>
      made
        .slice(0, -1)
        .filter((call) => hasFailed(call) && !isRetryable(call) && !isTransient(call.errorCode))
        .map((call) => `${stepOf(call)} ${call.status} ${call.errorCode ?? ""}`.trim()),
    ),
    ignoredHints: shown.flatMap(({ call, waitsMs, askedMs }) =>
      waitsMs.flatMap((wait, at) => {
        const asked = askedMs[at] ?? null;
        return asked === null || isLongEnough(wait, asked)
          ? []
          : [`${call} waited for ${wait} ms where x-amz-retry-after said ${asked}`];
      }),
    ),
    ...(waits.length > 0 && { shortestWaitMs: Math.min(...waits) }),
    mostAttempts: Math.max(1, ...logical.map((one) => one.attempts.length)),
  };
}

function retriedOf({ attempts, first, last }: Logical): Retried {
  const generation = generationOf(first.userAgent);
  const waitsMs: number[] = [];
  const askedMs: (number | null)[] = [];
  const longestMs: number[] = [];
  let tokens = 0;
  attempts.slice(1).forEach((next, n) => {
    const before = sure(attempts[n]); // The one in front of it.
    const about = {
      service: before.service,
      isThrottle: before.status === 429 || isThrottle(before.errorCode),
      isTimeout: before.dropped === "hang",
    };
    waitsMs.push(next.startedAt - before.startedAt - before.durationMs);
    const asked = before.retryAfterMs;
    askedMs.push(asked ?? null);
    const byItselfMs = generation.longestWaitMs(n, about);
    longestMs.push(
      generation.obeysHints && asked !== undefined
        ? Math.max(byItselfMs, Math.min(asked, byItselfMs + MOST_RAISED_MS))
        : byItselfMs,
    );
    tokens += generation.tokens(about);
  });
  return {
    call: stepOf(first),
    site: first.site,
    generation: generation.name,
    ...(first.mostAttempts !== undefined && { mostAttempts: first.mostAttempts }),
    attempts: attempts.map(({ dropped, status }) => dropped ?? status),
    waitsMs,
    longestMs,
    askedMs,
    ...(generation.obeysHints &&
      askedMs.some((asked) => asked !== null) && {
        isHintObeyed: waitsMs.every((wait, at) => isLongEnough(wait, askedMs[at] ?? 0)),
      }),
    tokens,
    outcome: hasFailed(last) ? "failed" : "succeeded",
  };
}

/** A hint raises an SDK's own wait by so much at most. */
const MOST_RAISED_MS = 5000;
/** Clocks are read on both sides of a wait. */
const SLACK_MS = 20;

/** The SDK's own wait may be as short as nothing: then it waits for what it is asked for, up to five seconds. */
const isLongEnough = (waitMs: number, askedMs: number): boolean =>
  waitMs >= Math.min(askedMs, MOST_RAISED_MS) - SLACK_MS;

/** The most attempts that one thing which failed was worth: equals under different callers are the same thing. */
function amplificationOf(retried: readonly Logical[]): number {
  const byThing = new Map<string, number>();
  for (const { attempts, first } of retried) {
    const thing = behindLast(" > ", first.site).replace(/#\d+$/, "");
    byThing.set(thing, (byThing.get(thing) ?? 0) + attempts.length);
  }
  return Math.max(1, ...byThing.values());
}

/**
 * `attempts<=4, no-retry-on=4xx, wait>=10ms, amplification<=3, retry-after=obeyed`
 * @returns what is not so, in sentences; nothing is asserted by an empty text
 * @throws Error for an assertion that nobody understands
 */
export function unmet(text: string, report: RetryReport): string[] {
  if (text.trim() === "") return [];
  return text.split(",").flatMap((part) => {
    const assertion = part.trim();
    if (assertion === "no-retry-on=4xx")
      return report.retriedFor4xx.map((call) => `${call} was tried again (${assertion})`);
    if (assertion === "retry-after=obeyed")
      return report.ignoredHints.map((hint) => `${hint} (${assertion})`);
    const [, name, sign, number] =
      /^(attempts|amplification|wait)\s*(<=|>=)\s*(\d+)(?:ms)?$/.exec(assertion) ?? [];
    if (name === undefined || (name === "wait") !== (sign === ">="))
      throw new Error(
        `--assert knows attempts<=N, amplification<=N, wait>=Nms, no-retry-on=4xx and retry-after=obeyed, not "${assertion}".`,
      );
    const limit = Number(number);
    if (name === "wait") {
      const shortest = report.shortestWaitMs;
      return shortest === undefined || shortest >= limit
        ? []
        : [`one wait was ${shortest} ms (${assertion})`];
    }
    const value = name === "attempts" ? report.mostAttempts : report.amplification;
    return value <= limit ? [] : [`${name} was ${value} (${assertion})`];
  });
}
