import assert from "node:assert/strict";
import { test } from "node:test";
import { callAt } from "../../test/explore/sites.ts";
import type { CallRecord } from "../core/bus.ts";
import { retryReport, unmet } from "./retries.ts";
import { generationOf } from "./sdk-generation.ts";

const SINCE = "aws-sdk-js/3.1166.0 ua/2.1 cfg/retry-mode#standard";
const BEFORE = "aws-sdk-js/3.1100.0 ua/2.1 cfg/retry-mode#standard";

/** Two attempts of one call, so long apart. */
const tried = (userAgent: string, waitMs: number, retryAfterMs?: number): CallRecord[] => {
  const same = { userAgent, invocationId: "i", durationMs: 0 };
  const failed = { ...same, startedAt: 0, status: 400, errorCode: "ThrottlingException" };
  return [
    callAt("test > sqs.SendMessage@jobs~1#1", {
      ...failed,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    }),
    callAt("test > sqs.SendMessage@jobs~1#1", { ...same, startedAt: waitMs }),
  ];
};

test("a wait is as long as x-amz-retry-after says, up to five seconds, by SDKs that read it", () => {
  const cases: [
    userAgent: string,
    waitMs: number,
    askedMs: number | undefined,
    obeyed: boolean | undefined,
  ][] = [
    [SINCE, 2000, 2000, true],
    [SINCE, 1979, 2000, false],
    [SINCE, 1980, 2000, true],
    [SINCE, 5000, 60_000, true],
    [SINCE, 4000, 60_000, false],
    [SINCE, 10, undefined, undefined],
    [BEFORE, 10, 2000, undefined],
  ];
  for (const [userAgent, waitMs, askedMs, obeyed] of cases) {
    const { retried } = retryReport(tried(userAgent, waitMs, askedMs));
    assert.deepEqual(retried[0]?.askedMs, [askedMs ?? null]);
    assert.equal(retried[0]?.isHintObeyed, obeyed, `${userAgent} ${waitMs} ${askedMs}`);
  }
});

test("retry-after=obeyed names every wait that was too short, whatever the SDK", () => {
  assert.deepEqual(unmet("retry-after=obeyed", retryReport(tried(SINCE, 2000, 2000))), []);
  assert.deepEqual(unmet("retry-after=obeyed", retryReport(tried(BEFORE, 3, 2000))), [
    "sqs.SendMessage@jobs waited for 3 ms where x-amz-retry-after said 2000 (retry-after=obeyed)",
  ]);
});

test("the longest wait is by the SDK's generation, and of the earlier one by the SDK", () => {
  const cases: [userAgent: string, service: string, isThrottle: boolean, n: number, ms: number][] = [
    [SINCE, "sqs", false, 0, 50],
    [SINCE, "sqs", true, 1, 2000],
    [SINCE, "dynamodb", false, 2, 100],
    [SINCE, "dynamodb", true, 2, 4000],
    [SINCE, "sqs", true, 9, 20_000],
    [BEFORE, "sqs", false, 1, 200],
    [BEFORE, "sqs", true, 1, 1000],
    ["Boto3/1.43.1 Botocore/1.43.1 cfg/retry-mode#legacy", "dynamodb", true, 8, 12_800],
    ["Boto3/1.43.1 Botocore/1.43.1 cfg/retry-mode#legacy", "sqs", true, 3, 8000],
    ["Boto3/1.43.1 Botocore/1.43.1 cfg/retry-mode#standard", "dynamodb", true, 0, 1000],
    ["Boto3/1.44.0 Botocore/1.44.0 cfg/retry-mode#standard", "dynamodb", false, 0, 25],
    ["who-knows/1.0", "sqs", false, 0, 1000],
  ];
  for (const [userAgent, service, isThrottle, n, ms] of cases)
    assert.equal(
      generationOf(userAgent).longestWaitMs(n, { service, isThrottle }),
      ms,
      `${userAgent} ${service} ${n}`,
    );
});
