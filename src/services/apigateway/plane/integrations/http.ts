import type { HttpResponse } from "../../../../core/http.ts";
import { baggageFor } from "../../../../core/parentage.ts";
import { type BackendAnswer, callBackend, HOP_BY_HOP } from "../backend.ts";
import type { Exchange } from "../exchange.ts";
import { logged } from "../execution-log.ts";
import { Fields, oneOrMany } from "../fields.ts";
import { invalidEndpoint } from "../gateway-error.ts";
import { type IntegrationRequest, mapRequest } from "../integration-request.ts";
import { mapResponse } from "../integration-response.ts";
import { remapped } from "../kept-headers.ts";
import { resolveVariables } from "../variables.ts";
import type { Integrate } from "./integration.ts";

/** An HTTP backend that gets what the mappings make, and whose answer is mapped again. */
export const http: Integrate = async (exchange, signal) => {
  const mapped = await mapRequest(exchange);
  if (!mapped.headers.has("Content-Type")) {
    mapped.headers.set("Content-Type", exchange.headers.get("content-type") ?? "application/json");
  }
  const answer = await call(exchange, mapped, signal);
  return mapResponse(exchange, { ...answer, selector: String(answer.status) });
};

/** An HTTP backend that gets the request as it is, and whose answer goes back as it is. */
export const httpProxy: Integrate = async (exchange, signal) => {
  const mapped = await mapRequest({
    ...exchange,
    integration: { ...exchange.integration, requestTemplates: {}, passthroughBehavior: "WHEN_NO_MATCH" },
  });
  const headers = new Fields(true);
  for (const [name, values] of exchange.headers) {
    if (!HOP_BY_HOP.has(name.toLowerCase()) && name.toLowerCase() !== "host") headers.set(name, ...values);
  }
  for (const [name, values] of mapped.headers) headers.set(name, ...values);
  const query = new Fields(false);
  for (const [name, values] of exchange.query) query.set(name, ...values);
  for (const [name, values] of mapped.query) query.set(name, ...values);
  return passed(await call(exchange, { ...mapped, headers, query }, signal));
};

/** A backend's answer as the client gets it, untouched but for the connection's own headers. */
export function passed(answer: BackendAnswer): HttpResponse {
  const headers: Record<string, string | string[]> = {};
  for (const [name, values] of answer.headers) {
    const lower = name.toLowerCase();
    if (lower === "transfer-encoding" || lower === "keep-alive") continue;
    headers[remapped(lower)] = oneOrMany(values);
  }
  headers["content-type"] ??= "application/json";
  return { status: answer.status, headers, body: answer.body };
}

async function call(
  exchange: Exchange,
  mapped: IntegrationRequest,
  signal: AbortSignal,
): Promise<BackendAnswer> {
  const { ctx, integration, request, log, context } = exchange;
  const url = backendUrl(resolveVariables(integration.uri ?? "", exchange.variables), mapped);
  const method =
    integration.httpMethod === "ANY" || !integration.httpMethod ? request.method : integration.httpMethod;
  mapped.headers.set("x-amzn-apigateway-api-id", exchange.api.api.id);
  if (!mapped.headers.has("User-Agent"))
    mapped.headers.set("User-Agent", `AmazonAPIGateway_${exchange.api.api.id}`);
  mapped.headers.set("X-Amzn-Trace-Id", `${context["xrayTraceId"]};Squall=${ctx.id}`);
  const baggage = baggageFor(ctx.id, ctx.headers);
  if (baggage !== undefined) mapped.headers.set("baggage", baggage);
  const startedAt = ctx.clock.now();
  const insecure = integration.tlsConfig?.insecureSkipVerification ?? false;
  log.info(() => `Endpoint request URI: ${url.href}`);
  log.info(() => `Endpoint request headers: ${logged(mapped.headers.single())}`);
  const answer = await callBackend({
    url,
    method,
    headers: mapped.headers,
    body: mapped.body,
    signal,
    insecure,
  });
  context.integrationLatency = ctx.clock.now() - startedAt;
  context.integrationStatus = answer.status;
  log.info(
    () =>
      `Received response. Status: ${answer.status}, Integration latency: ${context.integrationLatency} ms`,
  );
  return answer;
}

/** The backend's URL with its path variables and mapped query parameters. */
export function backendUrl(uri: string, mapped: Pick<IntegrationRequest, "path" | "query">): URL {
  const filled = uri.replace(/\{([^{}]+?)\+?\}/g, (whole, name: string) => {
    const value = mapped.path[name];
    return value === undefined ? whole : value.split("/").map(encodeURIComponent).join("/");
  });
  let url: URL;
  try {
    url = new URL(filled);
  } catch {
    throw invalidEndpoint();
  }
  for (const [name, values] of mapped.query) for (const value of values) url.searchParams.append(name, value);
  return url;
}
