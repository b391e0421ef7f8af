import { byId, type Call, type ListCase } from "../lists.ts";

type Output = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
interface Named {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TagSet?: Named["Tags"];
}

const tagSpecifications = (ResourceType: string, name: string) => [
  { ResourceType, Tags: [{ Key: "Name", Value: name }] },
];
/** What the test has made has its name as a tag; AWS's own has none. */
const nameOf = ({ Tags, TagSet }: Named) => (Tags ?? TagSet)?.find(({ Key }) => Key === "Name")?.Value;

/** A Describe operation of what one operation makes and another deletes. */
function described(of: {
  readonly operation: string;
  readonly items: string;
  readonly type: string;
  readonly create: string;
  /** Where the made one stands in the answer, and its id's member. */
  readonly made?: string;
  readonly id: string;
  readonly remove: string;
  readonly removes?: (id: string) => object;
  input?(name: string, call: Call): Promise<object> | object;
}): ListCase {
  return {
    service: "ec2",
    operation: of.operation,
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: of.items,
    least: 5,
    ...byId(
      async (call, name) => {
        const output = (await call(of.create, {
          ...(await of.input?.(name, call)),
          TagSpecifications: tagSpecifications(of.type, name),
        })) as Output;
        return String((of.made === undefined ? output : output[of.made])?.[of.id]);
      },
      (call, id) => call(of.remove, of.removes?.(id) ?? { [of.id]: id }),
    ),
    nameOf,
  };
}

async function defaultVpc(call: Call): Promise<{ VpcId: string }> {
  const { Vpcs } = (await call("DescribeVpcs", { Filters: [{ Name: "is-default", Values: ["true"] }] })) as {
    Vpcs: { VpcId: string }[];
  };
  return { VpcId: Vpcs[0]!.VpcId };
}
async function defaultSubnet(call: Call): Promise<{ SubnetId: string }> {
  const { Subnets } = (await call("DescribeSubnets")) as { Subnets: { SubnetId: string }[] };
  return { SubnetId: Subnets[0]!.SubnetId };
}
const vpc = async (call: Call) => ({
  VpcId: ((await call("CreateVpc", { CidrBlock: "10.0.0.0/16" })) as Output)["Vpc"]!["VpcId"] as string,
});
const transitGateway = async (call: Call) => ({
  TransitGatewayId: ((await call("CreateTransitGateway")) as Output)["TransitGateway"]!["TransitGatewayId"],
});
async function subnetIn(call: Call, { VpcId }: { VpcId: string }): Promise<string> {
  const { Subnet } = (await call("CreateSubnet", { VpcId, CidrBlock: "10.0.0.0/24" })) as Output;
  return Subnet!["SubnetId"] as string;
}
/** A block of its own for each name: `q280` → 10.1.24.0/24. */
const blockOf = (name: string) => {
  const number = Number(name.slice(1));
  return `10.${number >> 8}.${number & 255}.0/24`;
};
const nameOfBlock = (cidr: string) => {
  const [, high = "", low = ""] = cidr.split(".");
  return `q${String(Number(high) * 256 + Number(low)).padStart(3, "0")}`;
};

