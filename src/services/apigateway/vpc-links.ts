import { begin, isOver, stateOf } from "../../aws/lifecycle.ts";
import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, vpcLinkNotFound } from "./errors.ts";
import { newShortId } from "./identifiers.ts";
import { vpcLinkLifecycle } from "./lifecycles.ts";
import { page } from "./pages.ts";
import { entries, member, type PatchRule, patched, required } from "./patch.ts";

function find(ctx: Context, id: string): kept.VpcLink {
  const link = ctx.store.collection(kept.vpcLinks).get([id]);
  if (!link || isGone(link, ctx)) throw vpcLinkNotFound();
  return link;
}

const arnOf = (ctx: Context, id: string) => makeArn("apigateway", ctx.region, "", `/vpclinks/${id}`);

const isGone = ({ transition }: kept.VpcLink, { host }: Context) =>
  transition?.status === "DELETING" && isOver(transition, host);

const MESSAGES: Readonly<Record<string, string>> = {
  PENDING: "Your vpc link is being created",
  AVAILABLE: "Your vpc link is ready for use",
  DELETING: "Your vpc link is being deleted",
};

function describe({ transition, ...link }: kept.VpcLink, { host }: Context): kept.VpcLink {
  const status = stateOf(vpcLinkLifecycle, transition, "AVAILABLE", host);
  return { ...link, status, statusMessage: MESSAGES[status] ?? transition?.failure };
}

/** Links carry nothing: integrations through them call their URI as it stands. */
export const vpcLinks: Handlers<APIGateway.Operations> = {
  CreateVpcLink(input, ctx) {
    if (input.name.trim() === "") throw badRequest("Name cannot be empty");
    const malformed = input.targetArns.find((arn) => !parseArn(arn));
    if (malformed !== undefined) throw badRequest(`Invalid ARN. ARN is not well formed ${malformed}`);
    if (input.targetArns.length !== 1) throw badRequest("VPC Link must have exactly one target ARN");
    const id = newShortId(ctx.random);
    const transition = begin(vpcLinkLifecycle, "PENDING", arnOf(ctx, id), ctx, ctx);
    const link: kept.VpcLink = { ...input, id, status: "AVAILABLE", transition };
    ctx.store.collection(kept.vpcLinks).put([link.id], link);
    return describe(link, ctx);
  },

  GetVpcLink: ({ vpcLinkId }, ctx) => describe(find(ctx, vpcLinkId), ctx),

  GetVpcLinks(input, ctx) {
    const there = [...ctx.store.collection(kept.vpcLinks).values()].filter((link) => !isGone(link, ctx));
    const { items, position } = page(there, input, ({ id }) => [id]);
    return { items: items.map((link) => describe(link, ctx)), ...(position && { position }) };
  },

  UpdateVpcLink({ vpcLinkId, patchOperations }, ctx) {
    const link = patched(find(ctx, vpcLinkId), patchOperations, patches);
    ctx.store.collection(kept.vpcLinks).put([vpcLinkId], link);
    return describe(link, ctx);
  },

  DeleteVpcLink({ vpcLinkId }, ctx) {
    const link = find(ctx, vpcLinkId);
    const links = ctx.store.collection(kept.vpcLinks);
    const transition = begin(vpcLinkLifecycle, "DELETING", arnOf(ctx, vpcLinkId), ctx, ctx);
    if (transition) links.put([vpcLinkId], { ...link, transition });
    else links.delete([vpcLinkId]);
  },
};

const patches: PatchRule<kept.VpcLink>[] = [required("name"), member("description"), entries("/tags")];
