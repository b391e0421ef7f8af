/** What Subscribe checks of an endpoint. https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html */
import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { invalidParameter, invalidParameterMessage } from "./errors.ts";
import { endpointKey, platformEndpointCollection } from "./platform-endpoint.ts";
import { PROTOCOLS, type Protocol } from "./subscription.ts";
import { isFifo, type Topic } from "./topic.ts";

export const E164 = /^\+?[0-9]{7,15}$/;
/** Numbers may be written in groups, but not with two separators together, nor with one at an end. */
const LOOSE_SEPARATORS = /[-./]{2}|^[-./]|[-./]$/;
const EMAIL = /^[^@\s]+@[^@\s]+$/;

export function checkProtocol(protocol: string): Protocol {
  if (!(PROTOCOLS as readonly string[]).includes(protocol))
    throw invalidParameter(`Amazon SNS does not support this protocol string: ${protocol}`);
  return protocol as Protocol;
}

/** @throws AwsError when the endpoint is none of its protocol, or not one for this topic */
export function checkEndpoint(host: ServiceHost, topic: Topic, protocol: Protocol, endpoint: string): void {
  if (isFifo(topic) && protocol !== "sqs")
    throw invalidParameter(
      `Invalid parameter: Protocol Reason: FIFO topics do not support the protocol ${protocol}`,
    );
  switch (protocol) {
    case "http":
    case "https":
      if (!endpoint.startsWith(`${protocol}://`) || !URL.canParse(endpoint))
        throw invalidParameter("Endpoint must match the specified protocol");
      return;
    case "email":
    case "email-json":
      if (!EMAIL.test(endpoint)) throw invalidParameter("Email address");
      return;
    case "sms":
      if (LOOSE_SEPARATORS.test(endpoint) || !E164.test(endpoint.replace(/[-./]/g, "")))
        throw invalidParameterMessage(`Invalid SMS endpoint: ${endpoint}`);
      return;
    case "sqs":
      if (parseArn(endpoint)?.service !== "sqs") throw invalidParameter("SQS endpoint ARN");
      if (endpoint.endsWith(".fifo") && !isFifo(topic))
        throw invalidParameter(
          "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
        );
      return;
    case "lambda":
      if (parseArn(endpoint)?.service !== "lambda") throw invalidParameter("Lambda endpoint ARN");
      return;
    case "firehose":
      if (parseArn(endpoint)?.service !== "firehose") throw invalidParameter("Firehose endpoint ARN");
      return;
    case "application":
      checkPlatformEndpoint(host, endpoint);
  }
}

function checkPlatformEndpoint(host: ServiceHost, endpoint: string): void {
  const arn = parseArn(endpoint);
  if (arn?.service !== "sns" || !arn.resource.startsWith("endpoint/"))
    throw invalidParameter("Endpoint Reason: Endpoint is not a platform endpoint ARN");
  const endpoints = host.store(arn.account, arn.region).collection(platformEndpointCollection);
  if (!endpoints.has(endpointKey(arn.resource)))
    throw invalidParameter(`Endpoint Reason: Endpoint does not exist for endpoint ${endpoint}`);
}
