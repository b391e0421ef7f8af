import { EC2 } from "@aws-sdk/client-ec2";
import type { Bed } from "../bed.ts";
import { formsOf } from "../forms.ts";
import { Acknowledged, type Lane } from "../lane.ts";

/** A group that was made is there. It has no instances: those are EC2's. */
export default (bed: Bed): Lane[] => {
  const acknowledged = new Acknowledged("autoscaling");
  const call = formsOf(bed, "autoscaling", "2011-01-01");
  return [
    {
      name: "autoscaling",
      setup: async () => {
        await new EC2(bed.options).createLaunchTemplate({
          LaunchTemplateName: "crash",
          LaunchTemplateData: { ImageId: "ami-12345678", InstanceType: "t3.micro" },
        });
      },
      write: async (n) => {
        await call("CreateAutoScalingGroup", {
          AutoScalingGroupName: `group-${n}`,
          "LaunchTemplate.LaunchTemplateName": "crash",
          MinSize: "0",
          MaxSize: "0",
          "AvailabilityZones.member.1": `${bed.options.region}a`,
        });
        acknowledged.add(`group-${n}`);
      },
      verify: () =>
        acknowledged.verify(
          async (name) =>
            (await call("DescribeAutoScalingGroups", { "AutoScalingGroupNames.member.1": name })).includes(
              `<AutoScalingGroupName>${name}</AutoScalingGroupName>`,
            ),
          (AutoScalingGroupName) => call("DeleteAutoScalingGroup", { AutoScalingGroupName }),
        ),
    },
  ];
};
