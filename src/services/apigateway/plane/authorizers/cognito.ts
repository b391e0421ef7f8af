import type * as kept from "../../collections.ts";
import type { Authorization } from "../authorization.ts";
import type { Exchange } from "../exchange.ts";
import { tokenExpired, unauthorized } from "../gateway-error.ts";
import { sourceOf } from "../integration-request.ts";
import { requestValue } from "../parameter-source.ts";
import { isValidIdentity } from "./identity.ts";
import { bareToken, checkSignature, claimTexts, parseJwt, scopesOf } from "./jwt.ts";

/**
 * A token of a Cognito user pool. Its issuer must be one of the authorizer's pools and its time not over; the signature is
 * checked when the pool's keys can be had, and else taken on trust (not with --strict).
 */
export async function cognitoAuthorization(
  exchange: Exchange,
  authorizer: kept.Authorizer,
): Promise<Authorization> {
  const { ctx, method } = exchange;
  const given = requestValue(
    authorizer.identitySource ?? "method.request.header.Authorization",
    sourceOf(exchange),
  );
  const jwt = typeof given === "string" ? parseJwt(bareToken(given)) : undefined;
  if (!jwt) throw unauthorized("There is no JSON Web Token");
  const { claims } = jwt;
  const issuer = String(claims["iss"] ?? "");
  if (!(authorizer.providerARNs ?? []).some((arn) => isIssuerOf(arn, issuer)))
    throw unauthorized("The issuer is another");
  if (typeof claims["exp"] === "number" && claims["exp"] * 1000 <= ctx.clock.now()) throw tokenExpired();
  if (authorizer.identityValidationExpression) {
    const audience = String(claims["aud"] ?? claims["client_id"] ?? "");
    if (!(await isValidIdentity(authorizer.identityValidationExpression, audience)))
      throw unauthorized("Wrong audience");
  }
  const wanted = method.authorizationScopes ?? [];
  if (wanted.length > 0 && !scopesOf(claims).some((scope) => wanted.includes(scope)))
    throw unauthorized("No scope fits");
  const signature = await checkSignature(jwt, issuer, ctx);
  if (signature === "bad" || (signature === "unknown" && ctx.host.strict))
    throw unauthorized("The signature is wrong");
  return { context: { claims: claimTexts(claims) } };
}

/** `arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc` issues for any URL that ends with the pool's id. */
function isIssuerOf(arn: string, issuer: string): boolean {
  const pool = arn.split("userpool/")[1];
  return pool !== undefined && issuer.endsWith(`/${pool}`);
}
