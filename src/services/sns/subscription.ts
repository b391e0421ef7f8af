import type { ServiceHost } from "../../core/service.ts";
import { type Collection, defineCollection } from "../../core/storage.ts";
import { invalidParameter, subscriptionNotFound } from "./errors.ts";
import { type Place, placeOf } from "./topic.ts";

export const PROTOCOLS = [
  "http",
  "https",
  "email",
  "email-json",
  "sms",
  "sqs",
  "application",
  "lambda",
  "firehose",
] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** A subscription as it is kept. */
export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  readonly endpoint: string;
  readonly owner: string;
  /** ARN of who subscribed. */
  readonly principal: string;
  readonly createdAtMs: number;
  /** Attributes that were set, by AWS's names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly pending: boolean;
  /** True when the confirmation came with credentials (or none was needed). */
  readonly authenticated: boolean;
  /** ConfirmSubscription was told that only the owner may unsubscribe. */
  readonly authenticateOnUnsubscribe?: boolean;
  /** What confirms it, and since when. */
  readonly token: string;
  readonly tokenAtMs: number;
}

/** Key: [topic's name, id]. */
export const subscriptionCollection = defineCollection<Subscription>({
  name: "subscriptions",
  indexes: {
    endpoint: ({ protocol, endpoint }, [topicName = ""]) => [topicName, protocol, endpoint],
    token: ({ token }) => [token],
  },
});

/** Subscriptions that were ended, by the token that brings them back. Key: [token]. */
export const endedSubscriptionCollection = defineCollection<Subscription>({ name: "ended-subscriptions" });

/** The key of a subscription by its ARN (`<topic's ARN>:<id>`). */
export const subscriptionKey = (arn: string): [topicName: string, id: string] => {
  const [topicName = "", id = ""] = arn.split(":").slice(5);
  return [topicName, id];
};

export interface SubscriptionAt extends Place {
  readonly subscription: Subscription;
  readonly subscriptions: Collection<Subscription>;
}

/** @throws AwsError when the ARN is none, or there is no such subscription */
export function subscriptionAt(host: ServiceHost, arn: string): SubscriptionAt {
  const place = placeOf(host, arn, "SubscriptionArn");
  const [topicName, id] = subscriptionKey(arn);
  if (id === "") throw invalidParameter("SubscriptionId");
  const subscriptions = place.store.collection(subscriptionCollection);
  const subscription = subscriptions.get([topicName, id]);
  if (!subscription) throw subscriptionNotFound();
  return { ...place, subscription, subscriptions };
}
