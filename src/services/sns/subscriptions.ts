import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import type { Archive } from "./archive.ts";
import type { Deliveries } from "./deliveries.ts";
import { checkEndpoint, checkProtocol } from "./endpoint.ts";
import { authorizationError, invalidParameter, invalidToken, tooManySubscriptions } from "./errors.ts";
import type { Message } from "./message.ts";
import { pageIn } from "./page.ts";
import { isSigned } from "./signed.ts";
import {
  endedSubscriptionCollection,
  type Subscription,
  subscriptionAt,
  subscriptionCollection,
  subscriptionKey,
} from "./subscription.ts";
import {
  checkSubscriptionAttribute,
  describeSubscription,
  isSubscriptionAttribute,
} from "./subscription-attributes.ts";
import { isFifo, type Place, placeOf, type TopicAt, topicAt, topicCollection } from "./topic.ts";

/** A token that was not used in this time is void. */
const TOKEN_LIFETIME_MS = 2 * 86_400_000;
const TOKEN_CHARACTERS = 288;
const TOKEN = /^[0-9a-f]{64,}$/;
/** The end of a token is its region: a topic's ARN of another region is refused, whatever the topic. */
const REGION_CHARACTERS = 64;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Of a FIFO topic with FIFO queues; a standard topic has room for millions. */
const MAX_FIFO_SUBSCRIPTIONS = 100;

/** Endpoints that must say that they want the messages. */
const CONFIRMED_BY_HAND = new Set(["http", "https", "email", "email-json"]);

export const subscriptions = (
  host: ServiceHost,
  deliveries: Deliveries,
  archive: Archive,
): Handlers<SNS.Operations> => ({
  Subscribe(input, ctx) {
    const at = topicAt(host, input.TopicArn);
    const protocol = checkProtocol(input.Protocol);
    const endpoint = input.Endpoint ?? "";
    checkEndpoint(host, at.topic, protocol, endpoint);
    const attributes = input.Attributes ?? {};
    checkAttributes(attributes, { topic: at.topic, protocol, endpoint });

    const collection = at.store.collection(subscriptionCollection);
    const existing = collection.by("endpoint").first({ prefix: [at.topic.name, protocol, endpoint] });
    if (existing) {
      const differs = Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value);
      if (differs)
        throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
      if (existing.pending) askForConfirmation(deliveries, at, renew(existing, ctx), ctx);
      return answer(existing, input.ReturnSubscriptionArn);
    }
    if (isFifo(at.topic) && collection.count({ prefix: [at.topic.name] }) >= MAX_FIFO_SUBSCRIPTIONS)
      throw tooManySubscriptions();

    const subscription: Subscription = {
      arn: `${at.topic.arn}:${ctx.random.uuid()}`,
      topicArn: at.topic.arn,
      protocol,
      endpoint,
      owner: ctx.account,
      principal: ctx.caller.arn,
      createdAtMs: ctx.clock.now(),
      attributes,
      pending: CONFIRMED_BY_HAND.has(protocol),
      authenticated: !CONFIRMED_BY_HAND.has(protocol),
      token: tokenOf(at.region, ctx),
      tokenAtMs: ctx.clock.now(),
    };
    collection.put(subscriptionKey(subscription.arn), subscription);
    if (subscription.pending) askForConfirmation(deliveries, at, subscription, ctx);
    else if (attributes["ReplayPolicy"]) archive.replay(at, subscription, ctx.id);
    return answer(subscription, input.ReturnSubscriptionArn);
  },

  ConfirmSubscription(input, ctx) {
    const arn = parseArn(input.TopicArn);
    if (arn?.service !== "sns" || !/^\d{12}$/.test(arn.account)) throw invalidParameter("Topic");
    if (!TOKEN.test(input.Token)) throw invalidToken();
    const region = regionOfToken(input.Token);
    if (region !== "" && region !== arn.region) throw invalidParameter("Topic");
    // The token alone counts: a topic of another name is let pass.
    const store = host.store(arn.account, arn.region);
    const collection = store.collection(subscriptionCollection);
    const ended = store.collection(endedSubscriptionCollection);
    const subscription = collection.by("token").first({ prefix: [input.Token] }) ?? ended.get([input.Token]);
    if (!subscription || !store.collection(topicCollection).has([subscriptionKey(subscription.arn)[0]]))
      throw invalidParameter("Token");
    if (ctx.clock.now() - subscription.tokenAtMs > TOKEN_LIFETIME_MS) throw invalidParameter("Token");
    if (subscription.pending || ended.delete([input.Token])) {
      const signed = isSigned(ctx);
      collection.put(subscriptionKey(subscription.arn), {
        ...subscription,
        pending: false,
        authenticated: signed,
        authenticateOnUnsubscribe: input.AuthenticateOnUnsubscribe?.toLowerCase() === "true",
      });
    }
    return { SubscriptionArn: subscription.arn };
  },

  Unsubscribe(input, ctx) {
    const place = placeOf(host, input.SubscriptionArn, "SubscriptionArn");
    const [topicName, id] = subscriptionKey(input.SubscriptionArn);
    if (!UUID.test(id)) throw invalidParameter("SubscriptionId");
    const collection = place.store.collection(subscriptionCollection);
    const subscription = collection.get([topicName, id]);
    // Unsubscribing what is not there succeeds.
    if (!subscription) return;
    if (subscription.pending) throw invalidParameter("This subscription is pending confirmation");
    if (subscription.authenticateOnUnsubscribe && !isSigned(ctx))
      throw authorizationError("Authentication is required to unsubscribe");
    collection.delete([topicName, id]);
    const topics = place.store.collection(topicCollection);
    const topic = topics.get([topicName]);
    if (!topic) return;
    topics.put([topicName], { ...topic, deletedSubscriptions: topic.deletedSubscriptions + 1 });
    if (subscription.protocol !== "http" && subscription.protocol !== "https") return;
    const ended = place.store.collection(endedSubscriptionCollection);
    const nowMs = ctx.clock.now();
    for (const { key, value } of ended.entries())
      if (nowMs - value.tokenAtMs > TOKEN_LIFETIME_MS) ended.delete(key);
    ended.put([subscription.token], { ...subscription, tokenAtMs: nowMs });
    tellOfEnd(deliveries, place, subscription, ctx);
  },

  GetSubscriptionAttributes(input) {
    const { subscription, store } = subscriptionAt(host, input.SubscriptionArn);
    const topic = store.collection(topicCollection).get([subscriptionKey(subscription.arn)[0]]);
    return { Attributes: describeSubscription(subscription, topic) };
  },

  SetSubscriptionAttributes(input, ctx) {
    const at = subscriptionAt(host, input.SubscriptionArn);
    const { subscription } = at;
    const { AttributeName: name, AttributeValue: value = "" } = input;
    if (!isSubscriptionAttribute(name)) throw invalidParameter("AttributeName");
    const attributes = { ...subscription.attributes, [name]: value };
    const { topic } = topicAt(host, subscription.topicArn);
    const { protocol, endpoint } = subscription;
    checkSubscriptionAttribute(name, value, { topic, protocol, endpoint, attributes, prefix: "" });
    const changed = { ...subscription, attributes };
    at.subscriptions.put(subscriptionKey(subscription.arn), changed);
    if (name === "ReplayPolicy" && value !== "") archive.replay(at, changed, ctx.id);
  },

  ListSubscriptions(input, ctx) {
    const page = pageIn(ctx.store.collection(subscriptionCollection), input.NextToken);
    return { Subscriptions: page.items.map(summary), ...(page.nextToken && { NextToken: page.nextToken }) };
  },

  ListSubscriptionsByTopic(input) {
    const { store, topic } = topicAt(host, input.TopicArn);
    const page = pageIn(store.collection(subscriptionCollection), input.NextToken, { prefix: [topic.name] });
    return { Subscriptions: page.items.map(summary), ...(page.nextToken && { NextToken: page.nextToken }) };
  },
});

