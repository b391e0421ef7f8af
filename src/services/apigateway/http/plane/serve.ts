import type { HttpRequest, HttpResponse } from "../../../../core/http.ts";
import type { Context } from "../../../../core/service.ts";
import { hostOf, splitStage } from "../../plane/address.ts";
import { headersOf, queryOf } from "../../plane/fields.ts";
import { GatewayError } from "../../plane/gateway-error.ts";
import { deliverAccessLog, streamName } from "../../plane/log-delivery.ts";
import { measureIntegration } from "../../plane/measurement.ts";
import {
  addressOfPeer,
  extendedRequestId,
  identityOf,
  noOverrides,
  requestTime,
  traceOf,
} from "../../plane/request-context.ts";
import type { Destination } from "../../plane/rest.ts";
import { decode } from "../../plane/route.ts";
import { safeHeaders } from "../../plane/safe-headers.ts";
import { within } from "../../plane/timeout.ts";
import { stageMemory } from "../../stage-memory.ts";
import { type Route, type Stage, stages } from "../collections.ts";
import { authorize } from "./authorize.ts";
import { awsService } from "./aws-service.ts";
import { type CompiledHttpApi, compiledHttpApi } from "./compiled.ts";
import { preflight, withCors } from "./cors.ts";
import type { HttpContext, HttpExchange } from "./exchange.ts";
import {
  HttpApiError,
  internalServerError,
  notFound,
  payloadTooLarge,
  serviceUnavailable,
  tooManyRequests,
} from "./http-error.ts";
import { httpProxy } from "./http-proxy.ts";
import { lambdaProxy } from "./lambda.ts";
import { mapResponse } from "./parameters.ts";

const LARGEST_PAYLOAD = 10 * 1024 * 1024;
const MOST_TIMEOUT_MS = 30_000;

/** Serves one request of an HTTP API's client. */
export async function serveHttpApi(
  request: HttpRequest,
  ctx: Context,
  destination: Destination,
): Promise<HttpResponse> {
  const startedAtMs = ctx.clock.now();
  const { stage, path, stagePrefix } = chooseStage(destination);
  const api =
    stage?.DeploymentId === undefined
      ? undefined
      : compiledHttpApi(destination.found.store, destination.apiId, stage.DeploymentId);
  const context = contextOf(request, ctx, destination, stage?.StageName ?? "", stagePrefix + path);
  let response: HttpResponse;
  try {
    if (!stage || !api || (api.api.DisableExecuteApiEndpoint && !destination.domainName)) throw notFound();
    const { CorsConfiguration } = api.api;
    response =
      preflight(request, CorsConfiguration) ??
      withCors(await serveRoute(request, ctx, api, stage, path, context), request, CorsConfiguration);
  } catch (error) {
    response = withCors(failure(error, context), request, api?.api.CorsConfiguration);
  }
  response.headers = safeHeaders(response.headers);
  response.headers["apigw-requestid"] = String(context["extendedRequestId"]);
  context.status = response.status;
  context.responseLatency = ctx.clock.now() - startedAtMs;
  if (request.method === "HEAD") response.body = "";
  const { AccessLogSettings } = stage ?? {};
  if (stage && AccessLogSettings) {
    const settings = { format: AccessLogSettings.Format, destinationArn: AccessLogSettings.DestinationArn };
    deliverAccessLog(
      ctx,
      settings,
      { identity: {}, requestOverride: noOverrides(), responseOverride: noOverrides(), ...context },
      streamName(stage.StageName),
    );
  }
  if (stage) measureIntegration(ctx, destination.found, stage.StageName, context.integrationLatency);
  return response;
}

/** A path may begin with a stage's name; what does not goes to `$default`. */
function chooseStage({ found, apiId, stageName, path }: Destination): {
  stage?: Stage;
  path: string;
  stagePrefix: string;
} {
  const named = (name: string) => found.store.collection(stages).look([apiId, name]);
  if (stageName !== undefined) {
    const stage = named(stageName);
    if (stage) return { stage, path, stagePrefix: stageName === "$default" ? "" : `/${stageName}` };
  } else {
    const split = splitStage(path);
    const stage = split.stageName && split.stageName !== "$default" ? named(split.stageName) : undefined;
    if (stage) return { stage, path: split.path, stagePrefix: `/${split.stageName}` };
  }
  const whole = stageName === undefined ? path : `/${stageName}${path === "/" ? "" : path}`;
  return { stage: named("$default"), path: whole, stagePrefix: "" };
}

