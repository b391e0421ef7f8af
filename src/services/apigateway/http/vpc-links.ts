import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import { vpcLinks as kept } from "./collections.ts";
import { notFound } from "./errors.ts";
import { changed, page } from "./records.ts";

function find(ctx: Context, id: string): V2.VpcLink {
  const link = ctx.store.collection(kept).get([id]);
  if (!link) throw notFound("VpcLink", id);
  return link;
}

export const vpcLinks: Handlers<V2.Operations> = {
  CreateVpcLink(input, ctx) {
    const link: V2.VpcLink = {
      Name: input.Name,
      SecurityGroupIds: input.SecurityGroupIds ?? [],
      SubnetIds: input.SubnetIds,
      Tags: input.Tags ?? {},
      CreatedDate: new Date(ctx.clock.now()),
      VpcLinkId: newShortId(ctx.random),
      VpcLinkStatus: "AVAILABLE",
      VpcLinkStatusMessage: "VPC link is ready to route traffic",
      VpcLinkVersion: "V2",
    };
    ctx.store.collection(kept).put([link.VpcLinkId], link);
    return link;
  },

  GetVpcLink: ({ VpcLinkId }, ctx) => find(ctx, VpcLinkId),

  GetVpcLinks: (input, ctx) => page(ctx.store.collection(kept).values(), input, ({ VpcLinkId }) => VpcLinkId),

  UpdateVpcLink({ VpcLinkId, Name }, ctx) {
    const link = changed(find(ctx, VpcLinkId), { Name });
    ctx.store.collection(kept).put([VpcLinkId], link);
    return link;
  },

  DeleteVpcLink({ VpcLinkId }, ctx) {
    find(ctx, VpcLinkId);
    ctx.store.collection(kept).delete([VpcLinkId]);
  },
};
