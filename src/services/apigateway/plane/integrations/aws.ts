import { AwsError } from "../../../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../../../core/http.ts";
import { readJson } from "../../../../core/read-json.ts";
import { behindLast } from "../../../../core/text.ts";
import { loadModel, type ServiceModel, wireIndex } from "../../../../models/model.ts";
import { decodeRequest, encodeResponse } from "../../../../protocols/protocol.ts";
import { bytesOf } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import { logged } from "../execution-log.ts";
import { Fields } from "../fields.ts";
import { configurationError, internalError } from "../gateway-error.ts";
import { type IntegrationRequest, mapRequest } from "../integration-request.ts";
import { type BackendResponse, mapResponse } from "../integration-response.ts";
import { functionOf, invokeFunction, lambdaFailure } from "../lambda-function.ts";
import { resolveVariables } from "../variables.ts";
import { credentialsOf } from "./aws-proxy.ts";
import type { Integrate } from "./integration.ts";

/**
 * Any AWS service: the mappings make a request as the service's own wire form has it, and the answer is mapped again.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html#apigw-Type-Integration-uri
 */
export const aws: Integrate = async (exchange, signal) => {
  const mapped = await mapRequest(exchange);
  const uri = resolveVariables(exchange.integration.uri ?? "", exchange.variables);
  const { log } = exchange;
  const isFunction = /:lambda:path\/[\d-]+\/functions\//.test(uri);
  const place = () => (isFunction ? invocationUrl(exchange.ctx.region, functionOf(uri)) : uri);
  log.info(() => `Endpoint request URI: ${place()}`);
  log.info(() => `Endpoint request headers: ${logged(mapped.headers.single())}`);
  log.info(() => `Endpoint request body after transformations: ${Buffer.from(mapped.body).toString()}`);
  log.info(() => `Sending request to ${place()}`);
  const startedAt = exchange.ctx.clock.now();
  const backend = isFunction
    ? await callFunction(exchange, functionOf(fillPath(uri, mapped)), mapped, signal)
    : await callService(exchange, uri, mapped, signal);
  const latencyMs = exchange.ctx.clock.now() - startedAt;
  exchange.context.integrationLatency = latencyMs;
  log.info(() => `Received response. Status: ${backend.status}, Integration latency: ${latencyMs} ms`);
  log.info(() => `Endpoint response headers: ${logged(backend.headers.single())}`);
  return mapResponse(exchange, backend);
};

const invocationUrl = (region: string, functionArn: string): string =>
  `https://lambda.${region}.amazonaws.com/2015-03-31/functions/${functionArn}/invocations`;

/** Lambda's custom integration: a failed function is selected by its error message. */
async function callFunction(
  exchange: Exchange,
  functionArn: string,
  mapped: IntegrationRequest,
  signal: AbortSignal,
): Promise<BackendResponse> {
  const invocationType = mapped.headers.get("X-Amz-Invocation-Type")?.replaceAll("'", "");
  try {
    const answer = await invokeFunction(exchange.ctx, functionArn, mapped.body, {
      credentials: credentialsOf(exchange),
      signal,
      ...(invocationType && { invocationType }),
      traceHeader: String(exchange.context["xrayTraceId"]),
    });
    const headers = new Fields(true);
    headers.set("Content-Type", "application/json");
    const selector = answer.functionError ? errorMessage(answer.payload) : "";
    return { status: answer.statusCode, headers, body: answer.payload, selector };
  } catch (error) {
    // An error of Lambda itself can be mapped by its status like any service's.
    const responses = Object.values(exchange.integration.integrationResponses ?? {});
    if (
      !(error instanceof AwsError) ||
      !responses.some(({ selectionPattern }) => /^[45]/.test(selectionPattern ?? ""))
    ) {
      throw lambdaFailure(error);
    }
    const headers = new Fields(true);
    headers.set("Content-Type", "application/json");
    return {
      status: error.status,
      headers,
      body: Buffer.from(JSON.stringify({ Message: error.message })),
      selector: String(error.status),
    };
  }
}

function errorMessage(payload: Uint8Array): string {
  try {
    return String(
      (readJson(Buffer.from(payload).toString()) as { errorMessage?: unknown }).errorMessage ?? "",
    );
  } catch {
    return "";
  }
}

