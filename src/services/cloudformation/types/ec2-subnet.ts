import { listOf } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
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

/** A subnet always has a network ACL: its VPC's default one, until another takes its place. */
async function aclAssociationOf(subnet: unknown, at: ResourceContext): Promise<unknown> {
  const Filters = [{ Name: "association.subnet-id", Values: [subnet] }];
  const { NetworkAcls } = await call(at, "DescribeNetworkAcls", { Filters });
  const associations = (NetworkAcls as Properties[]).flatMap((acl) =>
    listOf<Properties>(acl, "Associations"),
  );
  return associations.find(({ SubnetId }) => SubnetId === subnet)?.["NetworkAclAssociationId"];
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
  attributesOf: async ({ AvailabilityZone, AvailabilityZoneId, CidrBlock, VpcId, ...subnet }, at) => ({
    AvailabilityZone,
    AvailabilityZoneId,
    CidrBlock,
    Ipv6CidrBlocks: listOf<Properties>(subnet, "Ipv6CidrBlockAssociationSet").map(
      ({ Ipv6CidrBlock }) => Ipv6CidrBlock,
    ),
    NetworkAclAssociationId: await aclAssociationOf(subnet["SubnetId"], at),
    VpcId,
  }),
  settle,
});
