import { type Tags, tagList, withoutTags } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Kinesis from "../../models/generated/kinesis.ts";
import { consumerCollection } from "./consumer.ts";
import { findConsumer } from "./consumers.ts";
import { findStream, type StreamRecord, saveStream } from "./stream.ts";
import { taggingOf } from "./tagging.ts";

const MOST_TAGS = 50;

/** Tags of streams by name, and of streams and consumers by ARN. */
export const tags: Handlers<Kinesis.Operations> = {
  AddTagsToStream(input, ctx) {
    const { stream, store } = findStream(input, ctx);
    saveStream(store, { ...stream, tags: added(stream.tags, input.Tags, stream) });
  },

  RemoveTagsFromStream(input, ctx) {
    const { stream, store } = findStream(input, ctx);
    saveStream(store, { ...stream, tags: withoutTags(stream.tags, input.TagKeys) });
  },

  ListTagsForStream(input, ctx) {
    const start = input.ExclusiveStartTagKey;
    const all = list(findStream(input, ctx).stream.tags).filter(
      ({ Key }) => start === undefined || Key > start,
    );
    const limit = input.Limit ?? MOST_TAGS;
    return { Tags: all.slice(0, limit), HasMoreTags: all.length > limit };
  },

  TagResource(input, ctx) {
    change(input.ResourceARN, (before, stream) => added(before, input.Tags, stream), ctx);
  },

  UntagResource(input, ctx) {
    change(input.ResourceARN, (before) => withoutTags(before, input.TagKeys), ctx);
  },

  ListTagsForResource({ ResourceARN }, ctx) {
    const tagged = isConsumer(ResourceARN)
      ? findConsumer({ ConsumerARN: ResourceARN }, ctx).consumer
      : findStream({ StreamARN: ResourceARN }, ctx).stream;
    return { Tags: list(tagged.tags) };
  },
};

function change(arn: string, to: (before: Tags, stream: StreamRecord) => Tags, ctx: Context): void {
  const { stream, store } = findStream({ StreamARN: arn }, ctx);
  if (isConsumer(arn)) {
    const { consumer, key } = findConsumer({ ConsumerARN: arn }, ctx);
    store.collection(consumerCollection).put(key, { ...consumer, tags: to(consumer.tags, stream) });
  } else saveStream(store, { ...stream, tags: to(stream.tags, stream) });
}

export const isConsumer = (arn: string): boolean => arn.includes("/consumer/");

const added = (before: Tags, more: Tags, stream: StreamRecord): Tags => taggingOf(stream).add(before, more);

/** In the order of their keys. */
const list = (all: Tags): Kinesis.Tag[] => tagList(all).sort((a, b) => (a.Key < b.Key ? -1 : 1));
