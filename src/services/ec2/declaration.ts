import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import type { NameReader } from "../../aws/namer.ts";
import type { ResourceDeclaration } from "../../aws/resource.ts";
import { tagList } from "../../aws/tags.ts";
import { behindLast } from "../../core/text.ts";
import { addresses } from "./address.ts";
import { dhcpOptions } from "./dhcp-options-set.ts";
import { instancePoints } from "./instances/fault-points.ts";
import { type InstanceRecord, instances } from "./instances/instance.ts";
import { keyPairs } from "./instances/key-pair.ts";
import { launchTemplates } from "./instances/launch-template.ts";
import { instanceLifecycle } from "./instances/lifecycle.ts";
import { spotRequests } from "./instances/spot-request.ts";
import { volumes } from "./instances/volume.ts";
import { egressOnlyGateways, internetGateways } from "./internet-gateway.ts";
import type { Kept, KeptKind } from "./kind.ts";
import { natGateways } from "./nat-gateway.ts";
import { networkAcls } from "./network-acl.ts";
import { networkInterfaces } from "./network-interface.ts";
import { type PrefixListRecord, prefixLists } from "./prefix-list.ts";
import { routeTables } from "./route-table.ts";
import { securityGroups } from "./security-group.ts";
import { securityGroupRules } from "./security-group-rule.ts";
import { subnets } from "./subnet.ts";
import { transitGateways } from "./transit-gateway.ts";
import { isAttached, type VpcAttachmentRecord, vpcAttachments } from "./transit-gateway-attachment.ts";
import { transitGatewayRouteTables } from "./transit-gateway-route-table.ts";
import { vpcs } from "./vpc.ts";
import { vpcEndpoints } from "./vpc-endpoint.ts";
import { vpcPeerings } from "./vpc-peering.ts";

