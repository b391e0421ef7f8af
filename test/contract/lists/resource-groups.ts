import type { ListCase } from "../lists.ts";

const page = {
  service: "resource-groups",
  size: "MaxResults",
  token: "NextToken",
  next: "NextToken",
} as const;
const nameOf = ({ ResourceArn }: { ResourceArn: string }) => ResourceArn.split(":").at(-1);
const ALL = {
  Type: "TAG_FILTERS_1_0",
  Query: JSON.stringify({ ResourceTypeFilters: ["AWS::AllSupported"], TagFilters: [{ Key: "a" }] }),
};

export const lists: readonly ListCase[] = [
  {
    ...page,
    operation: "ListGroups",
    items: "Groups",
    add: (call, Name) => call("CreateGroup", { Name }),
    remove: (call, Group) => call("DeleteGroup", { Group }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
  {
    ...page,
    operation: "ListGroupResources",
    input: () => ({ Group: "g" }),
    items: "ResourceIdentifiers",
    prepare: (call) => call("CreateGroup", { Name: "g", ResourceQuery: ALL }),
    add: (call, QueueName) => call("CreateQueue", { QueueName, tags: { a: "b" } }, "sqs"),
    remove: (call, QueueUrl) => call("DeleteQueue", { QueueUrl }, "sqs"),
    nameOf,
  },
  {
    ...page,
    operation: "SearchResources",
    input: () => ({ ResourceQuery: ALL }),
    items: "ResourceIdentifiers",
    add: (call, QueueName) => call("CreateQueue", { QueueName, tags: { a: "b" } }, "sqs"),
    remove: (call, QueueUrl) => call("DeleteQueue", { QueueUrl }, "sqs"),
    nameOf,
  },
];
