import { makeArn } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { checkDataProtectionPolicy } from "./data-protection.ts";
import { invalidParameter, invalidState } from "./errors.ts";
import { pageIn } from "./page.ts";
import { subscriptionCollection } from "./subscription.ts";
import { tagging } from "./tags.ts";
import { isFifo, placeOf, topicAt, topicCollection } from "./topic.ts";
import { checkTopicAttribute, describeTopic, isTopicAttribute, retentionDays } from "./topic-attributes.ts";

const NAME = /^[\w-]{1,256}$/;

export const topics = (host: ServiceHost): Handlers<SNS.Operations> => ({
  CreateTopic(input, ctx) {
    const { FifoTopic, ...others } = input.Attributes ?? {};
    const fifo = FifoTopic?.toLowerCase() === "true";
    // A standard topic has no such attribute, also when it was said to be none.
    const attributes = { ...others, ...(fifo && { FifoTopic: "true" }) };
    checkName(input.Name, fifo);
    checkAttributes(attributes, fifo);
    if (FifoTopic !== undefined) checkAttributes({ FifoTopic: FifoTopic.toLowerCase() }, fifo);
    const tags = tagging.read(input.Tags);
    if (input.DataProtectionPolicy !== undefined) checkDataProtectionPolicy(input.DataProtectionPolicy);

    const collection = ctx.store.collection(topicCollection);
    const existing = collection.get([input.Name]);
    if (existing) {
      const differs = Object.entries(attributes).some(
        ([name, value]) => (existing.attributes[name] ?? "") !== value,
      );
      if (differs)
        throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
      if (input.Tags && !isSubset(tags, existing.tags))
        throw invalidParameter("Tags Reason: Topic already exists with different tags");
      return { TopicArn: existing.arn };
    }
    const arn = makeArn("sns", ctx.region, ctx.account, input.Name);
    collection.put([input.Name], {
      arn,
      name: input.Name,
      createdAtMs: ctx.clock.now(),
      attributes,
      tags,
      ...(input.DataProtectionPolicy !== undefined && { dataProtectionPolicy: input.DataProtectionPolicy }),
      deletedSubscriptions: 0,
    });
    return { TopicArn: arn };
  },

  DeleteTopic(input) {
    const { store, resource: name } = placeOf(host, input.TopicArn, "TopicArn");
    const collection = store.collection(topicCollection);
    const topic = collection.get([name]);
    // Deleting what is not there succeeds.
    if (!topic) return;
    if (retentionDays(topic)) throw invalidState("Cannot delete a topic with an ArchivePolicy");
    collection.delete([name]);
    store.collection(subscriptionCollection).clear({ prefix: [name] });
  },

  GetTopicAttributes(input, ctx) {
    const { topic, store, account } = topicAt(host, input.TopicArn);
    const counts = { confirmed: 0, pending: 0 };
    for (const { pending } of store.collection(subscriptionCollection).values({ prefix: [topic.name] }))
      counts[pending ? "pending" : "confirmed"]++;
    return { Attributes: describeTopic(topic, account, counts, ctx.clock.now()) };
  },

  SetTopicAttributes(input) {
    const { topic, topics: collection } = topicAt(host, input.TopicArn);
    const { AttributeName: name, AttributeValue: value = "" } = input;
    if (!isTopicAttribute(name, false)) throw invalidParameter("AttributeName");
    checkTopicAttribute(name, value, isFifo(topic));
    collection.put([topic.name], { ...topic, attributes: { ...topic.attributes, [name]: value } });
  },

  ListTopics(input, ctx) {
    const { items, nextToken } = pageIn(ctx.store.collection(topicCollection), input.NextToken);
    return {
      Topics: items.map(({ arn }) => ({ TopicArn: arn })),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
});

function checkName(name: string, fifo: boolean): void {
  if (!fifo) {
    if (!NAME.test(name)) throw invalidParameter("Topic Name");
    return;
  }
  // The API reference has a longer text; this is what AWS answered.
  if (!name.endsWith(".fifo") || name.length > 256 || !NAME.test(name.slice(0, -".fifo".length)))
    throw invalidParameter("Topic Name");
}

/** Says what CreateTopic's refusals say: the reason behind `Attributes`. */
function checkAttributes(attributes: Readonly<Record<string, string>>, fifo: boolean): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!isTopicAttribute(name, true)) throw invalidParameter(`Attributes Reason: Unknown attribute ${name}`);
    try {
      checkTopicAttribute(name, value, fifo);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalidParameter(error.message.replace(/^Invalid parameter: /, "Attributes Reason: "));
    }
  }
}

const isSubset = (tags: Readonly<Record<string, string>>, of: Readonly<Record<string, string>>) =>
  Object.entries(tags).every(([key, value]) => of[key] === value);
