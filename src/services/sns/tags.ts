import { Tagging, tagList } from "../../aws/tags.ts";
import type { Handlers, ServiceHost } from "../../core/service.ts";
import type * as SNS from "../../models/generated/sns.ts";
import { invalidParameter, resourceNotFound, tooManyTags } from "./errors.ts";
import { placeOf, topicCollection } from "./topic.ts";

export const tagging = new Tagging({
  errors: {
    tooMany: tooManyTags,
    duplicate: () => invalidParameter("Duplicated keys are not allowed."),
    invalid: invalidParameter,
  },
});

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
      topics.put([topic.name], { ...topic, tags: tagging.add(topic.tags, input.Tags) });
    },

    UntagResource(input) {
      const { topics, topic } = taggedAt(input.ResourceArn);
      topics.put([topic.name], { ...topic, tags: tagging.remove(topic.tags, input.TagKeys) });
    },

    ListTagsForResource(input) {
      const { topic } = taggedAt(input.ResourceArn);
      return { Tags: tagList(topic.tags) };
    },
  };
};
