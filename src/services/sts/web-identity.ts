import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as STS from "../../models/generated/sts.ts";
import { expiredToken, invalidIdentityToken } from "./errors.ts";
import { findRole } from "./role.ts";
import { packedSize, startSession } from "./session.ts";
import { policiesOf } from "./session-tags.ts";
import { checkTrust } from "./trust.ts";

/** What of a JSON web token STS looks at. */
interface Claims {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
}

export const webIdentity: Handlers<STS.Operations> = {
  async AssumeRoleWithWebIdentity(input, ctx) {
    const role = await findRole(input.RoleArn, ctx);
    const packed = packedSize(input);
    const claims = readToken(input.WebIdentityToken, ctx);
    const provider = input.ProviderId ?? claims.iss?.replace(/^https?:\/\//, "") ?? "";
    const audience = [claims.aud ?? []].flat();
    const oidcProvider = `arn:${role.partition}:iam::${role.account}:oidc-provider/${provider}`;
    checkTrust(
      role,
      "sts:AssumeRoleWithWebIdentity",
      { type: "Federated", names: [provider, oidcProvider] },
      {
        ...(audience.length > 0 && { [`${provider}:aud`]: audience }),
        ...(claims.sub && { [`${provider}:sub`]: [claims.sub] }),
      },
      ctx,
    );
    return {
      ...startSession(role, input.RoleSessionName, input.DurationSeconds, ctx, policiesOf(input)),
      ...packed,
      ...(claims.sub && { SubjectFromWebIdentityToken: claims.sub }),
      ...(audience[0] && { Audience: audience[0] }),
      ...(provider && { Provider: input.ProviderId ?? oidcProvider }),
    };
  },
};

/**
 * The claims of a token; its signature is not checked. Only strictly must it be a JWT that has not expired.
 * @throws AwsError `InvalidIdentityToken`, `ExpiredTokenException`
 */
function readToken(token: string, ctx: Context): Claims {
  const claims = parse(token);
  if (!ctx.host.strict) return claims ?? {};
  if (!claims) {
    throw invalidIdentityToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
  const nowSeconds = Math.floor(ctx.clock.now() / 1000);
  if (claims.exp !== undefined && claims.exp <= nowSeconds) throw expiredToken(nowSeconds, claims.exp);
  return claims;
}

function parse(token: string): Claims | undefined {
  const [, payload] = token.split(".");
  try {
    const claims: unknown = readJson(Buffer.from(payload ?? "", "base64url").toString());
    return typeof claims === "object" && claims !== null ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
