import { AwsError } from "../../../../core/aws-error.ts";
import { readJson } from "../../../../core/read-json.ts";
import { bareToken, checkSignature, claimTexts, parseJwt, scopesOf } from "../../plane/authorizers/jwt.ts";
import { invokeFunction } from "../../plane/lambda-function.ts";
import { evaluate } from "../../plane/policy.ts";
import { resolveVariables } from "../../plane/variables.ts";
import { stageMemory } from "../../stage-memory.ts";
import type { Authorizer } from "../collections.ts";
import { event1, event2 } from "./event.ts";
import type { HttpExchange } from "./exchange.ts";
import { mappedValue } from "./expression.ts";
import { forbidden, internalServerError, unauthorized } from "./http-error.ts";
import { functionArnOf } from "./lambda.ts";

/** Lets a request through to its route, or not. */
export async function authorize(exchange: HttpExchange): Promise<void> {
  const { route, api } = exchange;
  if (route.AuthorizationType === "NONE") return;
  if (route.AuthorizationType === "AWS_IAM") return authorizeSigner(exchange);
  const authorizer = api.authorizers.get(route.AuthorizerId ?? "");
  if (!authorizer) throw internalServerError(`There is no authorizer ${route.AuthorizerId}`);
  if (authorizer.AuthorizerType === "JWT") await authorizeToken(exchange, authorizer);
  else await authorizeByFunction(exchange, authorizer);
}

function authorizeSigner({ ctx, request, context }: HttpExchange): void {
  const isSigned =
    request.headers["authorization"]?.startsWith("AWS4-") || request.query.includes("X-Amz-Credential=");
  if (ctx.host.refusalOfSignature(request, { service: "execute-api", region: ctx.region })) throw forbidden();
  if (!isSigned || (ctx.host.strict && !ctx.host.credentials.find(ctx.caller.accessKeyId))) throw forbidden();
  const { accessKeyId, account, arn, userId } = ctx.caller;
  context.authorizer = {
    iam: {
      accessKey: accessKeyId,
      accountId: account,
      callerId: userId,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: arn,
      userId,
    },
  };
}

/** A JSON Web Token of the configured issuer, for one of the audiences, in its time, with a scope that the route wants. */
async function authorizeToken(
  exchange: HttpExchange,
  { JwtConfiguration, IdentitySource }: Authorizer,
): Promise<void> {
  const { ctx, route, context } = exchange;
  const source = IdentitySource?.[0] ?? "$request.header.Authorization";
  const given = mappedValue(source, exchange);
  if (!given) throw unauthorized("There is no token", { "www-authenticate": "Bearer" });
  const jwt = parseJwt(bareToken(given));
  const invalid = (description: string) =>
    unauthorized(description, {
      "www-authenticate": `Bearer scope="" error="invalid_token" error_description="${description}"`,
    });
  if (!jwt) throw invalid("the token has an invalid number of segments");
  const { claims } = jwt;
  const now = ctx.clock.now() / 1000;
  const issuer = JwtConfiguration?.Issuer ?? "";
  if (String(claims["iss"] ?? "").replace(/\/$/, "") !== issuer.replace(/\/$/, ""))
    throw invalid("the token has an invalid issuer");
  const audiences = [claims["aud"] ?? claims["client_id"]].flat().map(String);
  if (!audiences.some((audience) => JwtConfiguration?.Audience?.includes(audience)))
    throw invalid("the token does not have a valid audience");
  if (typeof claims["exp"] === "number" && claims["exp"] <= now) throw invalid("the token has expired");
  if (typeof claims["nbf"] === "number" && claims["nbf"] > now) throw invalid("the token is not valid yet");
  const signature = await checkSignature(jwt, issuer, ctx);
  if (signature === "bad" || (signature === "unknown" && ctx.host.strict))
    throw invalid("signature is invalid");
  const scopes = scopesOf(claims);
  const wanted = route.AuthorizationScopes ?? [];
  if (wanted.length > 0 && !scopes.some((scope) => wanted.includes(scope))) throw forbidden("No scope fits");
  context.authorizer = { jwt: { claims: claimTexts(claims), scopes: scopes.length > 0 ? scopes : null } };
}

