/**
 * What sets FIFO topics apart: sequence numbers, and messages that are accepted but not delivered twice.
 * https://docs.aws.amazon.com/sns/latest/dg/fifo-message-dedup.html
 */
import { createHash } from "node:crypto";
import { defineCollection, type Store } from "../../core/storage.ts";
import { invalidParameter } from "./errors.ts";
import type { Message, PublishedInput } from "./message.ts";
import { isFifo, type Topic } from "./topic.ts";

const DEDUPLICATION_INTERVAL_MS = 5 * 60_000;
const FIRST_SEQUENCE = 10_000_000_000_000_000_000n;
/** Printable ASCII but the space: letters, digits, punctuation. */
const ID = /^[\u0021-\u007e]{1,128}$/;

interface Accepted {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly atMs: number;
}

/** Key: [topic's name, scope, deduplication id]. */
const acceptedCollection = defineCollection<Accepted>({
  name: "accepted",
  indexes: { time: ({ atMs }) => [atMs] },
});

/** The last sequence number of each topic. Key: [topic's name]. */
const sequenceCollection = defineCollection<string>({ name: "sequences" });

export type FifoIds = Pick<Message, "groupId" | "deduplicationId">;

/** The ids of a message for a topic, checked. @throws AwsError as Publish does */
export function readIds(topic: Topic, input: PublishedInput): FifoIds {
  const { MessageGroupId: groupId, MessageDeduplicationId: deduplicationId } = input;
  if (groupId !== undefined && !ID.test(groupId))
    throw invalidParameter(
      "MessageGroupId Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length",
    );
  if (deduplicationId !== undefined && isFifo(topic) && !ID.test(deduplicationId))
    throw invalidParameter(
      "MessageDeduplicationId Reason: MessageDeduplicationId can only include alphanumeric and punctuation characters. 1 to 128 in length",
    );
  if (!isFifo(topic)) {
    if (deduplicationId !== undefined)
      throw invalidParameter(
        "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
      );
    return groupId === undefined ? {} : { groupId };
  }
  if (groupId === undefined)
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  if (deduplicationId !== undefined) return { groupId, deduplicationId };
  if (topic.attributes["ContentBasedDeduplication"] !== "true")
    throw invalidParameter(
      "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  return { groupId, deduplicationId: createHash("sha256").update(input.Message).digest("hex") };
}

/** The message that was accepted under these ids in the last five minutes. */
export function acceptedBefore(
  store: Store,
  topic: Topic,
  ids: FifoIds,
  nowMs: number,
): Accepted | undefined {
  const accepted = store.collection(acceptedCollection);
  for (const { primary } of [
    ...accepted.by("time").keys({ before: [nowMs - DEDUPLICATION_INTERVAL_MS + 1] }),
  ])
    accepted.delete(primary);
  return accepted.get(acceptedKey(topic, ids));
}

/** Gives a message its sequence number and remembers its ids. */
export function accept(store: Store, topic: Topic, ids: FifoIds, messageId: string, nowMs: number): string {
  const sequences = store.collection(sequenceCollection);
  const last = sequences.get([topic.name]);
  const sequenceNumber = String((last === undefined ? FIRST_SEQUENCE : BigInt(last)) + 1n);
  sequences.put([topic.name], sequenceNumber);
  store
    .collection(acceptedCollection)
    .put(acceptedKey(topic, ids), { messageId, sequenceNumber, atMs: nowMs });
  return sequenceNumber;
}

function acceptedKey(topic: Topic, { groupId = "", deduplicationId = "" }: FifoIds) {
  const byGroup = topic.attributes["FifoThroughputScope"] === "MessageGroup";
  return [topic.name, byGroup ? groupId : "", deduplicationId];
}
