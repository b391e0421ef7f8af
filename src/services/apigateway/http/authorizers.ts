import type { Context, Handlers } from "../../../core/service.ts";
import type * as V2 from "../../../models/generated/apigatewayv2.ts";
import { newShortId } from "../identifiers.ts";
import { stageMemory } from "../stage-memory.ts";
import * as kept from "./collections.ts";
import { autoDeploy } from "./deployments.ts";
import { badRequest, conflict } from "./errors.ts";
import { changed, find, findApi, given, list, page } from "./records.ts";

export const authorizers: Handlers<V2.Operations> = {
  CreateAuthorizer(input, ctx) {
    findApi(ctx, input.ApiId);
    const authorizer = newAuthorizer(input, newShortId(ctx.random));
    put(ctx, input.ApiId, authorizer);
    return authorizer;
  },

  GetAuthorizer: ({ ApiId, AuthorizerId }, ctx) =>
    find(ctx, kept.authorizers, "Authorizer", ApiId, AuthorizerId),

  GetAuthorizers(input, ctx) {
    findApi(ctx, input.ApiId);
    return page(list(ctx, kept.authorizers, input.ApiId), input, ({ AuthorizerId }) => AuthorizerId);
  },

  UpdateAuthorizer({ ApiId, AuthorizerId, ...changes }, ctx) {
    const authorizer = changed(find(ctx, kept.authorizers, "Authorizer", ApiId, AuthorizerId), changes);
    check(authorizer);
    put(ctx, ApiId, authorizer);
    return authorizer;
  },

  DeleteAuthorizer({ ApiId, AuthorizerId }, ctx) {
    find(ctx, kept.authorizers, "Authorizer", ApiId, AuthorizerId);
    if (list(ctx, kept.routes, ApiId).some((route) => route.AuthorizerId === AuthorizerId)) {
      throw conflict(`Cannot delete Authorizer '${AuthorizerId}' as it is referenced by a route`);
    }
    ctx.store.transaction(() => {
      ctx.store.collection(kept.authorizers).delete([ApiId, AuthorizerId]);
      autoDeploy(ctx, ApiId);
    });
  },

  ResetAuthorizersCache({ ApiId, StageName }, ctx) {
    find(ctx, kept.stages, "Stage", ApiId, StageName);
    stageMemory(ctx.store).of(ApiId, StageName).authorizations.clear();
  },
};

function put(ctx: Context, apiId: string, authorizer: kept.Authorizer): void {
  ctx.store.transaction(() => {
    ctx.store.collection(kept.authorizers).put([apiId, authorizer.AuthorizerId], authorizer);
    autoDeploy(ctx, apiId);
  });
}

/** An authorizer, complete; nothing is written. @throws BadRequestException */
export function newAuthorizer(
  { ApiId: _, ...input }: V2.CreateAuthorizerRequest,
  AuthorizerId: string,
): kept.Authorizer {
  const authorizer: kept.Authorizer = given({ ...input, AuthorizerId });
  check(authorizer);
  return authorizer;
}

function check({
  AuthorizerType,
  AuthorizerUri,
  JwtConfiguration,
  AuthorizerResultTtlInSeconds: ttl = 0,
}: kept.Authorizer): void {
  if (ttl < 0 || ttl > 3600) throw badRequest("AuthorizerResultTtlInSeconds must be between 0 and 3600");
  if (AuthorizerType === "JWT") {
    if (!JwtConfiguration?.Issuer)
      throw badRequest("JwtConfiguration with an Issuer is required for a JWT authorizer");
    if (!JwtConfiguration.Audience?.length)
      throw badRequest("JwtConfiguration with an Audience is required for a JWT authorizer");
  } else if (!AuthorizerUri) throw badRequest("AuthorizerUri is required for a REQUEST authorizer");
}
