import { call, ec2Type } from "../mapping/ec2.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

async function settle(id: string, before: Values, after: Values, at: ResourceContext): Promise<void> {
  const owner = after["PeerOwnerId"] ?? at.account;
  const isOwn = owner === at.account && (after["PeerRegion"] ?? at.region) === at.region;
  // CloudFormation accepts what its own account asked for.
  if (Object.keys(before).length === 0 && isOwn)
    await call(at, "AcceptVpcPeeringConnection", { VpcPeeringConnectionId: id });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcpeeringconnection.html */
export default ec2Type({
  type: "AWS::EC2::VPCPeeringConnection",
  replacedBy: ["PeerOwnerId", "PeerRegion", "PeerVpcId", "VpcId"],
  required: ["PeerVpcId", "VpcId"],
  create: "CreateVpcPeeringConnection",
  delete: "DeleteVpcPeeringConnection",
  made: ["VpcPeeringConnection", "VpcPeeringConnectionId"],
  described: ["DescribeVpcPeeringConnections", "VpcPeeringConnectionIds", "VpcPeeringConnections"],
  settle,
});
