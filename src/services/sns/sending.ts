import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { EffectivePolicy } from "./delivery-policy.ts";
import type { Envelope } from "./envelope.ts";
import type { Inbox, Where } from "./inbox.ts";
import type { Message } from "./message.ts";
import type { Subscription } from "./subscription.ts";

/** One attempt to deliver a message to an endpoint. */
export interface Sending {
  readonly host: ServiceHost;
  readonly inbox: Inbox;
  /** The topic's account and region. */
  readonly where: Where;
  readonly message: Message;
  readonly subscription: Subscription;
  /** Where it goes now: the subscription's endpoint, or its dead-letter queue. */
  readonly endpoint: string;
  /** The text for the subscription's protocol. */
  readonly text: string;
  readonly raw: boolean;
  readonly policy: EffectivePolicy;
  /** The call that published the message. */
  readonly parentId?: string;
  envelope(): Promise<Envelope>;
}

/** What the other side said, as delivery status logs show it. */
export interface ProviderResponse {
  readonly statusCode: number;
  readonly body: string;
}

export type Sender = (sending: Sending) => Promise<ProviderResponse>;

/** A delivery that failed. Server-side errors are tried again; client-side errors are final. */
export class DeliveryError extends Error {
  readonly retryable: boolean;
  readonly statusCode: number;

  constructor(message: string, options: { retryable: boolean; statusCode: number }) {
    super(message);
    this.retryable = options.retryable;
    this.statusCode = options.statusCode;
  }
}

const THROTTLED =
  /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughput|SlowDown|LimitExceeded$/;

/** Any error of an attempt as what it means for the delivery. */
export function deliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof AwsError) {
    const dropped = error.code === "ConnectionDropped";
    return new DeliveryError(`${error.code}: ${error.message}`, {
      retryable: dropped || error.status >= 500 || error.status === 429 || THROTTLED.test(error.code),
      statusCode: error.status,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new DeliveryError(message, { retryable: true, statusCode: 500 });
}
