import { AwsError } from "../../../core/aws-error.ts";
import { readJson } from "../../../core/read-json.ts";
import type { Context } from "../../../core/service.ts";
import type { Authorizer, Route, Stage } from "../http/collections.ts";
import type { CompiledHttpApi } from "../http/plane/compiled.ts";
import { functionArnOf } from "../http/plane/lambda.ts";
import {
  accessDenied,
  authorizerFailed,
  authorizerMisconfigured,
  forbidden,
  unauthorized,
} from "../plane/gateway-error.ts";
import { invokeFunction } from "../plane/lambda-function.ts";
import { evaluate } from "../plane/policy.ts";
import { resolveVariables } from "../plane/variables.ts";
import { contextOf, type Happening, proxyEvent } from "./event.ts";

/** Lets a client connect, or not; what the authorizer says goes with the connection. */
export async function authorizeConnection(
  happening: Happening,
  route: Route,
  api: CompiledHttpApi,
  stage: Stage,
  ctx: Context,
): Promise<Record<string, unknown> | undefined> {
  if (route.AuthorizationType === "NONE") return undefined;
  if (route.AuthorizationType === "AWS_IAM") {
    const signed = identityValue("route.request.header.Authorization", happening)?.startsWith("AWS4-");
    if (!signed && !identityValue("route.request.querystring.X-Amz-Credential", happening)) throw forbidden();
    if (happening.isForged) throw forbidden();
    return undefined;
  }
  const authorizer = api.authorizers.get(route.AuthorizerId ?? "");
  if (!authorizer) throw authorizerMisconfigured(`There is no authorizer ${route.AuthorizerId}`);
  return await ask(authorizer, happening, stage, ctx);
}

async function ask(
  authorizer: Authorizer,
  happening: Happening,
  stage: Stage,
  ctx: Context,
): Promise<Record<string, unknown>> {
  const sources = (authorizer.IdentitySource ?? []).map((source) => identityValue(source, happening));
  if (sources.some((value) => !value)) throw unauthorized("An identity source is missing");
  const variables = stage.StageVariables ?? {};
  const methodArn = `arn:aws:execute-api:${ctx.region}:${ctx.account}:${happening.apiId}/${stage.StageName}/$connect`;
  const event = {
    type: "REQUEST",
    methodArn,
    ...proxyEvent(contextOf(ctx, "$connect", happening), happening, variables),
  };
  let text: string;
  try {
    const functionArn = functionArnOf(resolveVariables(authorizer.AuthorizerUri ?? "", variables));
    const answer = await invokeFunction(ctx, functionArn, JSON.stringify(event), {
      ...(authorizer.AuthorizerCredentialsArn && { credentials: authorizer.AuthorizerCredentialsArn }),
    });
    text = Buffer.from(answer.payload).toString();
    if (answer.functionError) throw /"Unauthorized"/.test(text) ? unauthorized() : authorizerFailed(text);
  } catch (error) {
    if (error instanceof AwsError) throw authorizerMisconfigured(error.message);
    throw error;
  }
  const {
    principalId,
    policyDocument,
    context = {},
  } = readJson(text) as {
    principalId?: string;
    policyDocument?: unknown;
    context?: Record<string, unknown>;
  };
  const decision = evaluate(policyDocument, "execute-api:Invoke", methodArn);
  if (decision !== "allow") throw accessDenied(decision === "deny");
  return { ...context, principalId };
}

/** `route.request.header.Auth`, `route.request.querystring.token`. */
function identityValue(source: string, { headers = {}, query = {} }: Happening): string | undefined {
  const [, place, name = ""] = /^route\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === "querystring") return query[name]?.at(-1);
  const found = Object.entries(headers).find(([header]) => header.toLowerCase() === name.toLowerCase());
  return found?.[1].at(-1);
}
