import type { Call, ListCase } from "../lists.ts";

const paged = { service: "autoscaling", size: "MaxRecords", token: "NextToken", next: "NextToken" } as const;

const group = (call: Call, AutoScalingGroupName: string, more: object = {}) =>
  call("CreateAutoScalingGroup", {
    AutoScalingGroupName,
    LaunchTemplate: { LaunchTemplateName: "listed" },
    MinSize: 0,
    MaxSize: 9,
    AvailabilityZones: ["us-east-1a"],
    ...more,
  });

export const lists: readonly ListCase[] = [
  {
    ...paged,
    operation: "DescribeAutoScalingGroups",
    items: "AutoScalingGroups",
    add: (call, name) => group(call, name),
    remove: (call, AutoScalingGroupName) => call("DeleteAutoScalingGroup", { AutoScalingGroupName }),
    nameOf: ({ AutoScalingGroupName }: { AutoScalingGroupName: string }) => AutoScalingGroupName,
  },
  {
    ...paged,
    operation: "DescribeTags",
    items: "Tags",
    prepare: (call) => group(call, "tagged"),
    add: (call, Key) =>
      call("CreateOrUpdateTags", {
        Tags: [{ ResourceId: "tagged", ResourceType: "auto-scaling-group", Key, Value: "1" }],
      }),
    remove: (call, Key) =>
      call("DeleteTags", { Tags: [{ ResourceId: "tagged", ResourceType: "auto-scaling-group", Key }] }),
    nameOf: ({ Key }: { Key: string }) => Key,
  },
];
