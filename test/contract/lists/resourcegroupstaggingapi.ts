import type { ListCase } from "../lists.ts";

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
];
