import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { formatCidr } from "./cidr.ts";
import { describePage } from "./describing.ts";
import { incorrectState } from "./errors.ts";
import { among, find, has, idFor, remove, save } from "./kind.ts";
import { tagsFor } from "./tag-specifications.ts";
import { type TransitGatewayRecord, transitGateways } from "./transit-gateway.ts";
import { isAttached, peeringAttachments, vpcAttachments } from "./transit-gateway-attachment.ts";
import { transitGatewayRouteTables } from "./transit-gateway-route-table.ts";
import { readBlock } from "./vpc-blocks.ts";

const canonical = (cidr: string): string => formatCidr(readBlock(cidr, "TransitGatewayCidrBlocks"));

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGateway.html and its neighbours */
export const transitGatewayOperations: Handlers<EC2.Operations> = {
  CreateTransitGateway({ Description, Options = {}, TagSpecifications }, ctx) {
    const tags = tagsFor("transit-gateway", TagSpecifications);
    const id = idFor(transitGateways, ctx);
    const gateway: TransitGatewayRecord = {
      id,
      tags,
      ...(Description !== undefined && { description: Description }),
      options: {
        ...DEFAULTS,
        ...Options,
        ...(Options.TransitGatewayCidrBlocks && {
          TransitGatewayCidrBlocks: Options.TransitGatewayCidrBlocks.map(canonical),
        }),
        ...defaultTables(id, Options, ctx),
      },
      createdAtMs: ctx.clock.now(),
    };
    save(transitGateways, gateway, ctx);
    return { TransitGateway: { ...transitGateways.describe(gateway, ctx), State: "pending" } };
  },

  DescribeTransitGateways(input, ctx) {
    const { items, nextToken } = describePage(transitGateways, input.TransitGatewayIds, input, ctx);
    return { TransitGateways: items, NextToken: nextToken };
  },

  ModifyTransitGateway({ TransitGatewayId, Description, Options = {} }, ctx) {
    const gateway = find(transitGateways, TransitGatewayId, ctx);
    const {
      AddTransitGatewayCidrBlocks = [],
      RemoveTransitGatewayCidrBlocks = [],
      EncryptionSupport: _unserved,
      ...options
    } = Options;
    const blocks = (gateway.options.TransitGatewayCidrBlocks ?? []).filter(
      (cidr) => !RemoveTransitGatewayCidrBlocks.map(canonical).includes(cidr),
    );
    const changed = save(
      transitGateways,
      {
        ...gateway,
        ...(Description !== undefined && { description: Description }),
        options: {
          ...gateway.options,
          ...options,
          TransitGatewayCidrBlocks: [...blocks, ...AddTransitGatewayCidrBlocks.map(canonical)],
        },
      },
      ctx,
    );
    return { TransitGateway: { ...transitGateways.describe(changed, ctx), State: "modifying" } };
  },

  DeleteTransitGateway({ TransitGatewayId }, ctx) {
    const gateway = find(transitGateways, TransitGatewayId, ctx);
    const isUsed =
      has(vpcAttachments, ctx, (one) => isAttached(one) && one.transitGatewayId === gateway.id) ||
      has(
        peeringAttachments,
        ctx,
        ({ requester, accepter, state }) =>
          state === "available" && [requester, accepter].some((end) => end.TransitGatewayId === gateway.id),
      );
    if (isUsed) throw incorrectState(`${gateway.id} has non-deleted Attachments.`);
    for (const table of among(transitGatewayRouteTables, ctx, (one) => one.transitGatewayId === gateway.id))
      remove(transitGatewayRouteTables, table, ctx);
    remove(transitGateways, gateway, ctx);
    return { TransitGateway: { ...transitGateways.describe(gateway, ctx), State: "deleting" } };
  },

  CreateTransitGatewayRouteTable({ TransitGatewayId, TagSpecifications }, ctx) {
    const table = save(
      transitGatewayRouteTables,
      {
        id: idFor(transitGatewayRouteTables, ctx),
        tags: tagsFor("transit-gateway-route-table", TagSpecifications),
        transitGatewayId: find(transitGateways, TransitGatewayId, ctx).id,
        isDefault: false,
        createdAtMs: ctx.clock.now(),
      },
      ctx,
    );
    return {
      TransitGatewayRouteTable: { ...transitGatewayRouteTables.describe(table, ctx), State: "pending" },
    };
  },

  DescribeTransitGatewayRouteTables(input, ctx) {
    const { items, nextToken } = describePage(
      transitGatewayRouteTables,
      input.TransitGatewayRouteTableIds,
      input,
      ctx,
    );
    return { TransitGatewayRouteTables: items, NextToken: nextToken };
  },

  DeleteTransitGatewayRouteTable({ TransitGatewayRouteTableId }, ctx) {
    const table = find(transitGatewayRouteTables, TransitGatewayRouteTableId, ctx);
    if (table.isDefault)
      throw incorrectState(`${table.id} is the default route table of its transit gateway.`);
    remove(transitGatewayRouteTables, table, ctx);
    return {
      TransitGatewayRouteTable: { ...transitGatewayRouteTables.describe(table, ctx), State: "deleting" },
    };
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRequestOptions.html */
const DEFAULTS: EC2.TransitGatewayOptions = {
  AmazonSideAsn: 64_512,
  AutoAcceptSharedAttachments: "disable",
  DefaultRouteTableAssociation: "enable",
  DefaultRouteTablePropagation: "enable",
  VpnEcmpSupport: "enable",
  DnsSupport: "enable",
  SecurityGroupReferencingSupport: "disable",
  MulticastSupport: "disable",
};

/** The table that attachments are associated with and propagate to, unless nobody wants one. */
function defaultTables(
  transitGatewayId: string,
  { DefaultRouteTableAssociation, DefaultRouteTablePropagation }: EC2.TransitGatewayRequestOptions,
  ctx: Context,
): EC2.TransitGatewayOptions {
  const isAssociated = DefaultRouteTableAssociation !== "disable";
  const isPropagated = DefaultRouteTablePropagation !== "disable";
  if (!isAssociated && !isPropagated) return {};
  const { id } = save(
    transitGatewayRouteTables,
    {
      id: idFor(transitGatewayRouteTables, ctx),
      tags: {},
      transitGatewayId,
      isDefault: true,
      createdAtMs: ctx.clock.now(),
    },
    ctx,
  );
  return {
    ...(isAssociated && { AssociationDefaultRouteTableId: id }),
    ...(isPropagated && { PropagationDefaultRouteTableId: id }),
  };
}
