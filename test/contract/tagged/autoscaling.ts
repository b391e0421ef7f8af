import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "autoscaling",
    type: "group",
    create: async (call, AutoScalingGroupName) => {
      await call(
        "CreateLaunchTemplate",
        { LaunchTemplateName: AutoScalingGroupName, LaunchTemplateData: { ImageId: "ami-1" } },
        "ec2",
      );
      await call("CreateAutoScalingGroup", {
        AutoScalingGroupName,
        LaunchTemplate: { LaunchTemplateName: AutoScalingGroupName },
        MinSize: 0,
        MaxSize: 1,
        AvailabilityZones: ["us-east-1a"],
      });
      const { AutoScalingGroups } = await call("DescribeAutoScalingGroups");
      return (AutoScalingGroups as { AutoScalingGroupARN: string }[])[0]!.AutoScalingGroupARN;
    },
  },
];
