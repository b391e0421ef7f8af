/** https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html */
import { type OutboundAnswer, outbound } from "../../core/outbound.ts";
import { printEnvelope } from "./envelope.ts";
import { DeliveryError, type ProviderResponse, type Sending } from "./sending.ts";

/** How long an endpoint has to answer, on the machine's clock: a socket knows no other. */
const TIMEOUT_MS = 15_000;
const MAX_KEPT_ANSWER = 1024;

/** Sends a message by HTTP POST, confirmations as well as notifications. */
export async function sendByHttp(sending: Sending): Promise<ProviderResponse> {
  const { message, subscription } = sending;
  const url = new URL(sending.endpoint);
  const raw = sending.raw && message.type === "Notification";
  const headers: Record<string, string> = {
    "x-amz-sns-message-type": message.type,
    "x-amz-sns-message-id": message.id,
    "x-amz-sns-topic-arn": subscription.topicArn,
    ...(message.type !== "SubscriptionConfirmation" && { "x-amz-sns-subscription-arn": subscription.arn }),
    ...(raw && { "x-amz-sns-rawdelivery": "true" }),
    "content-type":
      message.type === "Notification"
        ? sending.policy.requestPolicy.headerContentType
        : "text/plain; charset=UTF-8",
    "accept-encoding": "gzip,deflate",
    "user-agent": "Amazon Simple Notification Service Agent",
    ...credentialsOf(url),
  };
  const body = raw ? sending.text : printEnvelope(await sending.envelope());
  const response = await post(url, headers, body);
  const answer = response.text.slice(0, MAX_KEPT_ANSWER);
  if (response.status >= 200 && response.status < 300) return { statusCode: response.status, body: answer };
  throw new DeliveryError(answer || response.statusText, {
    // 4xx is the client's own no; too many requests and what is broken may pass.
    retryable: response.status === 429 || response.status >= 500,
    statusCode: response.status,
  });
}

async function post(url: URL, headers: Record<string, string>, body: string): Promise<OutboundAnswer> {
  try {
    return await outbound(url, { by: "sns", method: "POST", headers, body, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw new DeliveryError((error as Error).message, { retryable: true, statusCode: 500 });
  }
}

/** `https://user:password@host` becomes basic authentication. */
function credentialsOf(url: URL): Record<string, string> {
  if (url.username === "") return {};
  const text = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = "";
  url.password = "";
  return { authorization: `Basic ${Buffer.from(text).toString("base64")}` };
}
