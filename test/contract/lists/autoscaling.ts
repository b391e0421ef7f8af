import { byId, type Call, type ListCase } from "../lists.ts";
import { aTargetGroup, elbOf } from "./elbv2.ts";

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
    operation: "DescribePolicies",
    items: "ScalingPolicies",
    prepare: (call) => group(call, "scaled"),
    add: (call, PolicyName) =>
      call("PutScalingPolicy", {
        AutoScalingGroupName: "scaled",
        PolicyName,
        AdjustmentType: "ChangeInCapacity",
        ScalingAdjustment: 1,
      }),
    remove: (call, PolicyName) => call("DeletePolicy", { AutoScalingGroupName: "scaled", PolicyName }),
    nameOf: ({ PolicyName }: { PolicyName: string }) => PolicyName,
  },
  {
    ...paged,
    operation: "DescribeNotificationConfigurations",
    items: "NotificationConfigurations",
    input: () => ({ AutoScalingGroupNames: ["noted"] }),
    prepare: (call) => group(call, "noted"),
    add: async (call, Name) => {
      const { TopicArn } = await call("CreateTopic", { Name }, "sns");
      await call("PutNotificationConfiguration", {
        AutoScalingGroupName: "noted",
        TopicARN: TopicArn,
        NotificationTypes: ["autoscaling:EC2_INSTANCE_LAUNCH"],
      });
    },
    remove: (call, name) =>
      call("DeleteNotificationConfiguration", {
        AutoScalingGroupName: "noted",
        TopicARN: `arn:aws:sns:us-east-1:${call.account}:${name}`,
      }),
    nameOf: ({ TopicARN }: { TopicARN: string }) => TopicARN.split(":").at(-1),
  },
  {
    ...paged,
    operation: "DescribeScheduledActions",
    items: "ScheduledUpdateGroupActions",
    prepare: (call) => group(call, "planned"),
    add: (call, ScheduledActionName) =>
      call("PutScheduledUpdateGroupAction", {
        AutoScalingGroupName: "planned",
        ScheduledActionName,
        Recurrence: "0 8 * * *",
        MinSize: 1,
      }),
    remove: (call, ScheduledActionName) =>
      call("DeleteScheduledAction", { AutoScalingGroupName: "planned", ScheduledActionName }),
    nameOf: ({ ScheduledActionName }: { ScheduledActionName: string }) => ScheduledActionName,
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
  {
    ...paged,
    operation: "DescribeLoadBalancerTargetGroups",
    items: "LoadBalancerTargetGroups",
    input: () => ({ AutoScalingGroupName: "balanced" }),
    prepare: (call) => group(call, "balanced"),
    ...byId(
      async (call, name) => {
        const TargetGroupARN = await aTargetGroup(elbOf(call), name);
        await call("AttachLoadBalancerTargetGroups", {
          AutoScalingGroupName: "balanced",
          TargetGroupARNs: [TargetGroupARN],
        });
        return TargetGroupARN;
      },
      (call, TargetGroupARN) =>
        call("DetachLoadBalancerTargetGroups", {
          AutoScalingGroupName: "balanced",
          TargetGroupARNs: [TargetGroupARN],
        }),
    ),
    nameOf: ({ LoadBalancerTargetGroupARN }: { LoadBalancerTargetGroupARN: string }) =>
      LoadBalancerTargetGroupARN.split("/")[1],
  },
];
