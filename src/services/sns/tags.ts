import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter, resourceNotFound, tooManyTags } from "./errors.ts";
import { placeOf, topicCollection } from "./topic.ts";

const MAX_TAGS = 50;

/** A list of tags as a record. @throws AwsError for a key that is there twice, or too many */
export function readTags(tags: SNS.TagList): Record<string, string> {
  const record = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  if (Object.keys(record).length < tags.length) throw invalidParameter("Duplicated keys are not allowed.");
  if (tags.length > MAX_TAGS) throw tooManyTags();
  return record;
}

export const tags = (host: ServiceHost): Handlers<SNS.Operations> => {
  const taggedAt = (arn: string) => {
    const { store, resource } = placeOf(host, arn, "ResourceArn");
    const topics = store.collection(topicCollection);
    const topic = topics.get([resource]);
    if (!topic) throw resourceNotFound();
    return { topics, topic };
  };

  return {
    TagResource(input) {
      const { topics, topic } = taggedAt(input.ResourceArn);
      const merged = { ...topic.tags, ...readTags(input.Tags) };
      if (Object.keys(merged).length > MAX_TAGS) throw tooManyTags();
      topics.put([topic.name], { ...topic, tags: merged });
    },

    UntagResource(input) {
      const { topics, topic } = taggedAt(input.ResourceArn);
      const kept = Object.entries(topic.tags).filter(([key]) => !input.TagKeys.includes(key));
      topics.put([topic.name], { ...topic, tags: Object.fromEntries(kept) });
    },

    ListTagsForResource(input) {
      const { topic } = taggedAt(input.ResourceArn);
      return { Tags: Object.entries(topic.tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
};
