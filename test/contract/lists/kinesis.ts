import { arn, type ListCase } from "../lists.ts";

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
];
