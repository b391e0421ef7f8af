import type { Context, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { E164 } from "./endpoint.ts";
import {
  endpointDisabled,
  invalidParameter,
  noEndpointForTarget,
  platformApplicationDisabled,
} from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import { type PublishedInput, readMessage } from "./message.ts";
import { platformApplicationCollection } from "./platform-application.ts";
import { endpointKey, platformEndpointCollection } from "./platform-endpoint.ts";
import { isOptedOut } from "./sms.ts";
import { placeOf } from "./topic.ts";

const MAX_SMS_CHARACTERS = 1600;

/** Messages that are published without a topic: to a phone number or to an app on a device. */
export class DirectMessages {
  readonly #host: ServiceHost;
  readonly #inbox: Inbox;

  constructor(host: ServiceHost, inbox: Inbox) {
    this.#host = host;
    this.#inbox = inbox;
  }

  toPhoneNumber(phoneNumber: string, input: PublishedInput, ctx: Context): SNS.PublishResponse {
    if (!E164.test(phoneNumber))
      throw invalidParameter(`PhoneNumber Reason: ${phoneNumber} is not valid to publish to`);
    const { text, attributes, subject, structure } = readMessage(input);
    if (text.length > MAX_SMS_CHARACTERS) throw invalidParameter("Message too long");
    const messageId = ctx.random.uuid();
    // Who has opted out gets nothing, and the publisher is not told.
    if (!isOptedOut(ctx.store, phoneNumber))
      this.#inbox.put(ctx, {
        kind: "sms",
        to: phoneNumber,
        messageId,
        ...(subject !== undefined && { subject }),
        ...(structure && { structure }),
        message: text,
        attributes,
      });
    ctx.log.debug(`Publishing '${messageId}' to '${phoneNumber}' with protocol 'sms'`);
    return { MessageId: messageId };
  }

  toEndpoint(arn: string, input: PublishedInput, ctx: Context): SNS.PublishResponse {
    const { store, resource, account, region } = placeOf(this.#host, arn, "TargetArn");
    const key = endpointKey(resource);
    const endpoint = store.collection(platformEndpointCollection).get(key);
    if (!endpoint) throw noEndpointForTarget();
    if (endpoint.attributes["Enabled"] === "false") throw endpointDisabled();
    const application = store.collection(platformApplicationCollection).get([key[0], key[1]]);
    if (application?.attributes["Enabled"] === "false") throw platformApplicationDisabled();
    const { text, byProtocol, published, attributes, subject, structure } = readMessage(input);
    const messageId = ctx.random.uuid();
    this.#inbox.put(
      { account, region },
      {
        kind: "application",
        to: arn,
        messageId,
        ...(subject !== undefined && { subject }),
        ...(structure && { structure }),
        message: published,
        payload: byProtocol?.[key[0]] ?? text,
        attributes,
      },
    );
    ctx.log.debug(`Publishing '${messageId}' to '${arn}' with protocol 'application'`);
    return { MessageId: messageId };
  }
}