async function callService(
  exchange: Exchange,
  uri: string,
  mapped: IntegrationRequest,
  signal: AbortSignal,
): Promise<BackendResponse> {
  const { ctx } = exchange;
  const { region, name, subdomain, kind, rest } = parseUri(fillPath(uri, mapped));
  const known = loadModel(name);
  if (!known) throw configurationError(`Squall does not know the service of the integration: ${uri}`);
  const model = isForm(mapped) ? speakingQuery(known) : known;
  const request =
    kind === "action" ? actionRequest(exchange, model, rest, mapped) : pathRequest(exchange, rest, mapped);
  let operation = "";
  let response: HttpResponse;
  try {
    const decoded = decodeRequest(model, request, subdomain ? { bucket: subdomain } : undefined);
    operation = decoded.operation;
    const output = await ctx.call(name, operation, decoded.input, {
      region,
      as: credentialsOf(exchange) ?? "apigateway.amazonaws.com",
      signal,
    });
    response = encodeResponse(model, request, operation, { output }, ctx.requestId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (error.code === "ConnectionDropped") throw internalError(error.message);
    response = encodeResponse(model, request, operation, { error }, ctx.requestId);
  }
  const headers = new Fields(true);
  for (const [header, value] of Object.entries(response.headers)) {
    for (const each of Array.isArray(value) ? value : [value]) headers.add(header, each);
  }
  return {
    status: response.status,
    headers,
    body: await bytesOf(response),
    selector: String(response.status),
  };
}

/** `arn:aws:apigateway:us-east-1:sqs:path/000000000000/queue` → its parts. */
function parseUri(uri: string) {
  const [, region, place, kind, rest] =
    /^arn:[\w-]+:apigateway:([\w-]*):([^:]+):(path|action)\/(.*)$/s.exec(uri) ?? [];
  if (region === undefined || !place) throw configurationError(`Invalid ARN in integration URI: ${uri}`);
  const service = behindLast(".", place);
  const subdomain = place.slice(0, -service.length - 1);
  return { region, name: serviceNamed(service), subdomain, kind, rest: rest ?? "" };
}

/** URIs name services by their endpoints (`monitoring`, `states`); models have names of their own. */
function serviceNamed(endpoint: string): string {
  if (wireIndex().has(endpoint)) return endpoint;
  for (const [name, entry] of wireIndex()) {
    if (entry.endpointPrefix === endpoint || entry.signingName === endpoint) return name;
  }
  return endpoint;
}

const fillPath = (uri: string, { path }: IntegrationRequest): string =>
  uri.replace(/\{([^{}$]+?)\+?\}/g, (whole, name: string) => path[name] ?? whole);

const isForm = ({ headers }: IntegrationRequest): boolean =>
  headers.get("Content-Type")?.includes("form-urlencoded") ?? false;

const speakingQueryToo = new WeakMap<ServiceModel, ServiceModel>();

/** Services that speak JSON are asked with forms, too: it is recorded of Systems Manager. */
function speakingQuery(model: ServiceModel): ServiceModel {
  const { metadata } = model;
  if (!metadata.targetPrefix || speaksQuery(model)) return model;
  const known = speakingQueryToo.get(model) ?? {
    ...model,
    metadata: { ...metadata, protocol: "query", protocols: ["query"] },
  };
  speakingQueryToo.set(model, known);
  return known;
}

const speaksQuery = ({ metadata }: ServiceModel): boolean =>
  metadata.protocol === "query" || metadata.awsQueryCompatible !== undefined;

/** `action/PutItem&p=v`: the operation is named, the mappings give its input. */
function actionRequest(
  exchange: Exchange,
  model: ServiceModel,
  rest: string,
  mapped: IntegrationRequest,
): HttpRequest {
  const [action, ...pairs] = rest.split("&") as [string, ...string[]];
  const { metadata } = model;
  const headers = wireHeaders(mapped);
  const hasForm = isForm(mapped);
  // Parameters in the query string are the query protocol's, where the service has it.
  if (metadata.targetPrefix && !hasForm && (!speaksQuery(model) || mapped.query.isEmpty)) {
    headers["x-amz-target"] ??= `${metadata.targetPrefix}.${action}`;
    headers["content-type"] = `application/x-amz-json-${metadata.jsonVersion ?? "1.0"}`;
    return wireRequest(exchange, "/", "", headers, mapped.body);
  }
  const query = new URLSearchParams([
    ["Action", action],
    ["Version", metadata.apiVersion],
  ]);
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    query.append(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1)));
  }
  for (const [name, values] of mapped.query) for (const value of values) query.append(name, value);
  headers["content-type"] = "application/x-www-form-urlencoded";
  return wireRequest(exchange, "/", query.toString(), headers, hasForm ? mapped.body : new Uint8Array());
}

/** `path/bucket/key`: the request's path is the service's own. */
function pathRequest(exchange: Exchange, rest: string, mapped: IntegrationRequest): HttpRequest {
  const [path = "", given = ""] = rest.split("?", 2);
  const query = new URLSearchParams(given);
  for (const [name, values] of mapped.query) for (const value of values) query.append(name, value);
  const headers = wireHeaders(mapped);
  headers["content-type"] ??= exchange.headers.get("content-type") ?? "application/json";
  const absolute = `/${path.replace(/^\/+/, "")}`;
  return wireRequest(exchange, absolute, query.toString(), headers, mapped.body);
}

/** What speaks the query protocol answers in JSON, unless a mapping asks for XML. */
function wireHeaders(mapped: IntegrationRequest): Record<string, string> {
  const given = Object.entries(mapped.headers.single()).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return { accept: "application/json", ...Object.fromEntries(given) };
}

function wireRequest(
  { integration, request }: Exchange,
  path: string,
  query: string,
  headers: Record<string, string>,
  body: Uint8Array,
): HttpRequest {
  const method =
    !integration.httpMethod || integration.httpMethod === "ANY" ? request.method : integration.httpMethod;
  return {
    method,
    path,
    query,
    headers,
    body: method === "GET" || method === "HEAD" ? new Uint8Array() : body,
  };
}
