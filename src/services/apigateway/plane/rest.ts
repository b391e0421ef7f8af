import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Context } from "../../../core/service.ts";
import { zlib } from "../../../core/zlib.ts";
import * as kept from "../collections.ts";
import { type Address, hostOf, splitStage } from "./address.ts";
import { type CompiledApi, compiledDeployment } from "./compiled.ts";
import type { Found } from "./directory.ts";
import type { Exchange } from "./exchange.ts";
import { ExecutionLog, logged } from "./execution-log.ts";
import { type Fields, headersOf, queryOf } from "./fields.ts";
import { forbidden, GatewayError, missingToken, requestTooLarge } from "./gateway-error.ts";
import { gatewayResponse } from "./gateway-response.ts";
import { serveMethod } from "./integrate.ts";
import { UNSEEN } from "./kept-headers.ts";
import { deliverAccessLog, deliverExecutionLog, streamName } from "./log-delivery.ts";
import { measureIntegration } from "./measurement.ts";
import { settingsOf } from "./method-settings.ts";
import { requestValue } from "./parameter-source.ts";
import {
  addressOfPeer,
  extendedRequestId,
  identityOf,
  noOverrides,
  type RequestContext,
  requestTime,
  traceOf,
} from "./request-context.ts";
import { safeHeaders } from "./safe-headers.ts";
import { traceStage } from "./stage-trace.ts";

/** The largest body that API Gateway takes, in bytes. */
export const LARGEST_PAYLOAD = 10 * 1024 * 1024;

/** Where a request goes: an API, the stage if it is named, the path. */
export interface Destination extends Address {
  readonly found: Found;
  /** Set when it came by a custom domain name. */
  readonly domainName?: string;
}

/** Serves one request of a REST API's client. */
export async function serveRest(
  request: HttpRequest,
  ctx: Context,
  destination: Destination,
): Promise<HttpResponse> {
  const { found } = destination;
  const startedAtMs = ctx.clock.now();
  const { stageName, path } = destination.stageName
    ? { stageName: destination.stageName, path: destination.path }
    : splitStage(destination.path);
  const stage = found.store.collection(kept.stages).look([found.apiId, stageName]);
  const compiled = stage && compiledDeployment(found.store, found.apiId, stage.deploymentId);
  // As AWS has it: below a custom domain name the path is as it was called, with the base path and without the stage.
  const calledPath = destination.domainName === undefined ? undefined : request.path;
  const trace = stage?.tracingEnabled ? await traceStage(request, ctx, found, stage) : undefined;
  const context = contextOf(request, ctx, {
    ...found,
    stageName,
    path,
    domainName: destination.domainName,
    calledPath,
    traceHeader: trace?.header,
  });
  const headers = requestHeaders(request, context);
  const serving = { request, ctx, context, headers, query: queryOf(request.query) };
  let response: HttpResponse;
  if (!stage || !compiled || (compiled.api.disableExecuteApiEndpoint && !destination.domainName)) {
    response = failure(forbidden(), undefined, serving, {});
  } else {
    response = await serveStage({ ...serving, calledPath }, stage, compiled, path);
  }
  compress(response, request, compiled?.api.minimumCompressionSize);
  const answer = finish(response, request, context, startedAtMs, ctx.clock.now());
  trace?.end(answer, context);
  deliverAccessLog(ctx, stage?.accessLogSettings, context, streamName(stageName));
  measureIntegration(ctx, found, stageName, context.integrationLatency);
  return answer;
}

/** The first lines of the execution log. */
export function logRequest({ log, context, route, request, headers, query }: Exchange): void {
  log.info(() => `Starting execution for request: ${context.requestId}`);
  log.info(() => `HTTP Method: ${request.method}, Resource Path: ${route.resource.path}`);
  log.info(() => `Method request path: ${logged(route.pathParameters)}`);
  log.info(() => `Method request query string: ${logged(query.single())}`);
  log.info(() => `Method request headers: ${logged(headers.single())}`);
  log.info(() => `Method request body before transformations: ${Buffer.from(request.body).toString()}`);
}

/** What is known of a request before its method is. */
export interface Serving {
  readonly request: HttpRequest;
  readonly ctx: Context;
  readonly context: RequestContext;
  readonly headers: Fields;
  readonly query: Fields;
  /** As it was called, where a domain name stands for the stage. */
  readonly calledPath?: string;
}

/** However many slashes a path begins with, they are one. */
const singleSlash = (path: string): string => path.replace(/^\/+/, "/");

