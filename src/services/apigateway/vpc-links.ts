import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest, vpcLinkNotFound } from "./errors.ts";
import { newShortId } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { entries, member, type PatchRule, patched } from "./patch.ts";

function find(ctx: Context, id: string): kept.VpcLink {
  const link = ctx.store.collection(kept.vpcLinks).get([id]);
  if (!link) throw vpcLinkNotFound();
  return link;
}

/** Links are there at once: integrations through them call their URI as it stands. */
export const vpcLinks: Handlers<APIGateway.Operations> = {
  CreateVpcLink(input, ctx) {
    if (input.name.trim() === "") throw badRequest("Name cannot be empty");
    const malformed = input.targetArns.find((arn) => !parseArn(arn));
    if (malformed !== undefined) throw badRequest(`Invalid ARN. ARN is not well formed ${malformed}`);
    if (input.targetArns.length !== 1) throw badRequest("VPC Link must have exactly one target ARN");
    const link: kept.VpcLink = {
      ...input,
      id: newShortId(ctx.random),
      status: "AVAILABLE",
      statusMessage: "Your vpc link is ready for use",
    };
    ctx.store.collection(kept.vpcLinks).put([link.id], link);
    return link;
  },

  GetVpcLink: ({ vpcLinkId }, ctx) => find(ctx, vpcLinkId),

  GetVpcLinks: (input, ctx) => pageOf(ctx.store.collection(kept.vpcLinks), input),

  UpdateVpcLink({ vpcLinkId, patchOperations }, ctx) {
    const link = patched(find(ctx, vpcLinkId), patchOperations, patches);
    ctx.store.collection(kept.vpcLinks).put([vpcLinkId], link);
    return link;
  },

  DeleteVpcLink({ vpcLinkId }, ctx) {
    find(ctx, vpcLinkId);
    ctx.store.collection(kept.vpcLinks).delete([vpcLinkId]);
  },
};

const patches: PatchRule<kept.VpcLink>[] = [member("name"), member("description"), entries("/tags")];
