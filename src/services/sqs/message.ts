import { hash } from "node:crypto";
import { defineCollection } from "../../core/storage.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { attributesSize, type StoredAttribute } from "./message-attributes.ts";

/** A message as it is kept, by queue name and sequence. Times are epoch milliseconds. */
export interface MessageRecord {
  readonly id: string;
  readonly body: string;
  readonly bodyMd5: string;
  readonly attributes?: Readonly<Record<string, StoredAttribute>>;
  readonly traceHeader?: string;
  readonly senderId: string;
  /** The call that sent it: a receiver inside Squall makes its own calls the children of that one. */
  readonly sentBy: string;
  readonly sentAtMs: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** ARN of the queue that it was moved from as a dead letter. */
  readonly deadLetterSource?: string;
  /** Delayed or in flight until then. */
  readonly visibleAtMs: number;
  /** When it was last received; 0 for never. */
  readonly receivedAtMs: number;
  readonly firstReceivedAtMs?: number;
  readonly receiveCount: number;
  /** True for a copy that a fault made. */
  readonly isCopy?: boolean;
}

export const messages = defineCollection<MessageRecord>({ name: "messages" });

/** Bytes that count against MaximumMessageSize: the body, and names, types and values of the attributes. */
export function messageSize(body: string, attributes: SQS.MessageBodyAttributeMap | undefined): number {
  return Buffer.byteLength(body) + (attributes ? attributesSize(attributes) : 0);
}

export function md5(text: string): string {
  return hash("md5", text, "hex");
}

/**
 * SequenceNumber as AWS gives it: 20 digits that grow.
 * @param sequence the message's place in its queue, at most 16 digits
 */
export function sequenceNumber(sequence: number): string {
  return `188${String(sequence).padStart(17, "0")}`;
}