async function serveStage(
  serving: Serving,
  stage: kept.Stage,
  deployed: CompiledApi,
  path: string,
): Promise<HttpResponse> {
  const { request, ctx, context } = serving;
  const canary = chooseCanary(stage, ctx);
  const ofCanary = canary && compiledDeployment(ctx.store, deployed.api.id, canary.deploymentId ?? "");
  const api = ofCanary || deployed;
  const variables = { ...stage.variables, ...canary?.stageVariableOverrides };
  if (stage.canarySettings) context.isCanaryRequest = canary !== undefined;
  try {
    if (request.body.length > LARGEST_PAYLOAD) throw requestTooLarge(LARGEST_PAYLOAD);
    const route = api.routes.match(request.method, path);
    const method = route?.resource.methods[route.method];
    const integration = method?.methodIntegration as kept.Integration | undefined;
    if (!route || !method || !integration) throw missingToken();
    Object.assign(context, {
      resourceId: route.resource.id,
      resourcePath: route.resource.path,
      deploymentId: ofCanary ? canary?.deploymentId : stage.deploymentId,
      ...(method.operationName !== undefined && { operationName: method.operationName }),
    });
    const level = settingsOf(stage, route.resource.path, route.method)?.loggingLevel ?? "OFF";
    const log = new ExecutionLog(ctx.clock, level as "OFF" | "INFO" | "ERROR");
    const exchange: Exchange = {
      ...serving,
      api,
      stage,
      variables,
      route,
      method,
      integration,
      path: singleSlash(serving.calledPath ?? path),
      log,
    };
    logRequest(exchange);
    try {
      return await serveMethod(exchange);
    } finally {
      deliverExecutionLog(exchange);
    }
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return failure(error, api, serving, variables);
  }
}

/** The canary that takes this request, when it is drawn. */
function chooseCanary(stage: kept.Stage, ctx: Context) {
  const canary = stage.canarySettings;
  if (!canary?.deploymentId || !canary.percentTraffic) return undefined;
  return ctx.random.next() * 100 < canary.percentTraffic ? canary : undefined;
}

export function failure(
  error: GatewayError,
  api: CompiledApi | undefined,
  { request, context, headers, query }: Serving,
  variables: Readonly<Record<string, string>>,
): HttpResponse {
  context.error = { message: error.text, responseType: error.type };
  return gatewayResponse(error, api?.gatewayResponses ?? new Map(), {
    context,
    variables,
    accept: request.headers["accept"],
    methodRequest: (expression) => {
      const source = {
        headers,
        query,
        pathParameters: {},
        context,
        variables,
        body: () => Buffer.from(request.body).toString(),
      };
      const value = requestValue(expression, source);
      return Array.isArray(value) ? value.join(",") : value;
    },
  });
}

export function contextOf(
  request: HttpRequest,
  ctx: Context,
  place: {
    apiId: string;
    account: string;
    stageName: string;
    path: string;
    domainName?: string;
    calledPath?: string;
    traceHeader?: string | undefined;
  },
): RequestContext {
  const now = ctx.clock.now();
  const domainName = place.domainName ?? hostOf(request).replace(/:\d+$/, "");
  return {
    requestId: ctx.requestId,
    extendedRequestId: extendedRequestId(ctx.random),
    accountId: place.account,
    apiId: place.apiId,
    domainName,
    domainPrefix: domainName.split(".")[0],
    httpMethod: request.method,
    path: place.calledPath ?? `/${place.stageName}${place.path}`,
    protocol: "HTTP/1.1",
    requestTime: requestTime(now),
    requestTimeEpoch: now,
    stage: place.stageName,
    xrayTraceId: place.traceHeader ?? traceOf(request, ctx),
    identity: identityOf(undefined, addressOfPeer(request.remoteAddress), request.headers["user-agent"]),
    requestOverride: noOverrides(),
    responseOverride: noOverrides(),
  };
}

/** The client's headers, and those that API Gateway adds. */
function requestHeaders(request: HttpRequest, context: RequestContext): Fields {
  const headers = headersOf(request);
  for (const name of UNSEEN) headers.delete(name);
  headers.set("X-Amzn-Trace-Id", String(context["xrayTraceId"]));
  const forwarded = headers.get("X-Forwarded-For");
  headers.set(
    "X-Forwarded-For",
    forwarded ? `${forwarded}, ${context.identity["sourceIp"]}` : String(context.identity["sourceIp"]),
  );
  if (!headers.has("X-Forwarded-Port"))
    headers.set("X-Forwarded-Port", /:(\d+)$/.exec(hostOf(request))?.[1] ?? "443");
  if (!headers.has("X-Forwarded-Proto")) headers.set("X-Forwarded-Proto", "http");
  return headers;
}

/** Compresses a body of at least the API's least size, when the client takes gzip. */
function compress(response: HttpResponse, request: HttpRequest, leastBytes: number | undefined): void {
  const { body } = response;
  if (leastBytes === undefined || body === undefined || response.headers["content-encoding"] !== undefined)
    return;
  if (!/\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) return;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return;
  if (body.length < leastBytes) return;
  response.body = zlib().gzipSync(body);
  response.headers["content-encoding"] = "gzip";
}

/** The headers that every response has, and the last of what is known of it. */
function finish(
  response: HttpResponse,
  request: HttpRequest,
  context: RequestContext,
  startedAtMs: number,
  nowMs: number,
): HttpResponse {
  response.headers = safeHeaders(response.headers);
  const { headers } = response;
  headers["x-amzn-requestid"] = context.requestId;
  headers["x-amz-apigw-id"] = String(context["extendedRequestId"]);
  context.status = response.status;
  context.responseLatency = nowMs - startedAtMs;
  context.responseLength =
    typeof response.body === "string" ? Buffer.byteLength(response.body) : sizeOf(response);
  if (request.method === "HEAD") response.body = "";
  return response;
}

const sizeOf = ({ body }: HttpResponse): number => (body instanceof Uint8Array ? body.length : 0);