interface Answer {
  readonly allowed: boolean;
  readonly context: Record<string, unknown>;
}

async function authorizeByFunction(exchange: HttpExchange, authorizer: Authorizer): Promise<void> {
  const { ctx, api, stage, route } = exchange;
  const sources = authorizer.IdentitySource ?? [];
  const identity = sources.map((source) => mappedValue(source, exchange) ?? "");
  if (identity.some((value) => value === "")) throw unauthorized("An identity source is missing");
  const ttlMs = sources.length > 0 ? (authorizer.AuthorizerResultTtlInSeconds ?? 300) * 1000 : 0;
  const { authorizations } = stageMemory(ctx.store).of(api.api.ApiId, stage.StageName);
  const key = JSON.stringify([authorizer.AuthorizerId, ...identity]);
  const known = ttlMs > 0 ? authorizations.get(key) : undefined;
  let answer: Record<string, unknown>;
  if (known && known.expiresAtMs > ctx.clock.now()) answer = known.value.context as Record<string, unknown>;
  else {
    answer = await ask(exchange, authorizer, identity);
    if (ttlMs > 0) {
      if (authorizations.size > 10_000) authorizations.clear();
      authorizations.set(key, { value: { context: answer }, expiresAtMs: ctx.clock.now() + ttlMs });
    }
  }
  const { allowed, context } = decide(answer, authorizer, arnOf(exchange));
  if (!allowed) throw forbidden(`The authorizer refused ${route.RouteKey}`);
  exchange.context.authorizer = { lambda: Object.keys(context).length > 0 ? context : null };
}

const arnOf = ({ ctx, api, stage, request, path }: HttpExchange): string =>
  `arn:aws:execute-api:${ctx.region}:${ctx.account}:${api.api.ApiId}/${stage.StageName}/${request.method}${path}`;

async function ask(
  exchange: HttpExchange,
  authorizer: Authorizer,
  identity: string[],
): Promise<Record<string, unknown>> {
  const simple = authorizer.AuthorizerPayloadFormatVersion !== "1.0";
  const { body: _b, isBase64Encoded: _i, ...rest } = simple ? event2(exchange) : event1(exchange);
  const arn = arnOf(exchange);
  const event = simple
    ? { ...rest, type: "REQUEST", routeArn: arn, identitySource: identity }
    : {
        ...rest,
        type: "REQUEST",
        methodArn: arn,
        identitySource: identity.join(","),
        authorizationToken: identity.join(","),
      };
  const functionArn = functionArnOf(resolveVariables(authorizer.AuthorizerUri ?? "", exchange.variables));
  try {
    const answer = await invokeFunction(exchange.ctx, functionArn, JSON.stringify(event), {
      ...(authorizer.AuthorizerCredentialsArn && { credentials: authorizer.AuthorizerCredentialsArn }),
    });
    const text = Buffer.from(answer.payload).toString();
    if (answer.functionError) {
      if (/"errorMessage":\s*"Unauthorized"/.test(text)) throw unauthorized();
      throw internalServerError(`The authorizer failed: ${text}`);
    }
    return readJson(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof AwsError || error instanceof SyntaxError)
      throw internalServerError(`The authorizer gave no answer: ${error.message}`);
    throw error;
  }
}

/** A simple answer says `isAuthorized`; the other kind is a policy. */
function decide(answer: Record<string, unknown>, authorizer: Authorizer, arn: string): Answer {
  const context = (answer["context"] ?? {}) as Record<string, unknown>;
  if (authorizer.EnableSimpleResponses && authorizer.AuthorizerPayloadFormatVersion !== "1.0") {
    return { allowed: answer["isAuthorized"] === true, context };
  }
  if (typeof answer["policyDocument"] !== "object")
    throw internalServerError("The authorizer's answer has no policyDocument");
  const allowed = evaluate(answer["policyDocument"], "execute-api:Invoke", arn) === "allow";
  return { allowed, context };
}
