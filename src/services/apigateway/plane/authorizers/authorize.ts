import { readJson } from "../../../../core/read-json.ts";
import type { Authorization } from "../authorization.ts";
import { arnOf, type Exchange } from "../exchange.ts";
import { authorizerMisconfigured, policyDenied } from "../gateway-error.ts";
import { evaluate } from "../policy.ts";
import { cognitoAuthorization } from "./cognito.ts";
import { iamAuthorization } from "./iam.ts";
import { lambdaAuthorization } from "./lambda.ts";

/** Lets a request through, or not: the API's resource policy, then the method's own authorization. */
export async function authorize(exchange: Exchange): Promise<void> {
  checkResourcePolicy(exchange);
  exchange.authorization = await authorizationOf(exchange);
  if (!exchange.authorization) return;
  const { principalId, context } = exchange.authorization;
  exchange.context.authorizer = {
    ...context,
    ...(principalId !== undefined && { principalId }),
    integrationLatency: exchange.authorization.integrationLatencyMs ?? 0,
  };
}

async function authorizationOf(exchange: Exchange): Promise<Authorization | undefined> {
  const { method, api } = exchange;
  if (method.authorizationType === "NONE") return undefined;
  if (method.authorizationType === "AWS_IAM") return iamAuthorization(exchange);
  const authorizer = api.authorizers.get(method.authorizerId ?? "");
  if (!authorizer) throw authorizerMisconfigured(`There is no authorizer ${method.authorizerId}`);
  return authorizer.type === "COGNITO_USER_POOLS"
    ? await cognitoAuthorization(exchange, authorizer)
    : await lambdaAuthorization(exchange, authorizer);
}

function checkResourcePolicy(exchange: Exchange): void {
  const { api, ctx, context, method } = exchange;
  if (!api.api.policy) return;
  const arn = arnOf(exchange);
  const keys = {
    "aws:sourceip": context.identity["sourceIp"] ?? undefined,
    "aws:useragent": context.identity["userAgent"] ?? undefined,
    "aws:securetransport": "false",
    "aws:principalarn": method.authorizationType === "AWS_IAM" ? ctx.caller.arn : undefined,
  };
  const decision = evaluate(readJson(api.api.policy), "execute-api:Invoke", arn, keys);
  if (decision === "deny") throw policyDenied("anonymous", arn, true);
  // Without an allow the caller's own policy may still allow it (AWS_IAM in the same account).
  if (decision === "none" && method.authorizationType !== "AWS_IAM")
    throw policyDenied("anonymous", arn, false);
}
