import type { Call, ListCase } from "../lists.ts";

/** A queue a name, with its tags. */
const tagged = (tagsOf: (name: string) => Record<string, string>) => ({
  add: (call: Call, name: string) => call("CreateQueue", { QueueName: name, tags: tagsOf(name) }, "sqs"),
  remove: (call: Call, name: string) => call("DeleteQueue", { QueueUrl: name }, "sqs"),
});

export const lists: readonly ListCase[] = [
  {
    service: "resourcegroupstaggingapi",
    operation: "GetResources",
    size: "ResourcesPerPage",
    token: "PaginationToken",
    next: "PaginationToken",
    items: "ResourceTagMappingList",
    add: (call, QueueName) => call("CreateQueue", { QueueName, tags: { a: "b" } }, "sqs"),
    remove: (call, QueueUrl) => call("DeleteQueue", { QueueUrl }, "sqs"),
    nameOf: ({ ResourceARN }: { ResourceARN: string }) => ResourceARN.split(":").at(-1),
  },
  {
    service: "resourcegroupstaggingapi",
    operation: "GetTagKeys",
    token: "PaginationToken",
    next: "PaginationToken",
    items: "TagKeys",
    fixedSize: 500,
    ...tagged((name) => ({ [name]: "v" })),
    nameOf: (key: string) => key,
  },
  {
    service: "resourcegroupstaggingapi",
    operation: "GetTagValues",
    input: () => ({ Key: "k" }),
    token: "PaginationToken",
    next: "PaginationToken",
    items: "TagValues",
    fixedSize: 500,
    ...tagged((name) => ({ k: name })),
    nameOf: (value: string) => value,
  },
];
