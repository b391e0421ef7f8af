import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import { findAuthorizer } from "./authorizers.ts";
import type * as kept from "./collections.ts";
import { snapshotOf } from "./deployments.ts";
import { badRequest, integrationNotFound } from "./errors.ts";
import { findApi } from "./find-api.ts";
import { findMethod } from "./methods.ts";
import { cognitoAuthorization } from "./plane/authorizers/cognito.ts";
import { lambdaAuthorization } from "./plane/authorizers/lambda.ts";
import { bytesOf } from "./plane/bytes.ts";
import { type CompiledApi, compile } from "./plane/compiled.ts";
import type { Exchange } from "./plane/exchange.ts";
import { ExecutionLog } from "./plane/execution-log.ts";
import { headersOf, pairsOf, queryOf } from "./plane/fields.ts";
import { GatewayError } from "./plane/gateway-error.ts";
import { integrate } from "./plane/integrate.ts";
import { spelled } from "./plane/kept-headers.ts";
import { contextOf, failure, logRequest } from "./plane/rest.ts";
import { Routes } from "./plane/route.ts";
import { validateRequest } from "./plane/validation.ts";
import { findResource } from "./resources.ts";

const STAGE = "test-invoke-stage";

/** Runs of an API as it is now, without a deployment: nobody is asked who they are. */
export const testInvoke: Handlers<APIGateway.Operations> = {
  async TestInvokeMethod(input, ctx) {
    const { resource, method } = triedMethod(input, ctx);
    const integration = method.methodIntegration as kept.Integration | undefined;
    if (!integration) throw integrationNotFound();
    const api = compile(snapshotOf(ctx, findApi(ctx, input.restApiId)));
    const [path = "/", query = ""] = (input.pathWithQueryString || resource.path).split("?", 2);
    const httpMethod = input.httpMethod === "ANY" ? "GET" : input.httpMethod;
    const request = requestOf(input, httpMethod, path, query);
    const here = new Routes([resource], () => ({ [httpMethod]: method }));
    const { pathParameters = {}, rawPathParameters = {} } = here.match(httpMethod, path) ?? {};
    const route = { resource, method: method.httpMethod, pathParameters, rawPathParameters };
    const exchange = exchangeOf(
      ctx,
      api,
      request,
      { route, method, integration },
      input.stageVariables,
      path,
    );
    const startedAt = ctx.clock.now();
    logRequest(exchange);
    const response = await answer(exchange);
    const body = Buffer.from(await bytesOf(response)).toString();
    // As recorded: what API Gateway itself answers has its error's type and no content type here.
    if (response.headers["x-amzn-errortype"]) delete response.headers["content-type"];
    const headers = Object.entries(response.headers).map(([name, value]) => [spelled(name), value] as const);
    return {
      status: response.status,
      body,
      headers: Object.fromEntries(
        headers.flatMap(([name, value]) =>
          [value]
            .flat()
            .slice(-1)
            .map((last) => [name, last]),
        ),
      ),
      multiValueHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value].flat()])),
      log: exchange.log.text(ctx.requestId),
      latency: ctx.clock.now() - startedAt,
    };
  },

  async TestInvokeAuthorizer(input, ctx) {
    const authorizer = findAuthorizer(ctx, input.restApiId, input.authorizerId);
    const api = compile(snapshotOf(ctx, findApi(ctx, input.restApiId)));
    const [path = "/", query = ""] = (input.pathWithQueryString || "/").split("?", 2);
    const request = requestOf(input, "GET", path, query);
    const resource: kept.Resource = { id: api.api.rootResourceId, path: "/", methods: {} };
    const method: kept.Method = { httpMethod: "GET", authorizationType: "CUSTOM", apiKeyRequired: false };
    const route = { resource, method: "GET", pathParameters: {}, rawPathParameters: {} };
    const integration: kept.Integration = { type: "MOCK" };
    const exchange = exchangeOf(
      ctx,
      api,
      request,
      { route, method, integration },
      input.stageVariables,
      path,
    );
    const fresh = { ...authorizer, authorizerResultTtlInSeconds: 0 };
    const startedAt = ctx.clock.now();
    const latency = () => ctx.clock.now() - startedAt;
    try {
      if (authorizer.type === "COGNITO_USER_POOLS") {
        const { context } = await cognitoAuthorization(exchange, fresh);
        return {
          clientStatus: 0,
          claims: context["claims"] as Record<string, string>,
          latency: latency(),
          log: exchange.log.text(ctx.requestId),
        };
      }
      const { principalId, policy, context } = await lambdaAuthorization(exchange, fresh);
      return {
        clientStatus: 0,
        principalId,
        policy: JSON.stringify(policy),
        authorization: Object.fromEntries(
          Object.entries(context).map(([name, value]) => [name, [String(value)]]),
        ),
        latency: latency(),
        log: exchange.log.text(ctx.requestId),
      };
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      exchange.log.error(() => error.message);
      return { clientStatus: error.status, latency: latency(), log: exchange.log.text(ctx.requestId) };
    }
  },
};

/** The method of that name, else the resource's ANY, as a call would find it. */
function triedMethod(input: APIGateway.TestInvokeMethodRequest, ctx: Context) {
  const { methods } = findResource(ctx, input.restApiId, input.resourceId);
  const known = Object.hasOwn(methods, input.httpMethod) || !Object.hasOwn(methods, "ANY");
  return findMethod(ctx, known ? input : { ...input, httpMethod: "ANY" });
}

type Simulated = Pick<APIGateway.TestInvokeMethodRequest, "headers" | "multiValueHeaders" | "body">;

/** The simulated request as a client would have sent it. */
function requestOf(input: Simulated, method: string, path: string, query: string): HttpRequest {
  if (!path.startsWith("/")) throw badRequest("Invalid path specified: it must begin with a slash");
  const rawHeaders: string[] = [];
  for (const [name, value] of Object.entries(input.headers ?? {})) rawHeaders.push(name, value);
  for (const [name, values] of Object.entries(input.multiValueHeaders ?? {})) {
    for (const value of values) rawHeaders.push(name, value);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of pairsOf(rawHeaders)) headers[name.toLowerCase()] = value;
  return { method, path, query, headers, rawHeaders, body: Buffer.from(input.body ?? "") };
}

function exchangeOf(
  ctx: Context,
  api: CompiledApi,
  request: HttpRequest,
  target: Pick<Exchange, "route" | "method" | "integration">,
  stageVariables: Record<string, string> | undefined,
  path: string,
): Exchange {
  const now = new Date(ctx.clock.now());
  const variables = stageVariables ?? {};
  const stage: kept.Stage = {
    stageName: STAGE,
    deploymentId: "",
    methodSettings: {},
    variables,
    createdDate: now,
    lastUpdatedDate: now,
  };
  const context = contextOf(request, ctx, {
    apiId: api.api.id,
    account: ctx.account,
    stageName: STAGE,
    path,
  });
  Object.assign(context, { resourceId: target.route.resource.id, resourcePath: target.route.resource.path });
  const log = new ExecutionLog(ctx.clock, "INFO");
  // As recorded: nothing is added to what the caller of the operation gives.
  const headers = headersOf(request);
  return {
    ctx,
    request,
    api,
    stage,
    variables,
    ...target,
    path,
    headers,
    query: queryOf(request.query),
    context,
    log,
  };
}

async function answer(exchange: Exchange): Promise<HttpResponse> {
  try {
    await validateRequest(exchange);
    return await integrate(exchange);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return failure(error, exchange.api, exchange, exchange.variables);
  }
}
