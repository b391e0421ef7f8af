import { begin, isOver, stateOf } from "../../../aws/lifecycle.ts";
import { makeArn } from "../../../core/arn.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import { vpcLinkLifecycle } from "../lifecycles.ts";
import { vpcLinks as kept, type VpcLink } from "./collections.ts";
import { notFound } from "./errors.ts";
import { changed, page } from "./records.ts";

function find(ctx: Context, id: string): VpcLink {
  const link = ctx.store.collection(kept).get([id]);
  if (!link || isGone(link, ctx)) throw notFound("VpcLink", id);
  return link;
}

const arnOf = (ctx: Context, id: string) => makeArn("apigateway", ctx.region, "", `/vpclinks/${id}`);

const isGone = ({ transition }: VpcLink, { host }: Context) =>
  transition?.status === "DELETING" && isOver(transition, host);

const MESSAGES: Readonly<Record<string, string>> = {
  PENDING: "VPC link is provisioning ENIs",
  AVAILABLE: "VPC link is ready to route traffic",
  DELETING: "VPC link is deleting ENIs",
};

function describe({ transition, ...link }: VpcLink, { host }: Context): V2.VpcLink {
  const VpcLinkStatus = stateOf(vpcLinkLifecycle, transition, "AVAILABLE", host);
  return { ...link, VpcLinkStatus, VpcLinkStatusMessage: MESSAGES[VpcLinkStatus] ?? transition?.failure };
}

export const vpcLinks: Handlers<V2.Operations> = {
  CreateVpcLink(input, ctx) {
    const id = newShortId(ctx.random);
    const link: VpcLink = {
      Name: input.Name,
      SecurityGroupIds: input.SecurityGroupIds ?? [],
      SubnetIds: input.SubnetIds,
      Tags: input.Tags ?? {},
      CreatedDate: new Date(ctx.clock.now()),
      VpcLinkId: id,
      VpcLinkVersion: "V2",
      transition: begin(vpcLinkLifecycle, "PENDING", arnOf(ctx, id), ctx, ctx),
    };
    ctx.store.collection(kept).put([id], link);
    return describe(link, ctx);
  },

  GetVpcLink: ({ VpcLinkId }, ctx) => describe(find(ctx, VpcLinkId), ctx),

  GetVpcLinks(input, ctx) {
    const there = [...ctx.store.collection(kept).values()].filter((link) => !isGone(link, ctx));
    const { Items, ...next } = page(there, input, ({ VpcLinkId }) => VpcLinkId);
    return { Items: Items.map((link) => describe(link, ctx)), ...next };
  },

  UpdateVpcLink({ VpcLinkId, Name }, ctx) {
    const link = changed(find(ctx, VpcLinkId), { Name });
    ctx.store.collection(kept).put([VpcLinkId], link);
    return describe(link, ctx);
  },

  DeleteVpcLink({ VpcLinkId }, ctx) {
    const link = find(ctx, VpcLinkId);
    const links = ctx.store.collection(kept);
    const transition = begin(vpcLinkLifecycle, "DELETING", arnOf(ctx, VpcLinkId), ctx, ctx);
    if (transition) links.put([VpcLinkId], { ...link, transition });
    else links.delete([VpcLinkId]);
  },
};