export const lists: readonly ListCase[] = [
  described({
    operation: "DescribeVpcs",
    items: "Vpcs",
    type: "vpc",
    create: "CreateVpc",
    made: "Vpc",
    id: "VpcId",
    remove: "DeleteVpc",
    input: () => ({ CidrBlock: "10.0.0.0/16" }),
  }),
  described({
    operation: "DescribeSubnets",
    items: "Subnets",
    type: "subnet",
    create: "CreateSubnet",
    made: "Subnet",
    id: "SubnetId",
    remove: "DeleteSubnet",
    // Above the blocks of the default subnets.
    input: async (name, call) => ({
      ...(await defaultVpc(call)),
      CidrBlock: `172.31.${128 + Math.floor(Number(name.slice(1)) / 16)}.${(Number(name.slice(1)) % 16) * 16}/28`,
    }),
  }),
  described({
    operation: "DescribeRouteTables",
    items: "RouteTables",
    type: "route-table",
    create: "CreateRouteTable",
    made: "RouteTable",
    id: "RouteTableId",
    remove: "DeleteRouteTable",
    input: (_name, call) => defaultVpc(call),
  }),
  described({
    operation: "DescribeInternetGateways",
    items: "InternetGateways",
    type: "internet-gateway",
    create: "CreateInternetGateway",
    made: "InternetGateway",
    id: "InternetGatewayId",
    remove: "DeleteInternetGateway",
  }),
  described({
    operation: "DescribeEgressOnlyInternetGateways",
    items: "EgressOnlyInternetGateways",
    type: "egress-only-internet-gateway",
    create: "CreateEgressOnlyInternetGateway",
    made: "EgressOnlyInternetGateway",
    id: "EgressOnlyInternetGatewayId",
    remove: "DeleteEgressOnlyInternetGateway",
    input: (_name, call) => defaultVpc(call),
  }),
  described({
    operation: "DescribeNatGateways",
    items: "NatGateways",
    type: "natgateway",
    create: "CreateNatGateway",
    made: "NatGateway",
    id: "NatGatewayId",
    remove: "DeleteNatGateway",
    input: async (_name, call) => ({ ...(await defaultSubnet(call)), ConnectivityType: "private" }),
  }),
  described({
    operation: "DescribeSecurityGroups",
    items: "SecurityGroups",
    type: "security-group",
    create: "CreateSecurityGroup",
    id: "GroupId",
    remove: "DeleteSecurityGroup",
    input: (name) => ({ GroupName: name, Description: name }),
  }),
  {
    service: "ec2",
    operation: "GetSecurityGroupsForVpc",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "SecurityGroupForVpcs",
    least: 5,
    input: async (_account, call) => defaultVpc(call),
    add: (call, name) => call("CreateSecurityGroup", { GroupName: name, Description: name }),
    remove: (call, name) => call("DeleteSecurityGroup", { GroupName: name }),
    nameOf: ({ GroupName }: { GroupName: string }) => (GroupName === "default" ? undefined : GroupName),
  },
  {
    service: "ec2",
    operation: "DescribeSecurityGroupRules",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "SecurityGroupRules",
    least: 5,
    prepare: (call) => call("CreateSecurityGroup", { GroupName: "rules", Description: "rules" }),
    add: (call, name) => call("AuthorizeSecurityGroupIngress", rule(name)),
    remove: (call, name) => call("RevokeSecurityGroupIngress", rule(name)),
    nameOf: ({ CidrIpv4, IsEgress }: { CidrIpv4?: string; IsEgress: boolean }) =>
      IsEgress || CidrIpv4 === undefined ? undefined : nameOfBlock(CidrIpv4),
  },
  described({
    operation: "DescribeNetworkAcls",
    items: "NetworkAcls",
    type: "network-acl",
    create: "CreateNetworkAcl",
    made: "NetworkAcl",
    id: "NetworkAclId",
    remove: "DeleteNetworkAcl",
    input: (_name, call) => defaultVpc(call),
  }),
  described({
    operation: "DescribeNetworkInterfaces",
    items: "NetworkInterfaces",
    type: "network-interface",
    create: "CreateNetworkInterface",
    made: "NetworkInterface",
    id: "NetworkInterfaceId",
    remove: "DeleteNetworkInterface",
    input: (_name, call) => defaultSubnet(call),
  }),
  {
    ...described({
      operation: "DescribeManagedPrefixLists",
      items: "PrefixLists",
      type: "prefix-list",
      create: "CreateManagedPrefixList",
      made: "PrefixList",
      id: "PrefixListId",
      remove: "DeleteManagedPrefixList",
      input: (name) => ({ PrefixListName: name, MaxEntries: 1, AddressFamily: "IPv4" }),
    }),
    least: 1,
  },
  {
    service: "ec2",
    operation: "GetManagedPrefixListEntries",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "Entries",
    prepare: async (call) => {
      await call("CreateManagedPrefixList", {
        PrefixListName: "entries",
        MaxEntries: 100,
        AddressFamily: "IPv4",
      });
    },
    input: async (_account, call) => ({ PrefixListId: (await entries(call)).PrefixListId }),
    add: async (call, name) => {
      const { PrefixListId, Version } = await entries(call);
      await call("ModifyManagedPrefixList", {
        PrefixListId,
        CurrentVersion: Version,
        AddEntries: [{ Cidr: blockOf(name) }],
      });
    },
    remove: async (call, name) => {
      const { PrefixListId, Version } = await entries(call);
      await call("ModifyManagedPrefixList", {
        PrefixListId,
        CurrentVersion: Version,
        RemoveEntries: [{ Cidr: blockOf(name) }],
      });
    },
    nameOf: ({ Cidr }: { Cidr: string }) => nameOfBlock(Cidr),
  },
  described({
    operation: "DescribeVpcEndpoints",
    items: "VpcEndpoints",
    type: "vpc-endpoint",
    create: "CreateVpcEndpoint",
    made: "VpcEndpoint",
    id: "VpcEndpointId",
    remove: "DeleteVpcEndpoints",
    removes: (id) => ({ VpcEndpointIds: [id] }),
    input: async (_name, call) => ({
      ...(await defaultVpc(call)),
      ServiceName: "com.amazonaws.us-east-1.s3",
    }),
  }),
  {
    service: "ec2",
    operation: "DescribeVpcEndpointServices",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "ServiceDetails",
    nameOf: ({ ServiceId }: { ServiceId: string }) => ServiceId,
  },
  described({
    operation: "DescribeVpcPeeringConnections",
    items: "VpcPeeringConnections",
    type: "vpc-peering-connection",
    create: "CreateVpcPeeringConnection",
    made: "VpcPeeringConnection",
    id: "VpcPeeringConnectionId",
    remove: "DeleteVpcPeeringConnection",
    input: async (_name, call) => ({ ...(await defaultVpc(call)), PeerVpcId: (await vpc(call)).VpcId }),
  }),
  described({
    operation: "DescribeDhcpOptions",
    items: "DhcpOptions",
    type: "dhcp-options",
    create: "CreateDhcpOptions",
    made: "DhcpOptions",
    id: "DhcpOptionsId",
    remove: "DeleteDhcpOptions",
    input: () => ({ DhcpConfigurations: [{ Key: "domain-name", Values: ["example.com"] }] }),
  }),
  described({
    operation: "DescribeTransitGateways",
    items: "TransitGateways",
    type: "transit-gateway",
    create: "CreateTransitGateway",
    made: "TransitGateway",
    id: "TransitGatewayId",
    remove: "DeleteTransitGateway",
  }),
  described({
    operation: "DescribeTransitGatewayRouteTables",
    items: "TransitGatewayRouteTables",
    type: "transit-gateway-route-table",
    create: "CreateTransitGatewayRouteTable",
    made: "TransitGatewayRouteTable",
    id: "TransitGatewayRouteTableId",
    remove: "DeleteTransitGatewayRouteTable",
    input: (_name, call) => transitGateway(call),
  }),
  ...["DescribeTransitGatewayVpcAttachments", "DescribeTransitGatewayAttachments"].map((operation) =>
    described({
      operation,
      items: operation.slice("Describe".length),
      type: "transit-gateway-attachment",
      create: "CreateTransitGatewayVpcAttachment",
      made: "TransitGatewayVpcAttachment",
      id: "TransitGatewayAttachmentId",
      remove: "DeleteTransitGatewayVpcAttachment",
      input: async (_name, call) => {
        const { VpcId } = await vpc(call);
        return { ...(await transitGateway(call)), VpcId, SubnetIds: [await subnetIn(call, { VpcId })] };
      },
    }),
  ),
  described({
    operation: "DescribeTransitGatewayPeeringAttachments",
    items: "TransitGatewayPeeringAttachments",
    type: "transit-gateway-attachment",
    create: "CreateTransitGatewayPeeringAttachment",
    made: "TransitGatewayPeeringAttachment",
    id: "TransitGatewayAttachmentId",
    remove: "DeleteTransitGatewayPeeringAttachment",
    input: async (_name, call) => ({
      ...(await transitGateway(call)),
      PeerTransitGatewayId: (await transitGateway(call)).TransitGatewayId,
      PeerAccountId: call.account,
      PeerRegion: "us-east-1",
    }),
  }),
  ...(
    [
      ["GetTransitGatewayRouteTableAssociations", "Associations"],
      ["GetTransitGatewayRouteTablePropagations", "TransitGatewayRouteTablePropagations"],
    ] as const
  ).map(([operation, items]): ListCase => {
    const vpcs = new Map<unknown, string>();
    return {
      service: "ec2",
      operation,
      size: "MaxResults",
      token: "NextToken",
      next: "NextToken",
      items,
      least: 5,
      prepare: transitGateway,
      input: async (_account, call) => ({ TransitGatewayRouteTableId: (await onlyGateway(call)).table }),
      ...byId(
        async (call, name) => {
          const { VpcId } = await vpc(call);
          vpcs.set(VpcId, name);
          const { TransitGatewayId } = await onlyGateway(call);
          const input = { TransitGatewayId, VpcId, SubnetIds: [await subnetIn(call, { VpcId })] };
          const { TransitGatewayVpcAttachment } = (await call(
            "CreateTransitGatewayVpcAttachment",
            input,
          )) as Output;
          return String(TransitGatewayVpcAttachment?.["TransitGatewayAttachmentId"]);
        },
        (call, id) => call("DeleteTransitGatewayVpcAttachment", { TransitGatewayAttachmentId: id }),
      ),
      nameOf: ({ ResourceId }: { ResourceId: string }) => vpcs.get(ResourceId),
    };
  }),
  {
    service: "ec2",
    operation: "DescribeTags",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "Tags",
    least: 5,
    add: async (call, name) =>
      call("CreateTags", { Resources: [(await defaultVpc(call)).VpcId], Tags: [{ Key: name, Value: "" }] }),
    remove: async (call, name) =>
      call("DeleteTags", { Resources: [(await defaultVpc(call)).VpcId], Tags: [{ Key: name }] }),
    nameOf: ({ Key }: { Key: string }) => Key,
  },
  {
    service: "ec2",
    operation: "DescribeAddressesAttribute",
    size: "MaxResults",
    token: "NextToken",
    next: "NextToken",
    items: "Addresses",
    ...byId(
      async (call, name) =>
        String(
          (await call("AllocateAddress", { Address: `198.51.100.${Number(name.slice(1))}` }))["AllocationId"],
        ),
      (call, AllocationId) => call("ReleaseAddress", { AllocationId }),
    ),
    nameOf: ({ PublicIp }: { PublicIp: string }) => `q${PublicIp.split(".")[3]!.padStart(3, "0")}`,
  },
];

async function onlyGateway(call: Call): Promise<{ TransitGatewayId: string; table: string }> {
  const { TransitGateways } = (await call("DescribeTransitGateways")) as {
    TransitGateways: { TransitGatewayId: string; Options: { AssociationDefaultRouteTableId: string } }[];
  };
  const { TransitGatewayId, Options } = TransitGateways[0]!;
  return { TransitGatewayId, table: Options.AssociationDefaultRouteTableId };
}

const rule = (name: string) => ({
  GroupName: "rules",
  IpProtocol: "tcp",
  FromPort: 80,
  ToPort: 80,
  CidrIp: blockOf(name),
});

async function entries(call: Call): Promise<{ PrefixListId: string; Version: number }> {
  const { PrefixLists } = (await call("DescribeManagedPrefixLists", {
    Filters: [{ Name: "prefix-list-name", Values: ["entries"] }],
  })) as { PrefixLists: { PrefixListId: string; Version: number }[] };
  return PrefixLists[0]!;
}
