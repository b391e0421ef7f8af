import type { GatewayResponseType } from "../../../../models/generated/apigateway.ts";
import type { Authorization } from "../authorization.ts";
import type { Exchange } from "../exchange.ts";
import { GatewayError, missingToken } from "../gateway-error.ts";
import { identityOf } from "../request-context.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const RESPONSE_TYPES: Readonly<Record<string, GatewayResponseType>> = {
  ExpiredTokenException: "EXPIRED_TOKEN",
  IncompleteSignatureException: "INVALID_SIGNATURE",
  InvalidSignatureException: "INVALID_SIGNATURE",
  MissingAuthenticationTokenException: "MISSING_AUTHENTICATION_TOKEN",
};

/** A request signed with an access key. With --strict the key must be known, with --verify-signatures the signature must hold. */
export function iamAuthorization(exchange: Exchange): Authorization {
  const { ctx, request, context } = exchange;
  const isSigned =
    request.headers["authorization"]?.startsWith("AWS4-") === true ||
    request.query.includes("X-Amz-Credential=");
  if (!isSigned) throw missingToken();
  const refusal = ctx.host.refusalOfSignature(request, { service: "execute-api", region: ctx.region });
  if (refusal)
    throw new GatewayError(
      RESPONSE_TYPES[refusal.code] ?? "ACCESS_DENIED",
      403,
      refusal.code,
      refusal.message,
    );
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