async function serveRoute(
  request: HttpRequest,
  ctx: Context,
  api: CompiledHttpApi,
  stage: Stage,
  path: string,
  context: HttpContext,
): Promise<HttpResponse> {
  if (request.body.length > LARGEST_PAYLOAD) throw payloadTooLarge();
  const matched = api.routes.match(request.method, path);
  const route: Route | undefined = matched
    ? matched.resource.methods[matched.method]
    : api.byKey.get("$default");
  const integration = api.integrations.get(/^integrations\/(.+)$/.exec(route?.Target ?? "")?.[1] ?? "");
  if (!route) throw notFound();
  Object.assign(context, { routeKey: route.RouteKey });
  if (!integration) throw internalServerError(`Route ${route.RouteKey} has no integration`);
  const headers = headersOf(request);
  headers.set("X-Amzn-Trace-Id", String(context["xrayTraceId"]));
  if (!headers.has("X-Forwarded-For")) headers.set("X-Forwarded-For", addressOfPeer(request.remoteAddress));
  if (!headers.has("X-Forwarded-Port"))
    headers.set("X-Forwarded-Port", /:(\d+)$/.exec(hostOf(request))?.[1] ?? "443");
  if (!headers.has("X-Forwarded-Proto")) headers.set("X-Forwarded-Proto", "http");
  const exchange: HttpExchange = {
    ctx,
    request,
    api,
    stage,
    route,
    integration,
    pathParameters: matched?.pathParameters ?? {},
    path,
    headers,
    query: queryOf(request.query),
    variables: stage.StageVariables ?? {},
    context,
  };
  await authorize(exchange);
  throttle(exchange);
  return mapResponse(exchange, await integrate(exchange));
}

async function integrate(exchange: HttpExchange): Promise<HttpResponse> {
  const { ctx, integration, context } = exchange;
  const answer = integration.IntegrationSubtype
    ? awsService
    : integration.IntegrationType === "HTTP_PROXY"
      ? httpProxy
      : lambdaProxy;
  const startedAtMs = ctx.clock.now();
  try {
    return await within(ctx.clock, integration.TimeoutInMillis ?? MOST_TIMEOUT_MS, (signal) =>
      answer(exchange, signal),
    );
  } catch (error) {
    if (error instanceof GatewayError && error.type === "INTEGRATION_TIMEOUT")
      throw serviceUnavailable("Endpoint request timed out");
    if (error instanceof GatewayError) throw internalServerError(error.message);
    throw error;
  } finally {
    context.integrationLatency = ctx.clock.now() - startedAtMs;
  }
}

function throttle({ ctx, api, stage, route }: HttpExchange): void {
  const settings = { ...stage.DefaultRouteSettings, ...stage.RouteSettings?.[route.RouteKey] };
  const { ThrottlingRateLimit: ratePerSecond, ThrottlingBurstLimit: burst } = settings;
  if (ratePerSecond === undefined || burst === undefined) return;
  const now = ctx.clock.now();
  const bucket = stageMemory(ctx.store)
    .of(api.api.ApiId, stage.StageName)
    .bucket(route.RouteKey, { ratePerSecond, burst }, now);
  if (!bucket.take(now)) throw tooManyRequests();
}

function failure(error: unknown, context: HttpContext): HttpResponse {
  if (!(error instanceof HttpApiError)) throw error;
  context.error = { message: error.message, responseType: String(error.status) };
  context.integrationErrorMessage ??= error.reason;
  return {
    status: error.status,
    headers: { "content-type": "application/json", ...error.headers },
    body: JSON.stringify({ message: error.message }),
  };
}

function contextOf(
  request: HttpRequest,
  ctx: Context,
  { found, domainName }: Destination,
  stageName: string,
  path: string,
): HttpContext {
  const now = ctx.clock.now();
  const host = domainName ?? hostOf(request).replace(/:\d+$/, "");
  return {
    requestId: ctx.requestId,
    extendedRequestId: extendedRequestId(ctx.random),
    accountId: found.account,
    apiId: found.apiId,
    domainName: host,
    domainPrefix: host.split(".")[0],
    httpMethod: request.method,
    path: decode(path),
    protocol: "HTTP/1.1",
    requestTime: requestTime(now),
    requestTimeEpoch: now,
    stage: stageName,
    xrayTraceId: traceOf(request, ctx),
    identity: identityOf(undefined, addressOfPeer(request.remoteAddress), request.headers["user-agent"]),
  };
}
