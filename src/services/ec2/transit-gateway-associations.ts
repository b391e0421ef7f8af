import type { Context, Handlers } from "../../core/service.ts";
import type * as EC2 from "../../models/generated/ec2.ts";
import { pageBy } from "./describing.ts";
import { associationNotFound, resourceAlreadyAssociated } from "./errors.ts";
import { type FilterPaths, filtering } from "./filters.ts";
import { all, find, save } from "./kind.ts";
import { type VpcAttachmentRecord, vpcAttachments } from "./transit-gateway-attachment.ts";
import { transitGatewayRouteTables } from "./transit-gateway-route-table.ts";

/**
 * Which table an attachment goes by, and which tables know its routes:
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateTransitGatewayRouteTable.html and its neighbours
 */
export const transitGatewayAssociationOperations: Handlers<EC2.Operations> = {
  AssociateTransitGatewayRouteTable(
    { TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId },
    ctx,
  ) {
    const attachment = find(vpcAttachments, TransitGatewayAttachmentId, ctx);
    find(transitGatewayRouteTables, tableId, ctx);
    if (attachment.associatedWith !== undefined)
      throw resourceAlreadyAssociated(
        `Transit Gateway Attachment ${attachment.id} is already associated to a route table.`,
      );
    save(vpcAttachments, { ...attachment, associatedWith: tableId }, ctx);
    return {
      Association: { ...ends(attachment), TransitGatewayRouteTableId: tableId, State: "associating" },
    };
  },

  DisassociateTransitGatewayRouteTable(
    { TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId },
    ctx,
  ) {
    const attachment = find(vpcAttachments, TransitGatewayAttachmentId, ctx);
    find(transitGatewayRouteTables, tableId, ctx);
    if (attachment.associatedWith !== tableId) throw associationNotFound(attachment.id);
    save(vpcAttachments, { ...attachment, associatedWith: undefined }, ctx);
    return {
      Association: { ...ends(attachment), TransitGatewayRouteTableId: tableId, State: "disassociating" },
    };
  },

  GetTransitGatewayRouteTableAssociations(input, ctx) {
    const isMeant = ({ associatedWith }: VpcAttachmentRecord) =>
      associatedWith === input.TransitGatewayRouteTableId;
    const { items, nextToken } = attachmentsPage(input, isMeant, ctx);
    return { Associations: items.map((one) => ({ ...one, State: "associated" })), NextToken: nextToken };
  },

  EnableTransitGatewayRouteTablePropagation(
    { TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId },
    ctx,
  ) {
    const attachment = find(vpcAttachments, String(TransitGatewayAttachmentId), ctx);
    find(transitGatewayRouteTables, tableId, ctx);
    save(vpcAttachments, { ...attachment, propagatesTo: [...without(attachment, tableId), tableId] }, ctx);
    return { Propagation: { ...ends(attachment), TransitGatewayRouteTableId: tableId, State: "enabled" } };
  },

  DisableTransitGatewayRouteTablePropagation(
    { TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId },
    ctx,
  ) {
    const attachment = find(vpcAttachments, String(TransitGatewayAttachmentId), ctx);
    find(transitGatewayRouteTables, tableId, ctx);
    save(vpcAttachments, { ...attachment, propagatesTo: without(attachment, tableId) }, ctx);
    return { Propagation: { ...ends(attachment), TransitGatewayRouteTableId: tableId, State: "disabled" } };
  },

  GetTransitGatewayRouteTablePropagations(input, ctx) {
    const isMeant = ({ propagatesTo }: VpcAttachmentRecord) =>
      propagatesTo.includes(input.TransitGatewayRouteTableId);
    const { items, nextToken } = attachmentsPage(input, isMeant, ctx);
    return {
      TransitGatewayRouteTablePropagations: items.map((one) => ({ ...one, State: "enabled" })),
      NextToken: nextToken,
    };
  },
};

interface Ends {
  readonly TransitGatewayAttachmentId: string;
  readonly ResourceId: string;
  readonly ResourceType: "vpc";
}

const ends = ({ id, vpcId }: VpcAttachmentRecord): Ends => ({
  TransitGatewayAttachmentId: id,
  ResourceId: vpcId,
  ResourceType: "vpc",
});

const without = ({ propagatesTo }: VpcAttachmentRecord, tableId: string): string[] =>
  propagatesTo.filter((id) => id !== tableId);

const FILTERS: FilterPaths<Ends> = {
  "resource-id": "ResourceId",
  "resource-type": "ResourceType",
  "transit-gateway-attachment-id": "TransitGatewayAttachmentId",
};

function attachmentsPage(
  input: EC2.GetTransitGatewayRouteTableAssociationsRequest,
  isMeant: (attachment: VpcAttachmentRecord) => boolean,
  ctx: Context,
): { items: Ends[]; nextToken?: string } {
  find(transitGatewayRouteTables, input.TransitGatewayRouteTableId, ctx);
  const meant = all(vpcAttachments, ctx).filter(isMeant).map(ends).filter(filtering(input.Filters, FILTERS));
  return pageBy(meant, ({ TransitGatewayAttachmentId }) => TransitGatewayAttachmentId, input, ctx.operation);
}
