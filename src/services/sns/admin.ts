/** What SNS adds to the admin API: the inbox, confirmation tokens, the signing certificate. */

import { parseArn } from "../../core/arn.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { AdminRoute, ServiceHost } from "../../core/service.ts";
import { deliveryCollection } from "./delivery.ts";
import type { Inbox, InboxMessage, Where } from "./inbox.ts";
import { CERTIFICATE_PATH, type Signer } from "./signature.ts";
import { optOut } from "./sms.ts";
import { subscriptionCollection, subscriptionKey } from "./subscription.ts";

export const admin = (host: ServiceHost, inbox: Inbox, signer: Signer): AdminRoute[] => [
  {
    method: "GET",
    path: CERTIFICATE_PATH,
    isOpen: true,
    handle: async () => ({
      status: 200,
      headers: { "content-type": "application/x-pem-file" },
      body: await signer.certificate(),
    }),
  },
  {
    method: "GET",
    path: "/_squall/sns/messages",
    handle(request) {
      const { where, query } = whereOf(request);
      const kind = query.get("kind") as InboxMessage["kind"] | null;
      const to = query.get("to");
      const messages = inbox.list(where, kind ?? undefined).filter((message) => !to || message.to === to);
      return json(200, {
        messages: messages.map(({ atMs, ...rest }) => ({ ...rest, at: new Date(atMs).toISOString() })),
      });
    },
  },
  {
    method: "DELETE",
    path: "/_squall/sns/messages",
    handle(request) {
      inbox.clear(whereOf(request).where);
      return { status: 204, headers: {} };
    },
  },
  {
    method: "GET",
    path: "/_squall/sns/deliveries",
    handle: (request) => json(200, { deliveries: waiting(host, whereOf(request).where) }),
  },
  {
    method: "PUT",
    path: "/_squall/sns/opted-out/:number",
    handle(request, params) {
      const { account, region } = whereOf(request).where;
      optOut(host.store(account, region), decodeURIComponent(params["number"] ?? ""));
      return { status: 204, headers: {} };
    },
  },
  // LocalStack's endpoints, in its form.
  {
    method: "GET",
    path: "/_aws/sns/sms-messages",
    handle: (request) => listed(request, "sms_messages", "phoneNumber", (where) => inbox.list(where, "sms")),
  },
  {
    method: "DELETE",
    path: "/_aws/sns/sms-messages",
    handle: (request) => cleared(request, inbox, "sms", "phoneNumber"),
  },
  {
    method: "GET",
    path: "/_aws/sns/platform-endpoint-messages",
    handle: (request) =>
      listed(request, "platform_endpoint_messages", "endpointArn", (where) =>
        inbox.list(where, "application"),
      ),
  },
  {
    method: "DELETE",
    path: "/_aws/sns/platform-endpoint-messages",
    handle: (request) => cleared(request, inbox, "application", "endpointArn"),
  },
  {
    method: "GET",
    path: "/_aws/sns/subscription-tokens/*arn",
    handle: (_, params) => subscriptionToken(host, decodeURIComponent(params["arn"] ?? "")),
  },
];

/** The account and region that a request asks about, by LocalStack's parameter names. */
function whereOf(request: HttpRequest): { where: Where; query: URLSearchParams } {
  const query = new URLSearchParams(request.query);
  const account = query.get("accountId") ?? query.get("account") ?? "000000000000";
  return { where: { account, region: query.get("region") ?? "us-east-1" }, query };
}

/** The deliveries that have not arrived yet, in the order of publishing. */
function waiting(host: ServiceHost, { account, region }: Where): object[] {
  const deliveries = host.store(account, region).collection(deliveryCollection).values();
  return [...deliveries].map(({ messageId, subscription, attempts, dueAtMs, deadLetterArn }) => ({
    messageId,
    topicArn: subscription.topicArn,
    subscriptionArn: subscription.arn,
    protocol: subscription.protocol,
    endpoint: subscription.endpoint,
    ...(deadLetterArn && { deadLetterArn }),
    failedAttempts: attempts,
    due: new Date(dueAtMs).toISOString(),
  }));
}

const json = (status: number, body: object): HttpResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

function listed(
  request: HttpRequest,
  member: string,
  filter: string,
  list: (where: Where) => InboxMessage[],
): HttpResponse {
  const { where, query } = whereOf(request);
  const only = query.get(filter);
  const byReceiver: Record<string, object[]> = {};
  if (only) byReceiver[only] = [];
  for (const message of list(where)) {
    if (only && message.to !== only) continue;
    const forms = byReceiver[message.to] ?? [];
    byReceiver[message.to] = forms;
    forms.push(localStackForm(message));
  }
  return json(200, { [member]: byReceiver, region: where.region });
}

function localStackForm(message: InboxMessage): object {
  const attributes = Object.entries(message.attributes).map(([name, { type, value }]) => [
    name,
    { DataType: type, [type.startsWith("Binary") ? "BinaryValue" : "StringValue"]: value },
  ]);
  return {
    ...(message.kind === "sms" ? { PhoneNumber: message.to } : { TargetArn: message.to }),
    TopicArn: message.topicArn ?? null,
    SubscriptionArn: message.subscriptionArn ?? null,
    MessageId: message.messageId,
    Message: message.message,
    MessageAttributes: Object.fromEntries(attributes),
    MessageStructure: message.structure ?? null,
    Subject: message.subject ?? null,
  };
}

function cleared(
  request: HttpRequest,
  inbox: Inbox,
  kind: InboxMessage["kind"],
  filter: string,
): HttpResponse {
  const { where, query } = whereOf(request);
  const only = query.get(filter);
  inbox.clear(where, (message) => message.kind === kind && (!only || message.to === only));
  return { status: 204, headers: {} };
}

function subscriptionToken(host: ServiceHost, arn: string): HttpResponse {
  const parsed = parseArn(arn);
  if (parsed?.service !== "sns")
    return json(400, { error: "The provided SubscriptionARN is invalid", subscription_arn: arn });
  const subscriptions = host.store(parsed.account, parsed.region).collection(subscriptionCollection);
  const subscription = subscriptions.get(subscriptionKey(arn));
  if (!subscription)
    return json(404, { error: "The provided SubscriptionARN is not found", subscription_arn: arn });
  return json(200, { subscription_token: subscription.token, subscription_arn: arn });
}
