import type { Authorization } from "../authorization.ts";
import type { Exchange } from "../exchange.ts";
import { GatewayError, missingToken } from "../gateway-error.ts";
import { identityOf } from "../request-context.ts";

/** A request signed with an access key. Signatures themselves are not checked; with --strict the key must be known. */
export function iamAuthorization(exchange: Exchange): Authorization {
  const { ctx, request, context } = exchange;
  const isSigned =
    request.headers["authorization"]?.startsWith("AWS4-") === true ||
    request.query.includes("X-Amz-Credential=");
  if (!isSigned) throw missingToken();
  if (ctx.host.strict && !ctx.host.credentials.find(ctx.caller.accessKeyId)) {
    throw new GatewayError(
      "ACCESS_DENIED",
      403,
      "UnrecognizedClientException",
      "The security token included in the request is invalid.",
    );
  }
  const { sourceIp, userAgent } = context.identity;
  Object.assign(context.identity, identityOf(ctx.caller, sourceIp ?? "", userAgent ?? undefined));
  return { principalId: ctx.caller.userId, context: {} };
}
