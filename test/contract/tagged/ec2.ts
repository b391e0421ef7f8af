import { arn, type Call } from "../lists.ts";
import type { TaggedCase } from "../tagged.ts";

type Output = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How one of each type is made: its operation and input, and where its id stands in the answer. */
const MADE: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  vpc: async (call) => (await vpc(call)).VpcId,
  subnet: async (call) => (await subnet(call)).SubnetId,
  "route-table": async (call) =>
    (await made(call, "CreateRouteTable", await vpc(call), "RouteTable"))["RouteTableId"],
  "internet-gateway": async (call) =>
    (await made(call, "CreateInternetGateway", {}, "InternetGateway"))["InternetGatewayId"],
  "egress-only-internet-gateway": async (call) =>
    (await made(call, "CreateEgressOnlyInternetGateway", await vpc(call), "EgressOnlyInternetGateway"))[
      "EgressOnlyInternetGatewayId"
    ],
  natgateway: async (call) =>
    (
      await made(
        call,
        "CreateNatGateway",
        { ...(await subnet(call)), ConnectivityType: "private" },
        "NatGateway",
      )
    )["NatGatewayId"],
  "elastic-ip": async (call) => (await call("AllocateAddress"))["AllocationId"],
  "security-group": async (call) => (await group(call))["GroupId"],
  "security-group-rule": async (call) => {
    const { SecurityGroupRules } = await call("AuthorizeSecurityGroupIngress", {
      GroupId: (await group(call))["GroupId"],
      IpProtocol: "tcp",
      FromPort: 22,
      ToPort: 22,
      CidrIp: "10.0.0.0/8",
    });
    return (SecurityGroupRules as { SecurityGroupRuleId: string }[])[0]!.SecurityGroupRuleId;
  },
  "network-acl": async (call) =>
    (await made(call, "CreateNetworkAcl", await vpc(call), "NetworkAcl"))["NetworkAclId"],
  "network-interface": async (call) =>
    (await made(call, "CreateNetworkInterface", await subnet(call), "NetworkInterface"))[
      "NetworkInterfaceId"
    ],
  "prefix-list": async (call) =>
    (
      await made(
        call,
        "CreateManagedPrefixList",
        { PrefixListName: "list", MaxEntries: 1, AddressFamily: "IPv4" },
        "PrefixList",
      )
    )["PrefixListId"],
  "vpc-endpoint": async (call) =>
    (
      await made(
        call,
        "CreateVpcEndpoint",
        { ...(await vpc(call)), ServiceName: "com.amazonaws.us-east-1.s3" },
        "VpcEndpoint",
      )
    )["VpcEndpointId"],
  "vpc-peering-connection": async (call) =>
    (
      await made(
        call,
        "CreateVpcPeeringConnection",
        { ...(await vpc(call)), PeerVpcId: (await vpc(call)).VpcId },
        "VpcPeeringConnection",
      )
    )["VpcPeeringConnectionId"],
  "dhcp-options": async (call) =>
    (
      await made(
        call,
        "CreateDhcpOptions",
        { DhcpConfigurations: [{ Key: "domain-name", Values: ["example.com"] }] },
        "DhcpOptions",
      )
    )["DhcpOptionsId"],
  "transit-gateway": async (call) => (await gateway(call)).TransitGatewayId,
  "transit-gateway-route-table": async (call) =>
    (await made(call, "CreateTransitGatewayRouteTable", await gateway(call), "TransitGatewayRouteTable"))[
      "TransitGatewayRouteTableId"
    ],
  "transit-gateway-attachment": async (call) => {
    const { SubnetId, VpcId } = await subnetAndVpc(call);
    const input = { ...(await gateway(call)), VpcId, SubnetIds: [SubnetId] };
    return (await made(call, "CreateTransitGatewayVpcAttachment", input, "TransitGatewayVpcAttachment"))[
      "TransitGatewayAttachmentId"
    ];
  },
  instance: async (call) => {
    const { Instances } = await call("RunInstances", { ImageId: "ami-1", MinCount: 1, MaxCount: 1 });
    return (Instances as { InstanceId: string }[])[0]!.InstanceId;
  },
  volume: async (call) =>
    (await call("CreateVolume", { AvailabilityZone: "us-east-1a", Size: 1 }))["VolumeId"],
  "launch-template": async (call) =>
    (
      await made(
        call,
        "CreateLaunchTemplate",
        { LaunchTemplateName: crypto.randomUUID(), LaunchTemplateData: {} },
        "LaunchTemplate",
      )
    )["LaunchTemplateId"],
  "key-pair": async (call) => (await call("CreateKeyPair", { KeyName: crypto.randomUUID() }))["KeyPairId"],
  "spot-instances-request": async (call) => {
    const { SpotInstanceRequests } = await call("RequestSpotInstances", {
      LaunchSpecification: { ImageId: "ami-1" },
    });
    return (SpotInstanceRequests as { SpotInstanceRequestId: string }[])[0]!.SpotInstanceRequestId;
  },
};

async function made(call: Call, operation: string, input: object, member: string) {
  return ((await call(operation, input)) as Output)[member]!;
}

const vpc = async (call: Call) => ({
  VpcId: (await made(call, "CreateVpc", { CidrBlock: "10.0.0.0/16" }, "Vpc"))["VpcId"],
});
async function subnetAndVpc(call: Call) {
  const { VpcId } = await vpc(call);
  const { SubnetId } = await made(call, "CreateSubnet", { VpcId, CidrBlock: "10.0.1.0/24" }, "Subnet");
  return { SubnetId, VpcId };
}
const subnet = async (call: Call) => ({ SubnetId: (await subnetAndVpc(call)).SubnetId });
const group = async (call: Call) =>
  call("CreateSecurityGroup", { ...(await vpc(call)), GroupName: "web", Description: "web" });
const gateway = async (call: Call) => ({
  TransitGatewayId: (await made(call, "CreateTransitGateway", {}, "TransitGateway"))["TransitGatewayId"],
});

export const tagged: readonly TaggedCase[] = Object.entries(MADE).map(([type, create]) => ({
  service: "ec2",
  type,
  create: async (call) => arn("ec2", call.account, `${type}/${await create(call)}`),
}));
