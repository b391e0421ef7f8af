import { declareService } from "../../aws/declaration.ts";
import { defineResource } from "../../aws/resource.ts";
import { behindLast } from "../../core/text.ts";
import { type GroupRecord, groupRecords } from "./group.ts";

const named = (arn: string) => ({ ResourceId: behindLast("/", arn), ResourceType: "auto-scaling-group" });

/** Amazon EC2 Auto Scaling: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/ */
export default declareService({
  name: "autoscaling",
  iam: {
    passesRole: {
      CreateAutoScalingGroup: ["ServiceLinkedRoleARN", "LifecycleHookSpecificationList[].RoleARN"],
      UpdateAutoScalingGroup: "ServiceLinkedRoleARN",
    },
  },
  resources: {
    group: defineResource<GroupRecord>({
      arn: "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:{Id}:autoScalingGroupName/{AutoScalingGroupName}",
      namedBy: {
        AutoScalingGroupName: "AutoScalingGroupName",
        "AutoScalingGroupNames[]": "AutoScalingGroupName",
        "Tags[].ResourceId": "AutoScalingGroupName",
      },
      // Only what is there has an id.
      defaults: { Id: "*" },
      fis: "aws:ec2:autoscaling-group",
      cfn: "AWS::AutoScaling::AutoScalingGroup",
      collection: groupRecords,
      nameOf: ({ arn }) => arn,
      keyOf: ({ AutoScalingGroupName }) =>
        AutoScalingGroupName === undefined ? undefined : [AutoScalingGroupName],
      tags: {
        of: ({ tags }) => tags,
        add: {
          operation: "CreateOrUpdateTags",
          input: (arn, tags) => ({
            Tags: Object.entries(tags).map(([Key, Value]) => ({
              ...named(arn),
              Key,
              Value,
              PropagateAtLaunch: false,
            })),
          }),
        },
        remove: {
          operation: "DeleteTags",
          input: (arn, keys) => ({ Tags: keys.map((Key) => ({ ...named(arn), Key })) }),
        },
      },
    }),
  },
});
