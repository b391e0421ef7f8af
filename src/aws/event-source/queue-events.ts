import { compilePattern, eventToMatch } from "../../core/event-pattern/pattern.ts";
import { readIfJson, readJson } from "../../core/read-json.ts";
import type * as SQS from "../../models/generated/sqs.ts";

/** A message as ReceiveMessage gives it. */
export type Message = SQS.Message;

/** The records that are made of messages: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
export function queueRecords(messages: readonly Message[], queueArn: string, region: string): object[] {
  return messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
    ),
    md5OfMessageAttributes: message.MD5OfMessageAttributes ?? null,
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  }));
}

function attributeOf(value: SQS.MessageAttributeValue): object {
  return {
    ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
    ...(value.BinaryValue !== undefined && {
      binaryValue: Buffer.from(value.BinaryValue).toString("base64"),
    }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType,
  };
}

/** Is a message wanted? Asked with the record of the event. */
export function queueFilter(patterns: readonly string[]): (message: Message, record: object) => boolean {
  if (patterns.length === 0) return () => true;
  const filters = patterns.map((text) => {
    const { matches } = compilePattern(text, { empty: "allowed" });
    // A pattern for an object wants a JSON body, one for a value wants plain text.
    const { body } = readJson(text) as { body?: unknown };
    const wantsJson = typeof body === "object" && !Array.isArray(body);
    return { matches, wantsJson };
  });
  return (message, record) =>
    filters.some(({ matches, wantsJson }) => {
      if (!wantsJson) return matches(eventToMatch(record));
      const body = jsonOf(message.Body);
      return body !== undefined && matches(eventToMatch({ ...record, body }));
    });
}

function jsonOf(text: string | undefined): unknown {
  const value = readIfJson(text ?? "");
  return typeof value === "object" && value !== null ? value : undefined;
}
