import type { ListCase } from "../lists.ts";

const bucketOf = (account: string) => `points-${account}`;

export const lists: readonly ListCase[] = [
  {
    service: "s3control",
    operation: "ListAccessPoints",
    size: "MaxResults",
    token: "NextToken",
    items: "AccessPointList",
    next: "NextToken",
    free: ["AccountId"],
    prepare: (call) => call("CreateBucket", { Bucket: bucketOf(call.account) }, "s3"),
    add: (call, Name) => call("CreateAccessPoint", { Name, Bucket: bucketOf(call.account) }),
    remove: (call, Name) => call("DeleteAccessPoint", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
];