/** Amazon EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export default declareService({
  name: "ec2",
  resources: {
    vpc: kept(vpcs, { members: ["VpcId", "VpcIds[]", "PeerVpcId"], cfn: "AWS::EC2::VPC" }),
    subnet: kept(subnets, { members: ["SubnetId", "SubnetIds[]"], cfn: "AWS::EC2::Subnet" }),
    "route-table": kept(routeTables, {
      members: ["RouteTableId", "RouteTableIds[]"],
      cfn: "AWS::EC2::RouteTable",
    }),
    "internet-gateway": kept(internetGateways, {
      members: ["InternetGatewayId", "InternetGatewayIds[]", "GatewayId"],
      cfn: "AWS::EC2::InternetGateway",
    }),
    "egress-only-internet-gateway": kept(egressOnlyGateways, {
      members: ["EgressOnlyInternetGatewayId", "EgressOnlyInternetGatewayIds[]"],
      cfn: "AWS::EC2::EgressOnlyInternetGateway",
    }),
    natgateway: kept(natGateways, {
      members: ["NatGatewayId", "NatGatewayIds[]"],
      cfn: "AWS::EC2::NatGateway",
    }),
    "elastic-ip": kept(addresses, { members: ["AllocationId", "AllocationIds[]"], cfn: "AWS::EC2::EIP" }),
    "security-group": kept(securityGroups, {
      members: ["GroupId", "GroupIds[]", "SecurityGroupIds[]", "Groups[]"],
      cfn: "AWS::EC2::SecurityGroup",
    }),
    "security-group-rule": kept(securityGroupRules, {
      members: ["SecurityGroupRuleIds[]", "SecurityGroupRules[].SecurityGroupRuleId"],
    }),
    "network-acl": kept(networkAcls, {
      members: ["NetworkAclId", "NetworkAclIds[]"],
      cfn: "AWS::EC2::NetworkAcl",
    }),
    "network-interface": kept(networkInterfaces, {
      members: ["NetworkInterfaceId", "NetworkInterfaceIds[]"],
      cfn: "AWS::EC2::NetworkInterface",
    }),
    "prefix-list": {
      ...kept(prefixLists, {
        members: ["PrefixListId", "PrefixListIds[]", "DestinationPrefixListId"],
        cfn: "AWS::EC2::PrefixList",
      }),
      // AWS's own are no resources of the account.
      nameOf: ({ id, service }: PrefixListRecord) => (service === undefined ? id : undefined),
      keyOf: ({ Id }) => (Id === undefined ? undefined : [Id]),
    },
    "vpc-endpoint": kept(vpcEndpoints, {
      members: ["VpcEndpointId", "VpcEndpointIds[]"],
      cfn: "AWS::EC2::VPCEndpoint",
    }),
    "vpc-peering-connection": kept(vpcPeerings, {
      members: ["VpcPeeringConnectionId", "VpcPeeringConnectionIds[]"],
      cfn: "AWS::EC2::VPCPeeringConnection",
    }),
    "dhcp-options": kept(dhcpOptions, {
      members: ["DhcpOptionsId", "DhcpOptionsIds[]"],
      cfn: "AWS::EC2::DHCPOptions",
    }),
    "transit-gateway": kept(transitGateways, {
      members: ["TransitGatewayId", "TransitGatewayIds[]", "PeerTransitGatewayId"],
      cfn: "AWS::EC2::TransitGateway",
    }),
    "transit-gateway-route-table": kept(transitGatewayRouteTables, {
      members: ["TransitGatewayRouteTableId", "TransitGatewayRouteTableIds[]"],
      cfn: "AWS::EC2::TransitGatewayRouteTable",
    }),
    "transit-gateway-attachment": {
      ...kept(vpcAttachments, {
        members: ["TransitGatewayAttachmentId", "TransitGatewayAttachmentIds[]"],
        cfn: "AWS::EC2::TransitGatewayAttachment",
      }),
      nameOf: (attachment: VpcAttachmentRecord) => (isAttached(attachment) ? attachment.id : undefined),
      keyOf: ({ Id }) => (Id === undefined ? undefined : [Id]),
    },
    instance: {
      ...kept(instances, { members: ["InstanceId", "InstanceIds[]"], cfn: "AWS::EC2::Instance" }),
      fisAlso: {
        "aws:ec2:spot-instance": ({ spotRequestId }: InstanceRecord) => spotRequestId !== undefined,
      },
    },
    volume: {
      ...kept(volumes, { members: ["VolumeId", "VolumeIds[]"], cfn: "AWS::EC2::Volume" }),
      fis: "aws:ec2:ebs-volume",
    },
    "launch-template": kept(launchTemplates, {
      members: ["LaunchTemplateId", "LaunchTemplateIds[]", "LaunchTemplate.LaunchTemplateId"],
      cfn: "AWS::EC2::LaunchTemplate",
    }),
    "key-pair": kept(keyPairs, { members: ["KeyPairId", "KeyPairIds[]"], cfn: "AWS::EC2::KeyPair" }),
    "spot-instances-request": kept(spotRequests, {
      members: ["SpotInstanceRequestId", "SpotInstanceRequestIds[]"],
    }),
  },
  faultPoints: { ...lifecyclePoint(instanceLifecycle), ...instancePoints },
});

/** A kind that is kept here: its ids have its prefix, by which they are known in members that name anything, as those of tags. */
function kept<R extends Kept>(
  { type, prefix, collection }: Pick<KeptKind<R>, "type" | "prefix" | "collection">,
  { members, cfn }: { readonly members: readonly string[]; readonly cfn?: string },
): ResourceDeclaration {
  return {
    ...named(type, prefix, members),
    fis: `aws:ec2:${type}`,
    ...(cfn !== undefined && { cfn }),
    collection,
    tags: {
      of: ({ tags }) => tags,
      add: {
        operation: "CreateTags",
        input: (arn, tags) => ({ Resources: [behindLast("/", arn)], Tags: tagList(tags) }),
      },
      remove: {
        operation: "DeleteTags",
        input: (arn, keys) => ({ Resources: [behindLast("/", arn)], Tags: keys.map((Key) => ({ Key })) }),
      },
    },
  } satisfies ResourceDeclaration<R>;
}

/** Resources by their ids' prefix, which tells them apart in members that name anything. */
function named(type: string, prefix: string, members: readonly string[]): ResourceDeclaration {
  const isId = new RegExp(`^${prefix}-[0-9a-zA-Z]+$`);
  const read: NameReader = (text) => (isId.test(text) ? text : undefined);
  return {
    arn: `arn:{partition}:ec2:{region}:{account}:${type}/{Id}`,
    namedBy: Object.fromEntries([...members, "Resources[]"].map((member) => [member, read])),
  };
}
