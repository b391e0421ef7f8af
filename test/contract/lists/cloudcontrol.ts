import type { ListCase } from "../lists.ts";

export const lists: readonly ListCase[] = [
  {
    service: "cloudcontrol",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    operation: "ListResources",
    input: () => ({ TypeName: "AWS::Kinesis::Stream" }),
    items: "ResourceDescriptions",
    add: (call, StreamName) => call("CreateStream", { StreamName }, "kinesis"),
    remove: (call, StreamName) => call("DeleteStream", { StreamName }, "kinesis"),
    nameOf: ({ Identifier }: { Identifier: string }) => Identifier,
  },
];
