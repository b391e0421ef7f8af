/**
 * A published message: what Publish accepts, checked, and in the form in which it waits for delivery.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
import { readJson } from "../../core/read-json.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter } from "./errors.ts";
import { checkAttributes } from "./message-attributes.ts";
import type { MessageType } from "./signature.ts";

/** An attribute as envelopes show it: a Binary value is base64. */
export interface MessageAttribute {
  readonly type: string;
  readonly value: string;
}

export interface Message {
  readonly id: string;
  readonly type: MessageType;
  /** The topic's ARN; absent for a message published to a phone number or an endpoint. */
  readonly topicArn?: string;
  /** The text for all protocols that `byProtocol` does not name. */
  readonly text: string;
  /** With `MessageStructure: json`: the texts for single protocols. */
  readonly byProtocol?: Readonly<Record<string, string>>;
  /** The text as it was published, before its structure was read. */
  readonly published: string;
  readonly structure?: string;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  /** Epoch milliseconds. */
  readonly publishedAtMs: number;
  /** `X-Amzn-Trace-Id` of the publisher, for SQS. */
  readonly traceHeader?: string;
  /** For confirmations: what ConfirmSubscription wants. */
  readonly token?: string;
}

/** What Publish and the entries of PublishBatch have in common. */
export type PublishedInput = Pick<
  SNS.PublishInput,
  | "Message"
  | "Subject"
  | "MessageStructure"
  | "MessageAttributes"
  | "MessageDeduplicationId"
  | "MessageGroupId"
>;

/** 256 KiB, the attributes' names, types and values included. */
export const MAX_MESSAGE_BYTES = 262_144;
const MAX_SUBJECT_CHARACTERS = 100;

/** The parts of a message that its input alone decides. @throws AwsError as Publish does */
export function readMessage(
  input: PublishedInput,
): Pick<Message, "text" | "byProtocol" | "published" | "structure" | "subject" | "attributes"> {
  if (input.Message === "") throw invalidParameter("Empty message");
  checkSubject(input.Subject);
  const attributes = checkAttributes(input.MessageAttributes ?? {});
  if (sizeOf(input) > MAX_MESSAGE_BYTES) throw invalidParameter("Message too long");
  const rest = {
    published: input.Message,
    attributes,
    ...(input.Subject !== undefined && { subject: input.Subject }),
  };
  if (input.MessageStructure === undefined) return { text: input.Message, ...rest };
  return {
    ...readStructure(input.Message, input.MessageStructure),
    structure: input.MessageStructure,
    ...rest,
  };
}

/** At most 100 characters, without line breaks and control characters, beginning like text. */
function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (
    subject.length === 0 ||
    subject.length > MAX_SUBJECT_CHARACTERS ||
    /[\u0000-\u001f\u007f]/.test(subject)
  )
    throw invalidParameter("Subject");
}

export function sizeOf(input: PublishedInput): number {
  let size = Buffer.byteLength(input.Message);
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(
    input.MessageAttributes ?? {},
  )) {
    size += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    size += BinaryValue ? BinaryValue.length : Buffer.byteLength(StringValue ?? "");
  }
  return size;
}

/** `MessageStructure: json`: an object with a text for `default` and perhaps for single protocols. */
function readStructure(body: string, structure: string): Pick<Message, "text" | "byProtocol"> {
  if (structure !== "json") throw invalidParameter("MessageStructure");
  let parsed: unknown;
  try {
    parsed = readJson(body);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  // Values that are no text are as good as absent.
  const texts = Object.fromEntries(
    Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
  const text = texts["default"];
  if (text === undefined) throw invalidParameter("Message Structure - No default entry in JSON message body");
  return { text, byProtocol: texts };
}

/** The text that a protocol (`sqs`, `http`, `GCM` …) gets. */
export function textFor(message: Message, protocol: string): string {
  const { byProtocol, text } = message;
  return (byProtocol && Object.hasOwn(byProtocol, protocol) ? byProtocol[protocol] : undefined) ?? text;
}
