/** https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */

import { defaultPolicy } from "../../aws/topic-policy.ts";
import { parseArn } from "../../core/arn.ts";
import { isResourcePolicy } from "../../core/policy.ts";
import { effectivePolicy, refusalOfDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter } from "./errors.ts";
import { isFifo, type Topic } from "./topic.ts";

const FEEDBACK = ["HTTP", "Firehose", "Lambda", "Application", "SQS"].flatMap((protocol) => [
  `${protocol}SuccessFeedbackRoleArn`,
  `${protocol}SuccessFeedbackSampleRate`,
  `${protocol}FailureFeedbackRoleArn`,
]);
const MUTABLE = new Set([
  "DeliveryPolicy",
  "DisplayName",
  "Policy",
  "TracingConfig",
  "KmsMasterKeyId",
  "SignatureVersion",
  "ArchivePolicy",
  "ContentBasedDeduplication",
  "FifoThroughputScope",
  ...FEEDBACK,
]);
const MAX_DISPLAY_NAME_CHARACTERS = 100;
const MAX_RETENTION_DAYS = 365;

/** Is this a name that CreateTopic (`creating`) or SetTopicAttributes takes? */
export const isTopicAttribute = (name: string, creating: boolean) =>
  MUTABLE.has(name) || (creating && name === "FifoTopic");

/** Checks one attribute. @throws AwsError */
export function checkTopicAttribute(name: string, value: string, fifo: boolean): void {
  switch (name) {
    case "DisplayName":
      if (value.length > MAX_DISPLAY_NAME_CHARACTERS)
        throw invalidParameter("DisplayName: Invalid display name");
      return;
    case "Policy":
      checkPolicy(value);
      return;
    case "DeliveryPolicy": {
      const refusal = refusalOfDeliveryPolicy(value, "topic");
      if (refusal) throw invalidParameter(refusal);
      return;
    }
    case "SignatureVersion":
      oneOf(name, value, ["1", "2"]);
      return;
    case "TracingConfig":
      oneOf(name, value, ["PassThrough", "Active"]);
      return;
    case "FifoTopic":
      oneOf(name, value, ["true", "false"]);
      return;
    case "ContentBasedDeduplication":
      if (!fifo) throw invalidParameter("Content-based deduplication can only be set for FIFO topics");
      oneOf(name, value, ["true", "false"]);
      return;
    case "FifoThroughputScope":
      if (!fifo) throw invalidParameter("FifoThroughputScope can only be set for FIFO topics");
      oneOf(name, value, ["Topic", "MessageGroup"]);
      return;
    case "ArchivePolicy":
      if (!fifo) throw invalidParameter("ArchivePolicy can only be set for FIFO topics");
      checkArchivePolicy(value);
      return;
  }
  if (name.endsWith("SampleRate") && !/^(\d{1,2}|100)$/.test(value)) throw invalidParameter(name);
  if (name.endsWith("FeedbackRoleArn") && value !== "" && parseArn(value)?.service !== "iam")
    throw invalidParameter(name);
}

function oneOf(name: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw invalidParameter(name);
}

/** https://docs.aws.amazon.com/general/latest/gr/sns.html */
const LARGEST_POLICY_BYTES = 30_720;

function checkPolicy(text: string): void {
  if (text !== "" && !isResourcePolicy(text, LARGEST_POLICY_BYTES))
    throw invalidParameter("Policy Error: null");
}

/** `{"MessageRetentionPeriod": "30"}`, or `{}` to end archiving. */
function checkArchivePolicy(text: string): void {
  let policy: Record<string, unknown>;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalidParameter("ArchivePolicy: failed to parse JSON.");
  }
  const days = policy["MessageRetentionPeriod"];
  if (days === undefined && Object.keys(policy).length === 0) return;
  if (!/^\d+$/.test(String(days)) || Number(days) < 1 || Number(days) > MAX_RETENTION_DAYS)
    throw invalidParameter("ArchivePolicy: MessageRetentionPeriod must be between 1 and 365 days");
}

/** For how long a topic keeps its messages, in days; undefined when it has no archive. */
export function retentionDays(topic: Topic): number | undefined {
  const policy = topic.attributes["ArchivePolicy"];
  const days = policy && JSON.parse(policy).MessageRetentionPeriod;
  return days ? Number(days) : undefined;
}

/** What GetTopicAttributes answers. */
export function describeTopic(
  topic: Topic,
  owner: string,
  counts: { readonly confirmed: number; readonly pending: number },
  nowMs: number,
): Record<string, string> {
  const { DeliveryPolicy, ...set } = topic.attributes;
  const { healthyRetryPolicy, throttlePolicy, requestPolicy } = effectivePolicy(DeliveryPolicy, undefined);
  const disableSubscriptionOverrides =
    (DeliveryPolicy ? JSON.parse(DeliveryPolicy).http?.disableSubscriptionOverrides : undefined) ?? false;
  const days = retentionDays(topic);
  return {
    DisplayName: "",
    Policy: defaultPolicy(topic.arn, owner),
    ...(isFifo(topic) && { ContentBasedDeduplication: "false" }),
    ...Object.fromEntries(
      Object.entries(set).filter(([name, value]) => value !== "" || name === "DisplayName"),
    ),
    ...(DeliveryPolicy && { DeliveryPolicy }),
    EffectiveDeliveryPolicy: JSON.stringify({
      http: {
        defaultHealthyRetryPolicy: healthyRetryPolicy,
        disableSubscriptionOverrides,
        ...(throttlePolicy && { defaultThrottlePolicy: throttlePolicy }),
        defaultRequestPolicy: requestPolicy,
      },
    }),
    ...(days && {
      BeginningArchiveTime: new Date(Math.max(topic.createdAtMs, nowMs - days * 86_400_000)).toISOString(),
    }),
    Owner: owner,
    SubscriptionsConfirmed: String(counts.confirmed),
    SubscriptionsDeleted: String(topic.deletedSubscriptions),
    SubscriptionsPending: String(counts.pending),
    TopicArn: topic.arn,
  };
}
