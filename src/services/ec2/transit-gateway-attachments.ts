import { tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { describePage, pageBy } from "./describing.ts";
import { incorrectState, invalidParameterValue } from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";
import { type At, all, among, atPlace, change, find, has, idFor, look, remove, save } from "./kind.ts";
import { checkSubnets } from "./subnet.ts";
import { tagsFor } from "./tag-specifications.ts";
import { transitGateways } from "./transit-gateway.ts";
import {
  isAttached,
  isSeen,
  type PeeringAttachmentRecord,
  peeringAttachments,
  type VpcAttachmentRecord,
  vpcAttachments,
} from "./transit-gateway-attachment.ts";
import { vpcs } from "./vpc.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayVpcAttachment.html and its neighbours */
export const transitGatewayAttachmentOperations: Handlers<EC2.Operations> = {
  CreateTransitGatewayVpcAttachment(input, ctx) {
    const gateway = find(transitGateways, input.TransitGatewayId, ctx);
    const vpc = find(vpcs, input.VpcId, ctx);
    checkSubnets(input.SubnetIds, vpc.id, ctx);
    const isSame = (one: VpcAttachmentRecord) =>
      isAttached(one) && one.transitGatewayId === gateway.id && one.vpcId === vpc.id;
    if (has(vpcAttachments, ctx, isSame))
      throw invalidParameterValue(`${gateway.id} has non-deleted Attachments with same VPC ID.`);
    const attachment: VpcAttachmentRecord = {
      id: idFor(vpcAttachments, ctx),
      tags: tagsFor("transit-gateway-attachment", input.TagSpecifications),
      transitGatewayId: gateway.id,
      vpcId: vpc.id,
      subnetIds: input.SubnetIds,
      options: { ...DEFAULTS, ...input.Options },
      associatedWith: gateway.options.AssociationDefaultRouteTableId,
      propagatesTo: [gateway.options.PropagationDefaultRouteTableId].filter((id) => id !== undefined),
      createdAtMs: ctx.clock.now(),
    };
    save(vpcAttachments, attachment, ctx);
    return {
      TransitGatewayVpcAttachment: { ...vpcAttachments.describe(attachment, ctx), State: "pending" },
    };
  },

  DescribeTransitGatewayVpcAttachments(input, ctx) {
    const { items, nextToken } = describePage(
      vpcAttachments,
      input.TransitGatewayAttachmentIds,
      input,
      ctx,
      (one) => isSeen(one, ctx.clock.now()),
    );
    return { TransitGatewayVpcAttachments: items, NextToken: nextToken };
  },

  ModifyTransitGatewayVpcAttachment(input, ctx) {
    const attachment = find(vpcAttachments, input.TransitGatewayAttachmentId, ctx);
    const { AddSubnetIds = [], RemoveSubnetIds = [], Options = {} } = input;
    checkSubnets(AddSubnetIds, attachment.vpcId, ctx);
    const kept = attachment.subnetIds.filter((id) => !RemoveSubnetIds.includes(id));
    const changed = save(
      vpcAttachments,
      {
        ...attachment,
        subnetIds: [...new Set([...kept, ...AddSubnetIds])],
        options: { ...attachment.options, ...Options },
      },
      ctx,
    );
    return { TransitGatewayVpcAttachment: vpcAttachments.describe(changed, ctx) };
  },

  DeleteTransitGatewayVpcAttachment({ TransitGatewayAttachmentId }, ctx) {
    const attachment = find(vpcAttachments, TransitGatewayAttachmentId, ctx);
    const { associatedWith: _, ...ended } = attachment;
    save(vpcAttachments, { ...ended, propagatesTo: [], deletedAtMs: ctx.clock.now() }, ctx);
    return {
      TransitGatewayVpcAttachment: { ...vpcAttachments.describe(attachment, ctx), State: "deleting" },
    };
  },

  CreateTransitGatewayPeeringAttachment(input, ctx) {
    const gateway = find(transitGateways, input.TransitGatewayId, ctx);
    const { PeerTransitGatewayId, PeerAccountId, PeerRegion } = input;
    const there = placeOf({ OwnerId: PeerAccountId, Region: PeerRegion }, ctx);
    const peer = find(transitGateways, PeerTransitGatewayId, there);
    const attachment: PeeringAttachmentRecord = {
      id: idFor(peeringAttachments, ctx),
      tags: tagsFor("transit-gateway-attachment", input.TagSpecifications),
      requester: { TransitGatewayId: gateway.id, OwnerId: ctx.account, Region: ctx.region },
      accepter: { TransitGatewayId: peer.id, OwnerId: PeerAccountId, Region: PeerRegion },
      state: "pendingAcceptance",
      createdAtMs: ctx.clock.now(),
    };
    save(peeringAttachments, attachment, ctx);
    if (there.store !== ctx.store) save(peeringAttachments, { ...attachment, tags: {} }, there);
    return {
      TransitGatewayPeeringAttachment: {
        ...peeringAttachments.describe(attachment, ctx),
        State: "initiatingRequest",
      },
    };
  },

  DescribeTransitGatewayPeeringAttachments(input, ctx) {
    const { items, nextToken } = describePage(
      peeringAttachments,
      input.TransitGatewayAttachmentIds,
      input,
      ctx,
    );
    return { TransitGatewayPeeringAttachments: items, NextToken: nextToken };
  },

  AcceptTransitGatewayPeeringAttachment: ({ TransitGatewayAttachmentId }, ctx) => ({
    TransitGatewayPeeringAttachment: answer(TransitGatewayAttachmentId, "available", ctx),
  }),

  RejectTransitGatewayPeeringAttachment: ({ TransitGatewayAttachmentId }, ctx) => ({
    TransitGatewayPeeringAttachment: answer(TransitGatewayAttachmentId, "rejected", ctx),
  }),

  DeleteTransitGatewayPeeringAttachment({ TransitGatewayAttachmentId }, ctx) {
    const attachment = find(peeringAttachments, TransitGatewayAttachmentId, ctx);
    for (const end of [attachment.requester, attachment.accepter])
      remove(peeringAttachments, attachment, placeOf(end, ctx));
    return {
      TransitGatewayPeeringAttachment: { ...peeringAttachments.describe(attachment, ctx), State: "deleting" },
    };
  },

  DescribeTransitGatewayAttachments(input, ctx) {
    const { TransitGatewayAttachmentIds: ids = [] } = input;
    for (const id of ids) if (!look(vpcAttachments, id, ctx)) find(peeringAttachments, id, ctx);
    const every = [
      ...among(vpcAttachments, ctx, (one) => isSeen(one, ctx.clock.now())).map((attachment) =>
        ofVpc(attachment, ctx),
      ),
      ...all(peeringAttachments, ctx).map((attachment) => ofPeering(attachment, ctx)),
    ];
    const wanted = every
      .filter((one) => ids.length === 0 || ids.includes(String(one.TransitGatewayAttachmentId)))
      .filter(filtering(input.Filters, FILTERS));
    const { items, nextToken } = pageBy(
      wanted,
      ({ TransitGatewayAttachmentId }) => String(TransitGatewayAttachmentId),
      input,
      ids,
    );
    return { TransitGatewayAttachments: items, NextToken: nextToken };
  },
};

const DEFAULTS: EC2.TransitGatewayVpcAttachmentOptions = {
  DnsSupport: "enable",
  SecurityGroupReferencingSupport: "enable",
  Ipv6Support: "disable",
  ApplianceModeSupport: "disable",
};

const FILTERS: FilterPaths<EC2.TransitGatewayAttachment> = {
  "association.state": "Association.State",
  "association.transit-gateway-route-table-id": "Association.TransitGatewayRouteTableId",
  "resource-id": "ResourceId",
  "resource-owner-id": "ResourceOwnerId",
  "resource-type": "ResourceType",
  state: "State",
  "transit-gateway-attachment-id": "TransitGatewayAttachmentId",
  "transit-gateway-id": "TransitGatewayId",
  "transit-gateway-owner-id": "TransitGatewayOwnerId",
};

function ofVpc(attachment: VpcAttachmentRecord, at: At): EC2.TransitGatewayAttachment {
  const { id, tags, transitGatewayId, vpcId, createdAtMs, associatedWith: tableId } = attachment;
  return {
    TransitGatewayAttachmentId: id,
    TransitGatewayId: transitGatewayId,
    TransitGatewayOwnerId: at.account,
    ResourceOwnerId: at.account,
    ResourceType: "vpc",
    ResourceId: vpcId,
    State: isAttached(attachment) ? "available" : "deleted",
    ...(tableId !== undefined && {
      Association: { TransitGatewayRouteTableId: tableId, State: "associated" as const },
    }),
    CreationTime: new Date(createdAtMs),
    Tags: tagList(tags),
  };
}

/** Of the two ends, this one is where it is looked at. */
function ofPeering(
  attachment: PeeringAttachmentRecord,
  { account, region }: At,
): EC2.TransitGatewayAttachment {
  const { id, tags, requester, accepter, state, createdAtMs } = attachment;
  const isRequester = requester.OwnerId === account && requester.Region === region;
  const [own, other] = isRequester ? [requester, accepter] : [accepter, requester];
  return {
    TransitGatewayAttachmentId: id,
    ...(own.TransitGatewayId !== undefined && { TransitGatewayId: own.TransitGatewayId }),
    TransitGatewayOwnerId: account,
    ...(other.OwnerId !== undefined && { ResourceOwnerId: other.OwnerId }),
    ResourceType: "peering",
    ...(other.TransitGatewayId !== undefined && { ResourceId: other.TransitGatewayId }),
    State: state,
    CreationTime: new Date(createdAtMs),
    Tags: tagList(tags),
  };
}

const placeOf = ({ OwnerId, Region }: EC2.PeeringTgwInfo, ctx: Context): At =>
  atPlace({ account: OwnerId ?? ctx.account, region: Region ?? ctx.region }, ctx);

/** The other side says yes or no, and both ends see it. */
function answer(
  id: string,
  state: PeeringAttachmentRecord["state"],
  ctx: Context,
): EC2.TransitGatewayPeeringAttachment {
  const attachment = find(peeringAttachments, id, ctx);
  const isAccepter = attachment.accepter.OwnerId === ctx.account && attachment.accepter.Region === ctx.region;
  if (!isAccepter || attachment.state !== "pendingAcceptance")
    throw incorrectState(`${id} is in invalid state`);
  for (const end of [attachment.requester, attachment.accepter])
    change(peeringAttachments, id, { state }, placeOf(end, ctx));
  return peeringAttachments.describe({ ...attachment, state }, ctx);
}
