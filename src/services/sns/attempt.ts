import type { Hit } from "../../core/fault.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Delivery } from "./delivery.ts";
import { effectivePolicy } from "./delivery-policy.ts";
import { envelopeOf } from "./envelope.ts";
import type { Inbox, Where } from "./inbox.ts";
import { type Message, textFor } from "./message.ts";
import { SENDERS, sendToQueue } from "./senders.ts";
import { DeliveryError, type ProviderResponse, type Sending } from "./sending.ts";
import type { SignatureVersion, Signer } from "./signature.ts";
import type { Subscription } from "./subscription.ts";
import { isRaw } from "./subscription-attributes.ts";
import type { Topic } from "./topic.ts";

/** Single attempts to deliver: each passes the fault point `sns:deliver`. */
export class Attempts {
  readonly #host: ServiceHost;
  readonly #signer: Signer;
  readonly #inbox: Inbox;

  constructor(host: ServiceHost, signer: Signer, inbox: Inbox) {
    this.#host = host;
    this.#signer = signer;
    this.#inbox = inbox;
  }

  /** What a sender needs to know of a delivery, as things are now. */
  prepare(where: Where, delivery: Delivery, message: Message, topic: Topic | undefined): Sending {
    const { subscription, parentId } = delivery;
    const text = textFor(message, subscription.protocol);
    return {
      host: this.#host,
      inbox: this.#inbox,
      where,
      message,
      subscription,
      endpoint: delivery.deadLetterArn ?? subscription.endpoint,
      text,
      raw: isRaw(subscription),
      policy: effectivePolicy(topic?.attributes["DeliveryPolicy"], subscription.attributes["DeliveryPolicy"]),
      ...(parentId && { parentId }),
      envelope: () =>
        envelopeOf(message, {
          text,
          subscriptionArn: subscription.arn,
          signatureVersion: signatureVersionOf(topic, subscription),
          url: this.#host.endpoint.url(),
          signer: this.#signer,
        }),
    };
  }

  /** @throws anything that keeps the message from arriving */
  run(delivery: Delivery, sending: Sending): Promise<ProviderResponse> {
    const { subscription, messageId, parentId } = delivery;
    const protocol = delivery.deadLetterArn ? "sqs" : subscription.protocol;
    const send = async () => {
      // Only now: a message that a rule holds back is not being handed over.
      using _handover = this.#host.atWork();
      using _answer = protocol.startsWith("http") ? this.#host.clock.hold() : undefined;
      return await (delivery.deadLetterArn ? sendToQueue(sending) : SENDERS[subscription.protocol](sending));
    };
    this.#host.log.debug(
      () =>
        `Topic '${subscription.topicArn}' publishing '${messageId}' to subscribed '${sending.endpoint}' with protocol '${protocol}' (subscription '${subscription.arn}')`,
    );
    const subject = {
      resource: [subscription.topicArn, subscription.arn, sending.endpoint],
      operation: "Deliver",
      input: {
        TopicArn: subscription.topicArn,
        SubscriptionArn: subscription.arn,
        Protocol: subscription.protocol,
        Endpoint: sending.endpoint,
        MessageId: messageId,
        Message: sending.text,
        Attempt: delivery.attempts + 1,
      },
      ...(parentId && { parentId }),
    };
    return this.#host.faultPoint("sns:deliver", subject, sending.where, (hits) =>
      hits.length === 0 ? send() : this.#bent(send, hits),
    );
  }

  async #bent(send: () => Promise<ProviderResponse>, hits: readonly Hit[]): Promise<ProviderResponse> {
    let copies = 1;
    for (const { effect, params } of hits) {
      if (effect === "fail") throw failure(params);
      if (effect === "delay") await this.#host.clock.sleep(Number(params["ms"]));
      if (effect === "duplicate") copies += Number(params["copies"] ?? 1);
      if (effect === "drop") return { statusCode: 200, body: "dropped by a fault rule" };
    }
    let response = await send();
    for (let copy = 1; copy < copies; copy++) response = await send();
    return response;
  }
}

function failure(params: Readonly<Record<string, unknown>>): DeliveryError {
  const statusCode = Number(params["status"] ?? 500);
  return new DeliveryError(String(params["message"] ?? "Failed by a fault rule"), {
    retryable: statusCode >= 500 || statusCode === 429,
    statusCode,
  });
}

/** Lambda gets version 1 of the signature whatever the topic says: recorded with a topic of version 2. */
function signatureVersionOf(topic: Topic | undefined, { protocol }: Subscription): SignatureVersion {
  if (protocol === "lambda") return "1";
  return (topic?.attributes["SignatureVersion"] || "1") as SignatureVersion;
}
