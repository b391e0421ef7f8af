import { zoneOf, zonesOf } from "../../aws/regions.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { defaultSubnet, PRIVATE_DNS_NAMES } from "./default-vpc.ts";
import { describePage } from "./describing.ts";
import {
  associationNotFound,
  defaultSubnetExists,
  defaultVpcDoesNotExist,
  hasDependencies,
  invalidParameterCombination,
  zoneWithoutSubnets,
} from "./errors.ts";
import { newId } from "./ids.ts";
import { all, find, idFor, remove, save } from "./kind.ts";
import { associateWithDefault, dissociate } from "./network-acl.ts";
import { interfacesIn } from "./network-interface.ts";
import { routeTables } from "./route-table.ts";
import { defaultSubnets, describeSubnetIpv6Block, type SubnetRecord, subnets, subnetsIn } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";
import { defaultVpcOf, vpcs } from "./vpc.ts";
import { subnetBlock, subnetIpv6Block } from "./vpc-blocks.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html and its neighbours */
export const subnetOperations: Handlers<EC2.Operations> = {
  CreateSubnet(input, ctx) {
    const vpc = find(vpcs, input.VpcId, ctx);
    const tags = tagsFor("subnet", input.TagSpecifications);
    const others = subnetsIn(vpc.id, ctx);
    const { Ipv6CidrBlock } = input;
    const subnet: SubnetRecord = {
      id: idFor(subnets, ctx),
      tags,
      vpcId: vpc.id,
      cidr: input.Ipv6Native ? "" : subnetBlock(input.CidrBlock, vpc, others),
      ipv6Blocks:
        Ipv6CidrBlock === undefined
          ? []
          : [
              {
                id: newId("subnet-cidr-assoc", ctx.random),
                cidr: subnetIpv6Block(Ipv6CidrBlock, vpc, others),
              },
            ],
      zone: chosenZone(input, ctx),
      isDefault: false,
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: input.Ipv6Native ?? false,
      enableDns64: false,
      isIpv6Native: input.Ipv6Native ?? false,
      privateDnsNames: PRIVATE_DNS_NAMES,
    };
    save(subnets, subnet, ctx);
    associateWithDefault(subnet.id, vpc.id, newId("aclassoc", ctx.random), ctx);
    return { Subnet: subnets.describe(subnet, ctx) };
  },

  CreateDefaultSubnet(input, ctx) {
    const vpc = defaultVpcOf(ctx);
    if (vpc === undefined) throw defaultVpcDoesNotExist();
    const zone = chosenZone(input, ctx);
    const there = defaultSubnets(ctx).get(zone);
    if (there) throw defaultSubnetExists(there.id, zone);
    const at = zonesOf(ctx.region).findIndex(({ name }) => name === zone);
    const subnet = save(subnets, defaultSubnet(vpc, zone, at, idFor(subnets, ctx)), ctx);
    associateWithDefault(subnet.id, vpc.id, newId("aclassoc", ctx.random), ctx);
    return { Subnet: subnets.describe(subnet, ctx) };
  },

  DescribeSubnets(input, ctx) {
    const { items, nextToken } = describePage(subnets, input.SubnetIds, input, ctx);
    return { Subnets: items, NextToken: nextToken };
  },

  DeleteSubnet({ SubnetId }, ctx) {
    const subnet = find(subnets, SubnetId, ctx);
    for (const _ of interfacesIn(SubnetId, ctx)) throw hasDependencies("subnet", SubnetId);
    for (const table of all(routeTables, ctx)) {
      const associations = table.associations.filter(({ subnetId }) => subnetId !== SubnetId);
      if (associations.length < table.associations.length) save(routeTables, { ...table, associations }, ctx);
    }
    dissociate(SubnetId, ctx);
    remove(subnets, subnet, ctx);
    return {};
  },

  ModifySubnetAttribute(input, ctx) {
    const subnet = find(subnets, input.SubnetId, ctx);
    const { SubnetId: _id, ...changes } = input;
    const count = Object.values(changes).filter((value) => value !== undefined).length;
    if (count !== 1) throw invalidParameterCombination("Only one attribute can be modified at a time");
    const names = subnet.privateDnsNames;
    save(
      subnets,
      {
        ...subnet,
        mapPublicIpOnLaunch: input.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch,
        assignIpv6AddressOnCreation:
          input.AssignIpv6AddressOnCreation?.Value ?? subnet.assignIpv6AddressOnCreation,
        enableDns64: input.EnableDns64?.Value ?? subnet.enableDns64,
        privateDnsNames: {
          HostnameType: input.PrivateDnsHostnameTypeOnLaunch ?? names.HostnameType ?? "ip-name",
          EnableResourceNameDnsARecord:
            input.EnableResourceNameDnsARecordOnLaunch?.Value ?? names.EnableResourceNameDnsARecord ?? false,
          EnableResourceNameDnsAAAARecord:
            input.EnableResourceNameDnsAAAARecordOnLaunch?.Value ??
            names.EnableResourceNameDnsAAAARecord ??
            false,
        },
      },
      ctx,
    );
    return {};
  },

  AssociateSubnetCidrBlock({ SubnetId, Ipv6CidrBlock }, ctx) {
    const subnet = find(subnets, SubnetId, ctx);
    const vpc = find(vpcs, subnet.vpcId, ctx);
    const cidr = subnetIpv6Block(String(Ipv6CidrBlock), vpc, subnetsIn(vpc.id, ctx));
    const block = { id: newId("subnet-cidr-assoc", ctx.random), cidr };
    save(subnets, { ...subnet, ipv6Blocks: [...subnet.ipv6Blocks, block] }, ctx);
    return { SubnetId, Ipv6CidrBlockAssociation: describeSubnetIpv6Block(block) };
  },

  DisassociateSubnetCidrBlock({ AssociationId }, ctx) {
    for (const subnet of all(subnets, ctx)) {
      const block = subnet.ipv6Blocks.find(({ id }) => id === AssociationId);
      if (block === undefined) continue;
      const ipv6Blocks = subnet.ipv6Blocks.filter(({ id }) => id !== AssociationId);
      save(subnets, { ...subnet, ipv6Blocks }, ctx);
      return {
        SubnetId: subnet.id,
        Ipv6CidrBlockAssociation: {
          ...describeSubnetIpv6Block(block),
          Ipv6CidrBlockState: { State: "disassociating" },
        },
      };
    }
    throw associationNotFound(AssociationId);
  },
};

/** The zone that is asked for by name or id; nobody asks: the first. */
function chosenZone(
  {
    AvailabilityZone,
    AvailabilityZoneId,
  }: Pick<EC2.CreateSubnetRequest, "AvailabilityZone" | "AvailabilityZoneId">,
  { region }: Context,
): string {
  const zones = zonesOf(region);
  const asked = AvailabilityZone ?? AvailabilityZoneId;
  const zone = asked === undefined ? zones[0] : zoneOf(region, asked);
  if (zone === undefined)
    throw zoneWithoutSubnets(
      String(asked),
      zones.map(({ name }) => name),
    );
  return zone.name;
}
