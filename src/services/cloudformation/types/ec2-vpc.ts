import { listOf } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const ATTRIBUTES = { EnableDnsHostnames: false, EnableDnsSupport: true };

async function settle(VpcId: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  for (const [name, otherwise] of Object.entries(ATTRIBUTES)) {
    const is = after[name] ?? otherwise;
    // EC2 changes one attribute a call.
    if (String(is) !== String(before[name] ?? otherwise))
      await call(at, "ModifyVpcAttribute", { VpcId, [name]: { Value: is } });
  }
}

/** The network ACL and the security group that EC2 makes with each VPC. */
async function defaultsOf(vpc: unknown, at: ResourceContext): Promise<Properties> {
  const inVpc = { Name: "vpc-id", Values: [vpc] };
  const [{ NetworkAcls }, { SecurityGroups }] = await Promise.all([
    call(at, "DescribeNetworkAcls", { Filters: [inVpc, { Name: "default", Values: ["true"] }] }),
    call(at, "DescribeSecurityGroups", { Filters: [inVpc, { Name: "group-name", Values: ["default"] }] }),
  ]);
  return {
    DefaultNetworkAcl: (NetworkAcls as Properties[])[0]?.["NetworkAclId"],
    DefaultSecurityGroup: (SecurityGroups as Properties[])[0]?.["GroupId"],
  };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html */
export default ec2Type({
  type: "AWS::EC2::VPC",
  replacedBy: ["CidrBlock", "Ipv4IpamPoolId", "Ipv4NetmaskLength"],
  create: "CreateVpc",
  delete: "DeleteVpc",
  made: ["Vpc", "VpcId"],
  described: ["DescribeVpcs", "VpcIds", "Vpcs"],
  attributesOf: async (vpc, at) => ({
    ...(await defaultsOf(vpc["VpcId"], at)),
    CidrBlock: vpc["CidrBlock"],
    CidrBlockAssociations: listOf<Properties>(vpc, "CidrBlockAssociationSet").map(
      ({ AssociationId }) => AssociationId,
    ),
    Ipv6CidrBlocks: listOf<Properties>(vpc, "Ipv6CidrBlockAssociationSet").map(
      ({ Ipv6CidrBlock }) => Ipv6CidrBlock,
    ),
  }),
  settle,
});
