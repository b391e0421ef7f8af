import { parseArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { type Collection, defineCollection, type Store } from "../../core/storage.ts";
import { invalidParameter, topicNotFound } from "./errors.ts";

/** A topic as it is kept. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly createdAtMs: number;
  /** Attributes that were set, by AWS's names. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly dataProtectionPolicy?: string;
  /** How many subscriptions were deleted; the two other counts are read from the subscriptions. */
  readonly deletedSubscriptions: number;
}

/** Key: [name]. */
export const topicCollection = defineCollection<Topic>({ name: "topics" });

/** Where an ARN's resource lives: its account and region, whoever asks. */
export interface Place {
  readonly store: Store;
  readonly account: string;
  readonly region: string;
}

/** @param parameter the name that a refusal gives */
export function placeOf(
  host: ServiceHost,
  arn: string,
  parameter: string,
): Place & { readonly resource: string } {
  if (arn === "") throw invalidParameter(`${parameter} Reason: no value for required parameter`);
  const parts = arn.split(":").length;
  if (parts < 6)
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${parts}`);
  const parsed = parseArn(arn);
  if (parsed?.service !== "sns" || !/^\d{12}$/.test(parsed.account) || parsed.region === "")
    throw invalidParameter(parameter);
  const { account, region, resource } = parsed;
  return { store: host.store(account, region), account, region, resource };
}

export interface TopicAt extends Place {
  readonly topic: Topic;
  readonly topics: Collection<Topic>;
}

/** The topic of an ARN. @throws AwsError when the ARN is none, or there is no such topic */
export function topicAt(host: ServiceHost, arn: string, parameter = "TopicArn"): TopicAt {
  const place = placeOf(host, arn, parameter);
  const topics = place.store.collection(topicCollection);
  const topic = topics.get([place.resource]);
  if (!topic) throw topicNotFound();
  return { ...place, topic, topics };
}

export const isFifo = (topic: Topic) => topic.attributes["FifoTopic"] === "true";
