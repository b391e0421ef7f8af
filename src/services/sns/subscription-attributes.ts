/** https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html */
import { parseArn } from "../../core/arn.ts";
import { JsonTextError, parseJsonText, plain } from "../../core/json-text.ts";
import { readIfJson } from "../../core/read-json.ts";
import { type EffectivePolicy, effectivePolicy, refusalOfDeliveryPolicy } from "./delivery-policy.ts";
import { invalidParameter } from "./errors.ts";
import {
  compileFilterPolicy,
  type FilterPolicy,
  FilterPolicyError,
  type FilterScope,
} from "./filter-policy.ts";
import type { Subscription } from "./subscription.ts";
import { isFifo, type Topic } from "./topic.ts";

const NAMES = new Set([
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "SubscriptionRoleArn",
  "ReplayPolicy",
]);

export const isSubscriptionAttribute = (name: string) => NAMES.has(name);

export interface AttributeContext {
  readonly topic: Topic;
  readonly protocol: string;
  readonly endpoint: string;
  /** The attributes as they will be, this one among them. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What stands before a refusal: `Attributes Reason: ` in Subscribe. */
  readonly prefix: string;
}

/** Checks one attribute. @throws AwsError */
export function checkSubscriptionAttribute(name: string, value: string, context: AttributeContext): void {
  const refuse = (reason: string) => invalidParameter(context.prefix + reason);
  switch (name) {
    case "RawMessageDelivery":
      if (!/^(true|false)$/i.test(value))
        throw refuse(`RawMessageDelivery: Invalid value [${value}]. Must be true or false.`);
      return;
    case "FilterPolicyScope":
      if (value !== "MessageAttributes" && value !== "MessageBody")
        throw refuse(
          `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
        );
      return;
    case "FilterPolicy":
      checkFilterPolicy(value, context, refuse);
      return;
    case "RedrivePolicy":
      checkRedrivePolicy(value, context, refuse);
      return;
    case "DeliveryPolicy": {
      if (context.protocol !== "http" && context.protocol !== "https")
        throw refuse(`Delivery protocol [${context.protocol}] does not support DeliveryPolicy.`);
      const refusal = refusalOfDeliveryPolicy(value, "subscription");
      if (refusal) throw refuse(refusal);
      return;
    }
    case "SubscriptionRoleArn":
      if (parseArn(value)?.service !== "iam") throw refuse("SubscriptionRoleArn");
      return;
    case "ReplayPolicy":
      checkReplayPolicy(value, context, refuse);
      return;
  }
}

type Refuse = (reason: string) => Error;

function checkFilterPolicy(text: string, { attributes }: AttributeContext, refuse: Refuse): void {
  if (text === "") return;
  try {
    compileFilterPolicy(text, scopeOf(attributes));
  } catch (error) {
    if (!(error instanceof FilterPolicyError)) throw error;
    throw refuse(error.bare ? error.message : `FilterPolicy: ${error.message}`);
  }
}

function checkRedrivePolicy(text: string, { topic, endpoint }: AttributeContext, refuse: Refuse): void {
  if (text === "") return;
  const target = parseArn(deadLetterTarget(text, refuse));
  if (target?.service !== "sqs" || target.resource === "")
    throw refuse("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  const fifoSubscription = isFifo(topic) && endpoint.endsWith(".fifo");
  if (fifoSubscription && !target.resource.endsWith(".fifo"))
    throw refuse("RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.");
  if (!isFifo(topic) && target.resource.endsWith(".fifo"))
    throw refuse("RedrivePolicy: must use a standard queue as DLQ for a subscription to a standard topic.");
}

function deadLetterTarget(text: string, refuse: Refuse): string {
  try {
    const policy = plain(parseJsonText(text)) as { deadLetterTargetArn?: unknown } | null;
    return String(policy?.deadLetterTargetArn ?? "");
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw refuse(`RedrivePolicy: failed to parse JSON. ${error.message}`);
  }
}

/** `{"PointType": "Timestamp", "StartingPoint": "…", "EndingPoint": "…"}` */
function checkReplayPolicy(text: string, { topic }: AttributeContext, refuse: Refuse): void {
  if (text === "") return;
  if (!isFifo(topic)) throw refuse("ReplayPolicy is only supported for FIFO topics.");
  if (!topic.attributes["ArchivePolicy"]) throw refuse("ReplayPolicy: the topic has no ArchivePolicy");
  const { PointType, StartingPoint } = readReplayPolicy(text) ?? {};
  if (PointType !== "Timestamp") throw refuse("ReplayPolicy: PointType must be Timestamp");
  if (Number.isNaN(Date.parse(StartingPoint ?? ""))) throw refuse("ReplayPolicy: StartingPoint is not valid");
}

export interface ReplayPolicy {
  readonly PointType?: string;
  readonly StartingPoint?: string;
  readonly EndingPoint?: string;
}

export function readReplayPolicy(text: string): ReplayPolicy | undefined {
  return readIfJson(text) as ReplayPolicy | undefined;
}

const scopeOf = (attributes: Readonly<Record<string, string>>) =>
  (attributes["FilterPolicyScope"] ?? "MessageAttributes") as FilterScope;

const compiled = new Map<string, FilterPolicy>();
const MAX_COMPILED = 10_000;

/** A subscription's filter, compiled once for each text. */
export function filterOf({
  attributes,
}: Subscription): { policy: FilterPolicy; scope: FilterScope } | undefined {
  const text = attributes["FilterPolicy"];
  if (!text) return undefined;
  const scope = scopeOf(attributes);
  const key = `${scope} ${text}`;
  let policy = compiled.get(key);
  if (!policy) {
    policy = compileFilterPolicy(text, scope);
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(key, policy);
  }
  return { policy, scope };
}

/** Where a subscription's undeliverable messages go. */
export function deadLetterArn({ attributes }: Subscription): string | undefined {
  const policy = attributes["RedrivePolicy"];
  return policy ? JSON.parse(policy).deadLetterTargetArn : undefined;
}

export const isRaw = ({ attributes }: Subscription) =>
  attributes["RawMessageDelivery"]?.toLowerCase() === "true";

/** What GetSubscriptionAttributes answers. */
export function describeSubscription(
  subscription: Subscription,
  topic: Topic | undefined,
): Record<string, string> {
  const { attributes, protocol } = subscription;
  const { FilterPolicy, FilterPolicyScope, ...rest } = attributes;
  const overHttp = protocol === "http" || protocol === "https";
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== "")),
    // The scope is shown with a policy only.
    ...(FilterPolicy && { FilterPolicy, FilterPolicyScope: FilterPolicyScope ?? "MessageAttributes" }),
    ...(overHttp && {
      EffectiveDeliveryPolicy: describePolicy(
        effectivePolicy(topic?.attributes["DeliveryPolicy"], attributes["DeliveryPolicy"]),
      ),
    }),
    ...(attributes["ReplayPolicy"] && { ReplayStatus: "Completed" }),
    ConfirmationWasAuthenticated: String(subscription.authenticated),
    Endpoint: subscription.endpoint,
    Owner: subscription.owner,
    PendingConfirmation: String(subscription.pending),
    Protocol: protocol,
    RawMessageDelivery: String(isRaw(subscription)),
    SubscriptionArn: subscription.arn,
    SubscriptionPrincipal: subscription.principal,
    TopicArn: subscription.topicArn,
  };
}

/** With the members that AWS shows although nobody can set them. */
function describePolicy({ healthyRetryPolicy, throttlePolicy, requestPolicy }: EffectivePolicy): string {
  return JSON.stringify({
    healthyRetryPolicy,
    sicklyRetryPolicy: null,
    throttlePolicy: throttlePolicy ?? null,
    requestPolicy,
    guaranteed: false,
  });
}
