import { isResourcePolicy } from "../../core/policy.ts";
import { invalidAttributeName, invalidAttributeValue, queueTypeIsFixed, unknownAttribute } from "./errors.ts";
import {
  type RedriveAllowPolicy,
  type RedrivePolicy,
  readRedriveAllowPolicy,
  readRedrivePolicy,
} from "./redrive-policy.ts";

/** The largest message, and the largest batch, in bytes. */
export const LARGEST_MESSAGE_BYTES = 1_048_576;

/** Attributes that are whole numbers: least, most, and what a new queue has. */
const NUMBERS: Readonly<Record<string, readonly [min: number, max: number, initial: number]>> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, LARGEST_MESSAGE_BYTES, LARGEST_MESSAGE_BYTES],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
};
/** Attributes with a fixed set of values, for FIFO queues only. */
const FIFO_CHOICES: Readonly<Record<string, readonly string[]>> = {
  ContentBasedDeduplication: ["true", "false"],
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};
/** Setting one of these to the empty string takes it away. */
const REMOVABLE = new Set([
  "Policy",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
]);
const READ_ONLY = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
];
const SETTABLE = new Set([
  ...Object.keys(NUMBERS),
  ...REMOVABLE,
  ...Object.keys(FIFO_CHOICES),
  "SqsManagedSseEnabled",
]);

export const isAttribute = (name: string) =>
  SETTABLE.has(name) || READ_ONLY.includes(name) || name === "FifoQueue" || name === "All";

export type Attributes = Readonly<Record<string, string>>;

const BOOLEANS: readonly string[] = ["FifoQueue", "ContentBasedDeduplication", "SqsManagedSseEnabled"];

/** Attributes with `True` and `FALSE` as AWS keeps them: `true`, `false`. */
export function withPlainBooleans(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).map(([name, value]) => [
    name,
    BOOLEANS.includes(name) && /^(?:true|false)$/i.test(value) ? value.toLowerCase() : value,
  ]);
  return Object.fromEntries(entries);
}

/** What a new queue has where CreateQueue says nothing. */
export function initialAttributes(fifo: boolean): Record<string, string> {
  const attributes: Record<string, string> = Object.fromEntries(
    Object.entries(NUMBERS).map(([name, [, , initial]]) => [name, String(initial)]),
  );
  attributes["SqsManagedSseEnabled"] = "true";
  if (!fifo) return attributes;
  return {
    ...attributes,
    FifoQueue: "true",
    ContentBasedDeduplication: "false",
    DeduplicationScope: "queue",
    FifoThroughputLimit: "perQueue",
  };
}

/**
 * Attributes with changes made to them.
 * @throws AwsError `InvalidAttributeName`, `InvalidAttributeValue`, or `InvalidParameterValue` for a redrive policy
 */
export function changeAttributes(before: Attributes, changes: Attributes): Record<string, string> {
  const fifo = before["FifoQueue"] === "true";
  const after: Record<string, string> = { ...before };
  for (const [name, value] of Object.entries(changes)) {
    checkAttribute(name, value, fifo);
    if (value === "" && REMOVABLE.has(name)) delete after[name];
    else after[name] = value;
  }
  checkEncryption(changes, after);
  if (
    after["FifoThroughputLimit"] === "perMessageGroupId" &&
    after["DeduplicationScope"] !== "messageGroup"
  ) {
    throw invalidAttributeName(
      "The perMessageGroupId value is allowed only when the value for DeduplicationScope is messageGroup.",
    );
  }
  return after;
}

function checkAttribute(name: string, value: string, fifo: boolean): void {
  // FifoQueue can be said again, but not changed; of a standard queue AWS does not know it, not even as false.
  if (name === "FifoQueue") {
    if (!fifo) throw unknownAttribute(name);
    if (value !== "true") throw queueTypeIsFixed();
    return;
  }
  if (!SETTABLE.has(name)) throw unknownAttribute(name);
  if (value === "" && REMOVABLE.has(name)) return;
  const range = NUMBERS[name] ?? (name === "KmsDataKeyReusePeriodSeconds" ? [60, 86_400] : undefined);
  if (range && !(/^\d{1,9}$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1])) {
    throw invalidAttributeValue(name);
  }
  const choices = FIFO_CHOICES[name];
  if (choices && !fifo) {
    if (name === "ContentBasedDeduplication") throw unknownAttribute(name);
    throw invalidAttributeName(`You can specify the ${name} only when FifoQueue is set to true.`);
  }
  if (choices && !choices.includes(value)) throw invalidAttributeValue(name);
  if (name === "SqsManagedSseEnabled" && value !== "true" && value !== "false")
    throw invalidAttributeValue(name);
  if (name === "Policy") checkPolicy(value);
  if (name === "RedrivePolicy") readRedrivePolicy(value);
  if (name === "RedriveAllowPolicy") readRedriveAllowPolicy(value);
}

/** A queue has one kind of server-side encryption at most. */
function checkEncryption(changes: Attributes, after: Record<string, string>): void {
  if (changes["KmsMasterKeyId"] && changes["SqsManagedSseEnabled"] === "true") {
    throw invalidAttributeName(
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
  if (changes["KmsMasterKeyId"]) after["SqsManagedSseEnabled"] = "false";
  else if (changes["SqsManagedSseEnabled"] === "true") delete after["KmsMasterKeyId"];
  if (after["KmsMasterKeyId"]) after["KmsDataKeyReusePeriodSeconds"] ??= "300";
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html */
const LARGEST_POLICY_BYTES = 8192;

function checkPolicy(text: string): void {
  if (!isResourcePolicy(text, LARGEST_POLICY_BYTES)) throw invalidAttributeValue("Policy");
}

/** A queue's attributes as the message operations use them. */
export interface QueueSettings {
  readonly fifo: boolean;
  readonly delayMs: number;
  readonly largestMessageBytes: number;
  readonly retentionMs: number;
  readonly waitSeconds: number;
  readonly visibilityTimeoutMs: number;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicatesByGroup: boolean;
  readonly redrive: RedrivePolicy | undefined;
  readonly redriveAllow: RedriveAllowPolicy | undefined;
}

export function settingsOf(attributes: Attributes): QueueSettings {
  const number = (name: string) => Number(attributes[name]);
  const { RedrivePolicy: redrive, RedriveAllowPolicy: redriveAllow } = attributes;
  return {
    fifo: attributes["FifoQueue"] === "true",
    delayMs: number("DelaySeconds") * 1000,
    largestMessageBytes: number("MaximumMessageSize"),
    retentionMs: number("MessageRetentionPeriod") * 1000,
    waitSeconds: number("ReceiveMessageWaitTimeSeconds"),
    visibilityTimeoutMs: number("VisibilityTimeout") * 1000,
    contentBasedDeduplication: attributes["ContentBasedDeduplication"] === "true",
    deduplicatesByGroup: attributes["DeduplicationScope"] === "messageGroup",
    redrive: redrive ? readRedrivePolicy(redrive) : undefined,
    redriveAllow: redriveAllow ? readRedriveAllowPolicy(redriveAllow) : undefined,
  };
}
