import { arn, type ListCase } from "../lists.ts";

interface Description {
  readonly HasMoreShards: boolean;
  readonly Shards: readonly { readonly ShardId: string }[];
}

export const lists: readonly ListCase[] = [
  {
    service: "kinesis",
    operation: "ListStreams",
    size: "Limit",
    token: "NextToken",
    next: "NextToken",
    items: "StreamNames",
    add: (call, StreamName) => call("CreateStream", { StreamName, ShardCount: 1 }),
    remove: (call, StreamName) => call("DeleteStream", { StreamName }),
    nameOf: (name: string) => name,
  },
  {
    service: "kinesis",
    operation: "ListStreamConsumers",
    input: (account) => ({ StreamARN: arn("kinesis", account, "stream/s") }),
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "Consumers",
    prepare: (call) => call("CreateStream", { StreamName: "s", ShardCount: 1 }),
    add: (call, ConsumerName) =>
      call("RegisterStreamConsumer", { StreamARN: arn("kinesis", call.account, "stream/s"), ConsumerName }),
    remove: (call, ConsumerName) =>
      call("DeregisterStreamConsumer", { StreamARN: arn("kinesis", call.account, "stream/s"), ConsumerName }),
    nameOf: ({ ConsumerName }: { ConsumerName: string }) => ConsumerName,
  },
  {
    service: "kinesis",
    operation: "ListShards",
    // A token is asked with alone: it knows its stream.
    input: (account) => ({ StreamARN: arn("kinesis", account, "stream/s") }),
    alone: true,
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "Shards",
    prepare: (call) => call("CreateStream", { StreamName: "s", ShardCount: 7 }),
    nameOf: ({ ShardId }: { ShardId: string }) => ShardId,
  },
  {
    service: "kinesis",
    operation: "DescribeStream",
    input: (account) => ({ StreamARN: arn("kinesis", account, "stream/s") }),
    size: "Limit",
    token: "ExclusiveStartShardId",
    next: ({ StreamDescription: { HasMoreShards, Shards } }: { StreamDescription: Description }) =>
      HasMoreShards && Shards.at(-1)?.ShardId,
    items: "StreamDescription.Shards",
    keyIsToken: true,
    prepare: (call) => call("CreateStream", { StreamName: "s", ShardCount: 7 }),
    nameOf: ({ ShardId }: { ShardId: string }) => ShardId,
  },
  {
    service: "kinesis",
    operation: "ListTagsForStream",
    input: () => ({ StreamName: "s" }),
    size: "Limit",
    token: "ExclusiveStartTagKey",
    next: ({ HasMoreTags, Tags }: { HasMoreTags: boolean; Tags: { Key: string }[] }) =>
      HasMoreTags && Tags.at(-1)?.Key,
    items: "Tags",
    keyIsToken: true,
    prepare: (call) => call("CreateStream", { StreamName: "s", ShardCount: 1 }),
    add: (call, key) => call("AddTagsToStream", { StreamName: "s", Tags: { [key]: "v" } }),
    remove: (call, key) => call("RemoveTagsFromStream", { StreamName: "s", TagKeys: [key] }),
    nameOf: ({ Key }: { Key: string }) => Key,
  },
];
