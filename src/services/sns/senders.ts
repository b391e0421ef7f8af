/** How a message goes to the endpoints that are AWS's own, or that are kept here to be read. */
import { queueUrlOf } from "../../aws/deliver.ts";
import { type Arn, parseArn } from "../../core/arn.ts";
import type { CallOptions } from "../../core/service.ts";
import { lambdaEvent, printEnvelope } from "./envelope.ts";
import { sendByHttp } from "./http-endpoint.ts";
import { pushToEndpoint } from "./platform-endpoint.ts";
import { DeliveryError, type ProviderResponse, type Sender, type Sending } from "./sending.ts";
import type { Protocol } from "./subscription.ts";

export const SENDERS: Readonly<Record<Protocol, Sender>> = {
  sqs: sendToQueue,
  lambda: invokeFunction,
  firehose: putRecord,
  http: sendByHttp,
  https: sendByHttp,
  email: keepEmail,
  "email-json": keepEmail,
  sms: keepSms,
  application: pushToEndpoint,
};

/** A call for a delivery: as SNS, beneath the publisher's call, where the endpoint lives. */
async function callEndpoint<O>(
  sending: Sending,
  service: string,
  operation: string,
  input: object,
): Promise<O> {
  const arn = arnOf(sending);
  const options: CallOptions = {
    account: arn.account,
    region: arn.region,
    sourceArn: sending.subscription.topicArn,
    ...(sending.parentId && { parentId: sending.parentId }),
    traceHeader: sending.message.traceHeader,
  };
  return sending.host.call<O>(service, operation, input, options);
}

function arnOf({ endpoint }: Sending): Arn {
  const arn = parseArn(endpoint);
  if (!arn) throw new DeliveryError(`${endpoint} is no ARN`, { retryable: false, statusCode: 400 });
  return arn;
}

async function bodyOf(sending: Sending): Promise<string> {
  return sending.raw ? sending.text : printEnvelope(await sending.envelope());
}

/** Also how dead letters go to their queue, whatever the subscription's protocol. */
export async function sendToQueue(sending: Sending): Promise<ProviderResponse> {
  const { message, endpoint } = sending;
  const queue = arnOf(sending);
  const toFifo = endpoint.endsWith(".fifo");
  // A standard topic's group is only a hint for fair queues; a FIFO topic's has no meaning in a standard queue.
  const grouped = toFifo || message.sequenceNumber === undefined;
  const output = await callEndpoint<{ MessageId?: string }>(sending, "sqs", "SendMessage", {
    QueueUrl: queueUrlOf(queue),
    MessageBody: await bodyOf(sending),
    ...(sending.raw && hasAttributes(sending) && { MessageAttributes: queueAttributes(sending) }),
    ...(grouped && message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(toFifo && { MessageDeduplicationId: message.deduplicationId ?? message.id }),
    ...(message.traceHeader && {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: message.traceHeader } },
    }),
  });
  return { statusCode: 200, body: JSON.stringify({ sqsMessageId: output.MessageId }) };
}

const hasAttributes = ({ message }: Sending) => Object.keys(message.attributes).length > 0;

function queueAttributes({ message }: Sending) {
  return Object.fromEntries(
    Object.entries(message.attributes).map(([name, { type, value }]) => [
      name,
      type.startsWith("Binary")
        ? { DataType: type, BinaryValue: Uint8Array.from(Buffer.from(value, "base64")) }
        : // SQS knows no String.Array of its own: it is a label like any other.
          { DataType: type, StringValue: value },
    ]),
  );
}

async function invokeFunction(sending: Sending): Promise<ProviderResponse> {
  const event = lambdaEvent(await sending.envelope(), sending.subscription.arn);
  const output = await callEndpoint<{ StatusCode?: number }>(sending, "lambda", "Invoke", {
    FunctionName: sending.endpoint,
    InvocationType: "Event",
    Payload: Buffer.from(JSON.stringify(event)),
  });
  return {
    statusCode: output.StatusCode ?? 202,
    body: JSON.stringify({ lambdaRequestId: sending.host.random.uuid() }),
  };
}

async function putRecord(sending: Sending): Promise<ProviderResponse> {
  if (!sending.host.serves("firehose"))
    throw new DeliveryError("Amazon Data Firehose is not served here", { retryable: false, statusCode: 400 });
  const output = await callEndpoint<{ RecordId?: string }>(sending, "firehose", "PutRecord", {
    DeliveryStreamName: parseArn(sending.endpoint)?.resource.replace(/^deliverystream\//, ""),
    Record: { Data: Buffer.from(`${await bodyOf(sending)}\n`) },
  });
  return { statusCode: 200, body: JSON.stringify({ firehoseRecordId: output.RecordId }) };
}

async function keepEmail(sending: Sending): Promise<ProviderResponse> {
  const { message, subscription, text } = sending;
  const { SubscribeURL: confirmUrl } = message.token ? await sending.envelope() : {};
  const kind = subscription.protocol === "email-json" ? "email-json" : "email";
  sending.inbox.put(sending.where, {
    kind,
    to: sending.endpoint,
    subscriptionArn: subscription.arn,
    topicArn: subscription.topicArn,
    messageId: message.id,
    subject:
      message.subject ??
      (message.token ? "AWS Notification - Subscription Confirmation" : "AWS Notification Message"),
    message: kind === "email-json" ? printEnvelope(await sending.envelope()) : text,
    attributes: message.attributes,
    ...(message.token && { token: message.token }),
    ...(confirmUrl && { confirmUrl }),
  });
  return { statusCode: 200, body: "OK" };
}

async function keepSms(sending: Sending): Promise<ProviderResponse> {
  const { message, subscription } = sending;
  sending.inbox.put(sending.where, {
    kind: "sms",
    to: sending.endpoint,
    subscriptionArn: subscription.arn,
    topicArn: subscription.topicArn,
    messageId: message.id,
    ...(message.subject !== undefined && { subject: message.subject }),
    ...(message.structure && { structure: message.structure }),
    message: sending.text,
    attributes: message.attributes,
  });
  return { statusCode: 200, body: "Message has been accepted by phone carrier" };
}
