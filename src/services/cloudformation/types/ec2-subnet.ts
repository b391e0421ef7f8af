import { call, ec2Type } from "../mapping/ec2.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const ATTRIBUTES = ["AssignIpv6AddressOnCreation", "MapPublicIpOnLaunch", "EnableDns64"];

async function settle(SubnetId: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  for (const name of ATTRIBUTES) {
    const Value = after[name] ?? false;
    // EC2 changes one attribute a call.
    if (String(Value) !== String(before[name] ?? false))
      await call(at, "ModifySubnetAttribute", { SubnetId, [name]: { Value } });
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html */
export default ec2Type({
  type: "AWS::EC2::Subnet",
  replacedBy: ["AvailabilityZone", "AvailabilityZoneId", "CidrBlock", "Ipv6CidrBlock", "VpcId"],
  required: ["VpcId"],
  create: "CreateSubnet",
  delete: "DeleteSubnet",
  made: ["Subnet", "SubnetId"],
  described: ["DescribeSubnets", "SubnetIds", "Subnets"],
  attributesOf: ({ AvailabilityZone, AvailabilityZoneId, CidrBlock, VpcId }) => ({
    AvailabilityZone,
    AvailabilityZoneId,
    CidrBlock,
    VpcId,
  }),
  settle,
});
