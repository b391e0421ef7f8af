import type { Check, Evidence, Remark } from "./check.ts";
import amplification from "./looks/amplification.ts";
import asyncFailureUnseen from "./looks/async-failure-unseen.ts";
import catchSwallows from "./looks/catch-swallows.ts";
import countsAgain from "./looks/counts-again.ts";
import deadLetterQueueMissing from "./looks/dead-letter-queue-missing.ts";
import deadLettersUnwatched from "./looks/dead-letters-unwatched.ts";
import deletionBeforeSuccess from "./looks/deletion-before-success.ts";
import effectDoubled from "./looks/effect-doubled.ts";
import errorNotRetried from "./looks/error-not-retried.ts";
import errorRetried from "./looks/error-retried.ts";
import failureUnderSuccess from "./looks/failure-under-success.ts";
import functionOutlivesApi from "./looks/function-outlives-api.ts";
import noBackOff from "./looks/no-back-off.ts";
import restOfBatchForgotten from "./looks/rest-of-batch-forgotten.ts";
import taskNeverTimesOut from "./looks/task-never-times-out.ts";
import taskNotRetried from "./looks/task-not-retried.ts";
import timeoutBelowRetries from "./looks/timeout-below-retries.ts";
import visibilityBelowTimeout from "./looks/visibility-below-timeout.ts";

/** Every check, in the order in which they are reported. */
export const CHECKS: readonly Check[] = [
  failureUnderSuccess,
  restOfBatchForgotten,
  deletionBeforeSuccess,
  effectDoubled,
  countsAgain,
  deadLetterQueueMissing,
  asyncFailureUnseen,
  visibilityBelowTimeout,
  functionOutlivesApi,
  timeoutBelowRetries,
  errorNotRetried,
  errorRetried,
  noBackOff,
  amplification,
  deadLettersUnwatched,
  taskNotRetried,
  catchSwallows,
  taskNeverTimesOut,
];

/** A remark with the check that made it. */
export interface Found extends Remark {
  readonly check: string;
}

/** @param ignored ids of checks that are left out */
export function check(evidence: Evidence, ignored: readonly string[] = []): Found[] {
  return CHECKS.filter(({ id }) => !ignored.includes(id)).flatMap(({ id, look }) =>
    [...look(evidence)].map((remark) => ({ check: id, ...remark })),
  );
}
