/**
 * How often and how far apart a delivery that failed is tried again.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */

export interface HealthyRetryPolicy {
  readonly minDelayTarget: number;
  readonly maxDelayTarget: number;
  readonly numRetries: number;
  readonly numMaxDelayRetries: number;
  readonly numNoDelayRetries: number;
  readonly numMinDelayRetries: number;
  readonly backoffFunction: "linear" | "arithmetic" | "geometric" | "exponential";
}

/** What HTTP(S) endpoints get without a policy of their own. Delays are seconds. */
export const DEFAULT_HEALTHY_RETRY_POLICY: HealthyRetryPolicy = {
  minDelayTarget: 20,
  maxDelayTarget: 20,
  numRetries: 3,
  numMaxDelayRetries: 0,
  numNoDelayRetries: 0,
  numMinDelayRetries: 0,
  backoffFunction: "linear",
};
/** SQS, Lambda and Firehose: 100,015 retries over 23 days. */
const AWS_MANAGED: HealthyRetryPolicy = {
  minDelayTarget: 1,
  maxDelayTarget: 20,
  numRetries: 100_015,
  numNoDelayRetries: 3,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 100_000,
  backoffFunction: "exponential",
};
/** SMTP, SMS and mobile push: 50 retries over 6 hours. */
const CUSTOMER_MANAGED: HealthyRetryPolicy = {
  minDelayTarget: 10,
  maxDelayTarget: 600,
  numRetries: 50,
  numNoDelayRetries: 0,
  numMinDelayRetries: 2,
  numMaxDelayRetries: 38,
  backoffFunction: "exponential",
};

const DEFAULT_CONTENT_TYPE = "text/plain; charset=UTF-8";

/** What holds for one subscription. */
export interface EffectivePolicy {
  readonly healthyRetryPolicy: HealthyRetryPolicy;
  readonly throttlePolicy?: { readonly maxReceivesPerSecond: number };
  readonly requestPolicy: { readonly headerContentType: string };
}

/** The policies of a topic and of a subscription as they were set (JSON texts), with AWS's defaults for what they leave out. */
export function effectivePolicy(
  topicPolicy: string | undefined,
  subscriptionPolicy: string | undefined,
): EffectivePolicy {
  const topic = (topicPolicy ? JSON.parse(topicPolicy) : {}).http ?? {};
  const own =
    subscriptionPolicy && topic.disableSubscriptionOverrides !== true ? JSON.parse(subscriptionPolicy) : {};
  const throttlePolicy = own.throttlePolicy ?? topic.defaultThrottlePolicy;
  return {
    healthyRetryPolicy: {
      ...DEFAULT_HEALTHY_RETRY_POLICY,
      ...topic.defaultHealthyRetryPolicy,
      ...own.healthyRetryPolicy,
    },
    ...(throttlePolicy && { throttlePolicy }),
    requestPolicy: {
      headerContentType: DEFAULT_CONTENT_TYPE,
      ...topic.defaultRequestPolicy,
      ...own.requestPolicy,
    },
  };
}

export function retryPolicyOf(protocol: string, effective: EffectivePolicy): HealthyRetryPolicy {
  if (protocol === "http" || protocol === "https") return effective.healthyRetryPolicy;
  return protocol === "sqs" || protocol === "lambda" || protocol === "firehose"
    ? AWS_MANAGED
    : CUSTOMER_MANAGED;
}

/**
 * The delay before a retry, or undefined when there is none left.
 * @param retry which one, from 1
 * @returns milliseconds
 */
export function retryDelayMs(policy: HealthyRetryPolicy, retry: number): number | undefined {
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  if (retry > numRetries) return undefined;
  if (retry <= numNoDelayRetries) return 0;
  const behindMin = retry - numNoDelayRetries - numMinDelayRetries;
  if (behindMin <= 0) return policy.minDelayTarget * 1000;
  const backoffRetries = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries;
  if (behindMin > backoffRetries) return policy.maxDelayTarget * 1000;
  return Math.round(backoffSeconds(policy, behindMin, backoffRetries) * 1000);
}

/** Between the least and the greatest delay; AWS publishes the curves' names and shapes but no formulas. */
function backoffSeconds(policy: HealthyRetryPolicy, step: number, steps: number): number {
  const { minDelayTarget: low, maxDelayTarget: high } = policy;
  const share = steps === 1 ? 1 : (step - 1) / (steps - 1);
  switch (policy.backoffFunction) {
    case "linear":
      return low + (high - low) * share;
    case "arithmetic":
      return low + (high - low) * ((share * (share + 1)) / 2);
    case "geometric":
      return low + (high - low) * share ** 2;
    case "exponential":
      return low * (high / low) ** share;
  }
}

const BACKOFF_FUNCTIONS = ["linear", "arithmetic", "geometric", "exponential"];
const MAX_RETRIES = 100;
const MAX_DELAY_SECONDS = 3600;

/** What is wrong with a policy's text, or undefined. */
export function refusalOfDeliveryPolicy(text: string, owner: "topic" | "subscription"): string | undefined {
  if (text === "") return undefined;
  let policy: Record<string, unknown>;
  try {
    policy = JSON.parse(text);
  } catch {
    return "DeliveryPolicy: Unable to parse the policy";
  }
  const http = (owner === "topic" ? policy["http"] : policy) as Record<string, unknown> | undefined;
  if (typeof http !== "object" || http === null) return "DeliveryPolicy: http must be defined";
  const name = owner === "topic" ? "defaultHealthyRetryPolicy" : "healthyRetryPolicy";
  const retry = http[name];
  if (retry === undefined || retry === null) return undefined;
  return refusalOfRetryPolicy(retry as Partial<HealthyRetryPolicy>, name);
}

function refusalOfRetryPolicy(given: Partial<HealthyRetryPolicy>, name: string): string | undefined {
  const policy = { ...DEFAULT_HEALTHY_RETRY_POLICY, ...given };
  const { numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy;
  const within = (value: unknown, low: number, high: number) =>
    typeof value === "number" && Number.isInteger(value) && value >= low && value <= high;
  if (!within(numRetries, 0, MAX_RETRIES))
    return `DeliveryPolicy: ${name}.numRetries must be greater than or equal to 0 and less than or equal to ${MAX_RETRIES}`;
  if (!within(policy.minDelayTarget, 1, policy.maxDelayTarget))
    return `DeliveryPolicy: ${name}.minDelayTarget must be greater than or equal to 1 and less than or equal to maxDelayTarget`;
  if (!within(policy.maxDelayTarget, policy.minDelayTarget, MAX_DELAY_SECONDS))
    return `DeliveryPolicy: ${name}.maxDelayTarget must be greater than or equal to minDelayTarget and less than or equal to ${MAX_DELAY_SECONDS}`;
  for (const count of [numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries]) {
    if (!within(count, 0, MAX_RETRIES))
      return `DeliveryPolicy: ${name}: numNoDelayRetries, numMinDelayRetries and numMaxDelayRetries must be greater than or equal to 0`;
  }
  if (numNoDelayRetries + numMinDelayRetries + numMaxDelayRetries > numRetries)
    return `DeliveryPolicy: ${name}.numRetries must be greater than or equal to the sum of numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries`;
  if (!BACKOFF_FUNCTIONS.includes(policy.backoffFunction))
    return `DeliveryPolicy: ${name}.backoffFunction must be one of ${BACKOFF_FUNCTIONS.join(", ")}`;
  return undefined;
}
