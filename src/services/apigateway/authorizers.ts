import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { authorizerNotFound, badRequest } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { newShortId } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { member, type PatchRule, patched, required, valueItems } from "./patch.ts";

/** How long an authorizer's answer holds where nothing is said. As recorded, answers do not show it then. */
export const DEFAULT_TTL_SECONDS = 300;
const MOST_TTL_SECONDS = 3600;

/** @throws NotFoundException */
export function findAuthorizer(ctx: Context, restApiId: string, id: string): kept.Authorizer {
  const authorizer = ctx.store.collection(kept.authorizers).get([restApiId, id]);
  if (!authorizer) throw authorizerNotFound();
  return authorizer;
}

export const authorizers: Handlers<APIGateway.Operations> = {
  CreateAuthorizer({ restApiId, ...input }, ctx) {
    findApi(ctx, restApiId);
    const authorizer = newAuthorizer(input, newShortId(ctx.random));
    for (const other of ctx.store.collection(kept.authorizers).values({ prefix: [restApiId] })) {
      if (other.name === input.name) {
        throw badRequest(
          `Authorizer name must be unique. Authorizer ${input.name} already exists in this RestApi.`,
        );
      }
    }
    ctx.store.collection(kept.authorizers).put([restApiId, authorizer.id], authorizer);
    return authorizer;
  },

  GetAuthorizer: ({ restApiId, authorizerId }, ctx) => findAuthorizer(ctx, restApiId, authorizerId),

  GetAuthorizers(input, ctx) {
    findApi(ctx, input.restApiId);
    return pageOf(ctx.store.collection(kept.authorizers), input, { prefix: [input.restApiId] });
  },

  UpdateAuthorizer({ restApiId, authorizerId, patchOperations }, ctx) {
    const authorizer = patched(findAuthorizer(ctx, restApiId, authorizerId), patchOperations, patches);
    check(authorizer);
    ctx.store.collection(kept.authorizers).put([restApiId, authorizerId], authorizer);
    return authorizer;
  },

  DeleteAuthorizer({ restApiId, authorizerId }, ctx) {
    findAuthorizer(ctx, restApiId, authorizerId);
    ctx.store.collection(kept.authorizers).delete([restApiId, authorizerId]);
  },
};

/** An authorizer, complete. @throws BadRequestException */
export function newAuthorizer(
  input: Omit<APIGateway.CreateAuthorizerRequest, "restApiId">,
  id: string,
): kept.Authorizer {
  const authorizer = {
    id,
    ...input,
    authType: input.authType ?? (input.type === "COGNITO_USER_POOLS" ? "cognito_user_pools" : "custom"),
  };
  check(authorizer);
  return authorizer;
}

function check({
  type,
  identitySource,
  providerARNs,
  authorizerUri,
  authorizerResultTtlInSeconds,
}: kept.Authorizer): void {
  const ttl = authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS;
  if (ttl < 0 || ttl > MOST_TTL_SECONDS) {
    throw badRequest(`Invalid authorizerResultTtlInSeconds value. Must be between 0 and ${MOST_TTL_SECONDS}`);
  }
  if (type === "COGNITO_USER_POOLS") {
    if (!providerARNs?.length) throw badRequest("Invalid provider ARN specified");
    return;
  }
  if (!authorizerUri?.startsWith("arn:")) throw badRequest("Authorizer Uri must be specified");
  if (!identitySource && (type === "TOKEN" || ttl > 0)) {
    throw badRequest("Identity source for which authorization is requested must be specified");
  }
}

const patches: PatchRule<kept.Authorizer>[] = [
  required("name"),
  required("type"),
  member("authType"),
  member("authorizerUri"),
  member("authorizerCredentials"),
  member("identitySource"),
  member("identityValidationExpression"),
  member("authorizerResultTtlInSeconds", "integer"),
  valueItems("/providerARNs"),
];
