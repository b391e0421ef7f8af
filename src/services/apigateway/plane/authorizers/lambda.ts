import { readJson } from "../../../../core/read-json.ts";
import { DEFAULT_TTL_SECONDS } from "../../authorizers.ts";
import type * as kept from "../../collections.ts";
import { stageMemory } from "../../stage-memory.ts";
import type { Authorization } from "../authorization.ts";
import { arnOf, type Exchange } from "../exchange.ts";
import { accessDenied, authorizerFailed, authorizerMisconfigured, unauthorized } from "../gateway-error.ts";
import { sourceOf } from "../integration-request.ts";
import { functionOf, invokeFunction } from "../lambda-function.ts";
import { requestValue } from "../parameter-source.ts";
import { evaluate } from "../policy.ts";
import { proxyEvent } from "../proxy-event.ts";
import { presentedKey } from "../usage-plan.ts";
import { resolveVariables } from "../variables.ts";
import { isValidIdentity } from "./identity.ts";

/**
 * A Lambda authorizer, of a token or of the whole request; its answers are remembered for their time to live.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function lambdaAuthorization(
  exchange: Exchange,
  authorizer: kept.Authorizer,
): Promise<Authorization> {
  const identity = await identityOf(exchange, authorizer);
  const authorization = await remembered(exchange, authorizer, identity);
  const decision = evaluate(authorization.policy, "execute-api:Invoke", arnOf(exchange));
  if (decision !== "allow") throw accessDenied(decision === "deny");
  return authorization;
}

/** The identity sources' values. @throws GatewayError 401 when one is missing or the token has not the right form */
async function identityOf(exchange: Exchange, authorizer: kept.Authorizer): Promise<string[]> {
  const { type, identitySource, identityValidationExpression } = authorizer;
  const sources = (identitySource ?? "")
    .split(",")
    .map((source) => source.trim())
    .filter(Boolean);
  const from = sourceOf(exchange);
  const values = sources.map((source) => requestValue(source, from));
  const whole = values.map((value) => (Array.isArray(value) ? value.join(",") : (value ?? "")));
  const wanted = type === "TOKEN" || ttlMsOf(authorizer) > 0 || sources.length > 0;
  if (wanted && whole.some((value) => value === "")) throw unauthorized("An identity source is missing");
  if (type === "TOKEN" && identityValidationExpression) {
    if (!(await isValidIdentity(identityValidationExpression, whole[0] ?? ""))) {
      throw unauthorized("The token does not match the validation expression");
    }
  }
  return whole;
}

async function remembered(
  exchange: Exchange,
  authorizer: kept.Authorizer,
  identity: readonly string[],
): Promise<Authorization> {
  const { ctx, api, stage } = exchange;
  const ttlMs = ttlMsOf(authorizer);
  const { authorizations } = stageMemory(ctx.store).of(api.api.id, stage.stageName);
  const key = JSON.stringify([authorizer.id, ...identity]);
  const known = ttlMs > 0 ? authorizations.get(key) : undefined;
  if (known && known.expiresAtMs > ctx.clock.now()) return known.value;
  const answer = await ask(exchange, authorizer, identity[0] ?? "");
  if (ttlMs > 0) {
    if (authorizations.size > 10_000) authorizations.clear();
    authorizations.set(key, { value: answer, expiresAtMs: ctx.clock.now() + ttlMs });
  }
  return answer;
}

async function ask(exchange: Exchange, authorizer: kept.Authorizer, token: string): Promise<Authorization> {
  const { ctx, variables } = exchange;
  const methodArn = arnOf(exchange);
  const event =
    authorizer.type === "TOKEN"
      ? { type: "TOKEN", authorizationToken: token, methodArn }
      : { type: "REQUEST", methodArn, ...requestEvent(exchange) };
  const functionArn = functionOf(resolveVariables(authorizer.authorizerUri ?? "", variables));
  const startedAt = ctx.clock.now();
  let answer: Awaited<ReturnType<typeof invokeFunction>>;
  try {
    answer = await invokeFunction(ctx, functionArn, JSON.stringify(event), {
      ...(authorizer.authorizerCredentials && { credentials: authorizer.authorizerCredentials }),
    });
  } catch (error) {
    throw authorizerMisconfigured(`The authorizer could not be invoked: ${(error as Error).message}`);
  }
  const text = Buffer.from(answer.payload).toString();
  if (answer.functionError) {
    if (messageOf(text) === "Unauthorized") throw unauthorized();
    throw authorizerFailed(`The authorizer failed: ${text}`);
  }
  return { ...readAnswer(text), integrationLatencyMs: ctx.clock.now() - startedAt };
}

/** What a REQUEST authorizer is told: the proxy event without its body. */
function requestEvent(exchange: Exchange): Record<string, unknown> {
  const { body: _b, isBase64Encoded: _i, ...event } = proxyEvent(exchange, false);
  const none = {
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    pathParameters: {},
    stageVariables: {},
  };
  const given = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
  const requestContext = event["requestContext"] as { identity: Record<string, unknown> };
  const identity = { ...requestContext.identity, ...presentedKey(exchange) };
  return { ...none, ...given, requestContext: { ...requestContext, identity } };
}

function messageOf(text: string): string | undefined {
  try {
    return (readJson(text) as { errorMessage?: string }).errorMessage;
  } catch {
    return undefined;
  }
}

/** @throws GatewayError 500 for anything that is no authorizer's answer */
function readAnswer(text: string): Authorization {
  let answer: Record<string, unknown>;
  try {
    answer = readJson(text) as Record<string, unknown>;
  } catch {
    throw authorizerMisconfigured(`The authorizer's answer is no JSON: ${text}`);
  }
  const { principalId, policyDocument, context = {}, usageIdentifierKey } = answer ?? {};
  if (typeof policyDocument !== "object" || policyDocument === null || principalId === undefined) {
    throw authorizerMisconfigured("The authorizer's answer has no principalId or policyDocument");
  }
  const values = Object.entries((context ?? {}) as Record<string, unknown>);
  if (values.some(([, value]) => typeof value === "object" && value !== null)) {
    throw authorizerMisconfigured("The authorizer's context may hold texts, numbers and booleans only");
  }
  return {
    principalId: String(principalId),
    policy: policyDocument,
    context: Object.fromEntries(values.map(([name, value]) => [name, value === null ? null : String(value)])),
    ...(typeof usageIdentifierKey === "string" && { usageIdentifierKey }),
  };
}

const ttlMsOf = ({ authorizerResultTtlInSeconds }: kept.Authorizer): number =>
  (authorizerResultTtlInSeconds ?? DEFAULT_TTL_SECONDS) * 1000;
