import { isSame, listChanges, listOf } from "../mapping/changes.ts";
import { call, ec2Type } from "../mapping/ec2.ts";
import type { Properties } from "../mapping/mapped.ts";
import type { ResourceContext } from "../resource-type.ts";
import type { Values } from "../sam/value.ts";

const LISTS = {
  RouteTableIds: "RouteTableIds",
  SubnetIds: "SubnetIds",
  SecurityGroupIds: "SecurityGroupIds",
};

async function settle(
  VpcEndpointId: string,
  before: Values,
  after: Values,
  at: ResourceContext,
): Promise<void> {
  // It was made with all of them.
  if (Object.keys(before).length === 0) return;
  const change: Record<string, unknown> = {};
  for (const name of Object.keys(LISTS)) {
    const { added, removed } = listChanges(listOf(before, name), listOf(after, name));
    if (added.length > 0) change[`Add${name}`] = added;
    if (removed.length > 0) change[`Remove${name}`] = removed;
  }
  for (const name of ["PolicyDocument", "PrivateDnsEnabled"])
    if (!isSame(before[name], after[name]) && after[name] !== undefined) change[name] = after[name];
  if (before["PolicyDocument"] !== undefined && after["PolicyDocument"] === undefined)
    change["ResetPolicy"] = true;
  if (Object.keys(change).length > 0) await call(at, "ModifyVpcEndpoint", { VpcEndpointId, ...change });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcendpoint.html */
export default ec2Type({
  type: "AWS::EC2::VPCEndpoint",
  replacedBy: ["ServiceName", "VpcEndpointType", "VpcId"],
  required: ["VpcId"],
  create: "CreateVpcEndpoint",
  delete: "DeleteVpcEndpoints",
  deletedBy: "VpcEndpointIds",
  made: ["VpcEndpoint", "VpcEndpointId"],
  described: ["DescribeVpcEndpoints", "VpcEndpointIds", "VpcEndpoints"],
  attributesOf: ({ CreationTimestamp, NetworkInterfaceIds, VpcEndpointId, ...endpoint }) => ({
    Id: VpcEndpointId,
    CreationTimestamp,
    DnsEntries: listOf<Properties>(endpoint, "DnsEntries").map(
      ({ HostedZoneId, DnsName }) => `${HostedZoneId}:${DnsName}`,
    ),
    NetworkInterfaceIds,
  }),
  settle,
});