function checkAttributes(
  attributes: Readonly<Record<string, string>>,
  about: { topic: TopicAt["topic"]; protocol: string; endpoint: string },
): void {
  const prefix = "Attributes Reason: ";
  for (const [name, value] of Object.entries(attributes)) {
    if (!isSubscriptionAttribute(name)) throw invalidParameter(`${prefix}Unknown attribute: ${name}`);
    checkSubscriptionAttribute(name, value, { ...about, attributes, prefix });
  }
  if (about.protocol === "firehose" && !attributes["SubscriptionRoleArn"])
    throw invalidParameter(`${prefix}SubscriptionRoleArn: is required for the firehose protocol`);
}

/** A pending subscription's ARN is only told to who asks for it. */
const answer = (subscription: Subscription, always: boolean | undefined) => ({
  SubscriptionArn: subscription.pending && !always ? "pending confirmation" : subscription.arn,
});

const summary = ({ arn, owner, protocol, endpoint, topicArn, pending }: Subscription): SNS.Subscription => ({
  SubscriptionArn: pending ? "PendingConfirmation" : arn,
  Owner: owner,
  Protocol: protocol,
  Endpoint: endpoint,
  TopicArn: topicArn,
});

/** A call that came with credentials, and not by following the URL in a confirmation. */
function tokenOf(region: string, { random }: Context): string {
  const end = Buffer.from(region).toString("hex").padStart(REGION_CHARACTERS, "0");
  return random.hex(TOKEN_CHARACTERS - REGION_CHARACTERS) + end;
}

const regionOfToken = (token: string): string =>
  Buffer.from(token.slice(-REGION_CHARACTERS).replace(/^(?:00)+/, ""), "hex").toString();

/** The same subscription with its token's time running anew. */
function renew(subscription: Subscription, ctx: Context): Subscription {
  const renewed = { ...subscription, tokenAtMs: ctx.clock.now() };
  ctx.host
    .store(...scopeOf(subscription))
    .collection(subscriptionCollection)
    .put(subscriptionKey(subscription.arn), renewed);
  return renewed;
}

const scopeOf = ({ arn }: Subscription): [account: string, region: string] => {
  const [, , , region = "", account = ""] = arn.split(":");
  return [account, region];
};

function askForConfirmation(
  deliveries: Deliveries,
  place: Place,
  subscription: Subscription,
  ctx: Context,
): void {
  const message = handshake("SubscriptionConfirmation", subscription, ctx, [
    `You have chosen to subscribe to the topic ${subscription.topicArn}.`,
    "To confirm the subscription, visit the SubscribeURL included in this message.",
  ]);
  deliveries.enqueue(place, message, [subscription], ctx.id);
}

function tellOfEnd(deliveries: Deliveries, place: Place, subscription: Subscription, ctx: Context): void {
  const message = handshake("UnsubscribeConfirmation", subscription, ctx, [
    `You have chosen to deactivate subscription ${subscription.arn}.`,
    "To cancel this operation and restore the subscription, visit the SubscribeURL included in this message.",
  ]);
  deliveries.enqueue(place, message, [subscription], ctx.id);
}

function handshake(
  type: Message["type"],
  subscription: Subscription,
  ctx: Context,
  lines: string[],
): Message {
  const text = lines.join("\n");
  return {
    id: ctx.random.uuid(),
    type,
    topicArn: subscription.topicArn,
    text,
    published: text,
    attributes: {},
    token: subscription.token,
    publishedAtMs: ctx.clock.now(),
  };
}
