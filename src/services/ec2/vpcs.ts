import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { makeDefaultVpc } from "./default-vpc.ts";
import { describePage } from "./describing.ts";
import { dhcpOptions } from "./dhcp-options-set.ts";
import {
  defaultVpcExists,
  hasDependencies,
  invalidParameterCombination,
  operationNotPermitted,
  vpcCidrAssociationNotFound,
} from "./errors.ts";
import { newId } from "./ids.ts";
import { egressOnlyGateways, internetGateways } from "./internet-gateway.ts";
import { all, find, has, idFor, remove, save } from "./kind.ts";
import { natGateways } from "./nat-gateway.ts";
import { aclsOf, networkAcls } from "./network-acl.ts";
import { networkInterfaces } from "./network-interface.ts";
import { isMain, localRoute, routeTables, tablesOf } from "./route-table.ts";
import { groupsOf, securityGroups } from "./security-group.ts";
import { rulesOf, securityGroupRules } from "./security-group-rule.ts";
import { subnetsIn } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";
import { isAttached, vpcAttachments } from "./transit-gateway-attachment.ts";
import { type CidrAssociation, describeBlock, describeIpv6Block, type VpcRecord, vpcs } from "./vpc.ts";
import { amazonIpv6Block, vpcBlock } from "./vpc-blocks.ts";
import { vpcEndpoints } from "./vpc-endpoint.ts";
import { furnish } from "./vpc-furniture.ts";
import { isLive, vpcPeerings } from "./vpc-peering.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html and its neighbours */
export const vpcOperations: Handlers<EC2.Operations> = {
  CreateVpc(input, ctx) {
    const tags = tagsFor("vpc", input.TagSpecifications);
    const block: CidrAssociation = {
      id: newId("vpc-cidr-assoc", ctx.random),
      cidr: vpcBlock(input.CidrBlock),
    };
    const vpc: VpcRecord = {
      id: idFor(vpcs, ctx),
      tags,
      blocks: [block],
      ipv6Blocks: input.AmazonProvidedIpv6CidrBlock ? [newIpv6Block(ctx)] : [],
      dhcpOptionsId: all(dhcpOptions, ctx)[0]?.id ?? "default",
      tenancy: input.InstanceTenancy ?? "default",
      isDefault: false,
      dnsSupport: true,
      dnsHostnames: false,
      networkAddressUsageMetrics: false,
    };
    save(vpcs, vpc, ctx);
    furnish(vpc, ctx, (prefix) => newId(prefix, ctx.random));
    return { Vpc: { ...vpcs.describe(vpc, ctx), State: "pending" } };
  },

  CreateDefaultVpc(_input, ctx) {
    if (has(vpcs, ctx, ({ isDefault }) => isDefault)) throw defaultVpcExists();
    const vpc = makeDefaultVpc(ctx, (prefix) => newId(prefix, ctx.random));
    return { Vpc: vpcs.describe(vpc, ctx) };
  },

  DescribeVpcs(input, ctx) {
    const { items, nextToken } = describePage(vpcs, input.VpcIds, input, ctx);
    return { Vpcs: items, NextToken: nextToken };
  },

  DeleteVpc({ VpcId }, ctx) {
    const vpc = find(vpcs, VpcId, ctx);
    if (isInUse(vpc, ctx)) throw hasDependencies("vpc", VpcId);
    for (const table of tablesOf(VpcId, ctx)) remove(routeTables, table, ctx);
    for (const acl of aclsOf(VpcId, ctx)) remove(networkAcls, acl, ctx);
    for (const group of groupsOf(VpcId, ctx)) {
      for (const rule of rulesOf(group.id, ctx)) remove(securityGroupRules, rule, ctx);
      remove(securityGroups, group, ctx);
    }
    remove(vpcs, vpc, ctx);
    return {};
  },

  ModifyVpcAttribute(input, ctx) {
    const { EnableDnsHostnames, EnableDnsSupport, EnableNetworkAddressUsageMetrics } = input;
    const vpc = find(vpcs, input.VpcId, ctx);
    const given = [EnableDnsHostnames, EnableDnsSupport, EnableNetworkAddressUsageMetrics].filter(Boolean);
    if (given.length !== 1)
      throw invalidParameterCombination("Fields for multiple attribute types specified");
    save(
      vpcs,
      {
        ...vpc,
        dnsHostnames: EnableDnsHostnames?.Value ?? vpc.dnsHostnames,
        dnsSupport: EnableDnsSupport?.Value ?? vpc.dnsSupport,
        networkAddressUsageMetrics: EnableNetworkAddressUsageMetrics?.Value ?? vpc.networkAddressUsageMetrics,
      },
      ctx,
    );
    return {};
  },

  DescribeVpcAttribute({ VpcId, Attribute }, ctx) {
    const vpc = find(vpcs, VpcId, ctx);
    switch (Attribute) {
      case "enableDnsHostnames":
        return { VpcId, EnableDnsHostnames: { Value: vpc.dnsHostnames } };
      case "enableDnsSupport":
        return { VpcId, EnableDnsSupport: { Value: vpc.dnsSupport } };
      default:
        return { VpcId, EnableNetworkAddressUsageMetrics: { Value: vpc.networkAddressUsageMetrics } };
    }
  },

  ModifyVpcTenancy({ VpcId, InstanceTenancy }, ctx) {
    save(vpcs, { ...find(vpcs, VpcId, ctx), tenancy: InstanceTenancy }, ctx);
    return { ReturnValue: true };
  },

  AssociateVpcCidrBlock(input, ctx) {
    const vpc = find(vpcs, input.VpcId, ctx);
    if (input.AmazonProvidedIpv6CidrBlock) {
      const block = newIpv6Block(ctx);
      save(vpcs, { ...vpc, ipv6Blocks: [...vpc.ipv6Blocks, block] }, ctx);
      addLocalRoute(vpc.id, block.cidr, ctx);
      return { VpcId: vpc.id, Ipv6CidrBlockAssociation: describeIpv6Block(block, ctx.region) };
    }
    const block = { id: newId("vpc-cidr-assoc", ctx.random), cidr: vpcBlock(input.CidrBlock) };
    save(vpcs, { ...vpc, blocks: [...vpc.blocks, block] }, ctx);
    addLocalRoute(vpc.id, block.cidr, ctx);
    return { VpcId: vpc.id, CidrBlockAssociation: describeBlock(block) };
  },

  DisassociateVpcCidrBlock({ AssociationId }, ctx) {
    const isMeant = ({ id }: CidrAssociation) => id === AssociationId;
    const vpc = all(vpcs, ctx).find(({ blocks, ipv6Blocks }) => [...blocks, ...ipv6Blocks].some(isMeant));
    if (vpc === undefined) throw vpcCidrAssociationNotFound(AssociationId);
    if (vpc.blocks.findIndex(isMeant) === 0)
      throw operationNotPermitted(
        `The vpc CIDR block with association ID ${AssociationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
      );
    const block = vpc.blocks.find(isMeant);
    const ipv6Block = vpc.ipv6Blocks.find(isMeant);
    save(
      vpcs,
      {
        ...vpc,
        blocks: vpc.blocks.filter((one) => !isMeant(one)),
        ipv6Blocks: vpc.ipv6Blocks.filter((one) => !isMeant(one)),
      },
      ctx,
    );
    removeLocalRoute(vpc.id, (block ?? ipv6Block)?.cidr, ctx);
    return {
      VpcId: vpc.id,
      ...(block && {
        CidrBlockAssociation: {
          ...describeBlock(block),
          CidrBlockState: { State: "disassociating" as const },
        },
      }),
      ...(ipv6Block && {
        Ipv6CidrBlockAssociation: {
          ...describeIpv6Block(ipv6Block, ctx.region),
          Ipv6CidrBlockState: { State: "disassociating" as const },
        },
      }),
    };
  },
};

const newIpv6Block = ({ random }: Context): CidrAssociation => ({
  id: newId("vpc-cidr-assoc", random),
  cidr: amazonIpv6Block(random),
});

function addLocalRoute(vpcId: string, cidr: string, ctx: Context): void {
  for (const table of tablesOf(vpcId, ctx))
    save(routeTables, { ...table, routes: [localRoute(cidr), ...table.routes] }, ctx);
}

function removeLocalRoute(vpcId: string, cidr: string | undefined, ctx: Context): void {
  for (const table of tablesOf(vpcId, ctx))
    save(
      routeTables,
      { ...table, routes: table.routes.filter(({ destination }) => destination !== cidr) },
      ctx,
    );
}

/** What a VPC came with goes with it; of everything else it must be empty. The default VPC takes its subnets and gateway along in the console only. */
function isInUse({ id }: VpcRecord, ctx: Context): boolean {
  const isIn = ({ vpcId }: { readonly vpcId?: string | undefined }) => vpcId === id;
  return (
    subnetsIn(id, ctx).length > 0 ||
    has(internetGateways, ctx, isIn) ||
    has(egressOnlyGateways, ctx, isIn) ||
    has(natGateways, ctx, isIn) ||
    has(vpcEndpoints, ctx, isIn) ||
    has(networkInterfaces, ctx, isIn) ||
    has(vpcAttachments, ctx, (one) => isAttached(one) && isIn(one)) ||
    has(vpcPeerings, ctx, (peering) => isLive(peering) && [peering.requester, peering.accepter].some(isIn)) ||
    tablesOf(id, ctx).some((table) => !isMain(table)) ||
    aclsOf(id, ctx).some(({ isDefault }) => !isDefault) ||
    groupsOf(id, ctx).some(({ name }) => name !== "default")
  );
}
