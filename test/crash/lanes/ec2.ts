import { EC2 } from "@aws-sdk/client-ec2";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default ({ options }: Bed): Lane[] => {
  const ec2 = new EC2(options);
  const acknowledged = new Acknowledged("ec2");
  return [
    {
      name: "ec2",
      setup: async () => {},
      write: async (n) => {
        const { GroupId = "" } = await ec2.createSecurityGroup({
          GroupName: `crash-${n}`,
          Description: "A group",
          TagSpecifications: [{ ResourceType: "security-group", Tags: [{ Key: "n", Value: String(n) }] }],
        });
        acknowledged.add(GroupId);
      },
      verify: () =>
        acknowledged.verify(
          async (id) => {
            const { SecurityGroups: [group] = [] } = await ec2.describeSecurityGroups({ GroupIds: [id] });
            return group?.Tags?.length === 1;
          },
          (GroupId) => ec2.deleteSecurityGroup({ GroupId }),
        ),
    },
  ];
};
