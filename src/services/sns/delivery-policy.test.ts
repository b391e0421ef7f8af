import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DEFAULT_HEALTHY_RETRY_POLICY,
  effectivePolicy,
  type HealthyRetryPolicy,
  refusalOfDeliveryPolicy,
  retryDelayMs,
  retryPolicyOf,
} from "./delivery-policy.ts";

const delays = (policy: HealthyRetryPolicy, count: number) =>
  Array.from({ length: count }, (_, i) => retryDelayMs(policy, i + 1));

test("An HTTP endpoint is tried again three times, 20 seconds apart.", () => {
  const policy = retryPolicyOf("http", effectivePolicy(undefined, undefined));
  assert.deepEqual(delays(policy, 4), [20_000, 20_000, 20_000, undefined]);
});

test("An SQS queue is tried again at once, then soon, then further and further apart.", () => {
  const policy = retryPolicyOf("sqs", effectivePolicy(undefined, undefined));
  assert.deepEqual(delays(policy, 6), [0, 0, 0, 1000, 1000, 1000]);
  assert.equal(retryDelayMs(policy, 15), 20_000);
  assert.equal(retryDelayMs(policy, 100_015), 20_000);
  assert.equal(retryDelayMs(policy, 100_016), undefined);
});

test("The phases of a policy follow each other.", () => {
  const policy: HealthyRetryPolicy = {
    minDelayTarget: 2,
    maxDelayTarget: 10,
    numRetries: 9,
    numNoDelayRetries: 1,
    numMinDelayRetries: 2,
    numMaxDelayRetries: 1,
    backoffFunction: "linear",
  };
  assert.deepEqual(delays(policy, 10), [0, 2000, 2000, 2000, 4000, 6000, 8000, 10_000, 10_000, undefined]);
  for (const backoffFunction of ["arithmetic", "geometric", "exponential"] as const) {
    const found = delays({ ...policy, backoffFunction }, 9) as number[];
    assert.equal(found[3], 2000);
    assert.equal(found[7], 10_000);
    assert.deepEqual(
      [...found].sort((a, b) => a - b),
      found,
    );
  }
});

test("A subscription's policy wins over the topic's unless the topic forbids it.", () => {
  const topic = {
    http: { defaultHealthyRetryPolicy: { numRetries: 5 }, disableSubscriptionOverrides: false },
  };
  const own = JSON.stringify({ healthyRetryPolicy: { numRetries: 7 } });
  const numRetries = (policy: object) =>
    effectivePolicy(JSON.stringify(policy), own).healthyRetryPolicy.numRetries;
  assert.equal(numRetries(topic), 7);
  assert.equal(numRetries({ http: { ...topic.http, disableSubscriptionOverrides: true } }), 5);
});

test("A policy has at most 100 retries and one hour between them.", () => {
  const refusal = (policy: Partial<HealthyRetryPolicy>) =>
    refusalOfDeliveryPolicy(
      JSON.stringify({ healthyRetryPolicy: { ...DEFAULT_HEALTHY_RETRY_POLICY, ...policy } }),
      "subscription",
    );
  assert.equal(refusal({ numRetries: 100 }), undefined);
  assert.match(refusal({ numRetries: 101 })!, /numRetries must be/);
  assert.equal(refusal({ maxDelayTarget: 3600 }), undefined);
  assert.match(refusal({ maxDelayTarget: 3601 })!, /maxDelayTarget must be/);
  assert.match(refusal({ numMaxDelayRetries: 4 })!, /sum of/);
});
