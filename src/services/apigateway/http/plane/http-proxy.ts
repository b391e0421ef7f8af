import type { HttpResponse } from "../../../../core/http.ts";
import { baggageFor } from "../../../../core/parentage.ts";
import { callBackend, HOP_BY_HOP } from "../../plane/backend.ts";
import { Fields, oneOrMany } from "../../plane/fields.ts";
import { GatewayError } from "../../plane/gateway-error.ts";
import { resolveVariables } from "../../plane/variables.ts";
import type { HttpExchange } from "./exchange.ts";
import { internalServerError, serviceUnavailable } from "./http-error.ts";
import { mapRequest, type Outgoing } from "./parameters.ts";

/** Passes the request on to an HTTP backend and its answer back. */
export async function httpProxy(exchange: HttpExchange, signal: AbortSignal): Promise<HttpResponse> {
  const { ctx, request, integration, context } = exchange;
  const outgoing: Outgoing = { headers: new Fields(true), query: new Fields(false) };
  for (const [name, values] of exchange.headers) {
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && lower !== "host") outgoing.headers.set(name, ...values);
  }
  for (const [name, values] of exchange.query) outgoing.query.set(name, ...values);
  outgoing.headers.set(
    "Forwarded",
    `by=127.0.0.1;for=${(context["identity"] as { sourceIp: string }).sourceIp};host=${context["domainName"]};proto=http`,
  );
  mapRequest(exchange, outgoing);
  outgoing.headers.set("X-Amzn-Trace-Id", `${context["xrayTraceId"]};Squall=${ctx.id}`);
  const baggage = baggageFor(ctx.id, ctx.headers);
  if (baggage !== undefined) outgoing.headers.set("baggage", baggage);
  const { IntegrationMethod: given } = integration;
  const method = !given || given === "ANY" ? request.method : given;
  const url = urlOf(exchange, outgoing);
  try {
    const answer = await callBackend({ url, method, headers: outgoing.headers, body: request.body, signal });
    context.integrationStatus = answer.status;
    const headers: Record<string, string | string[]> = {};
    for (const [name, values] of answer.headers) {
      if (!HOP_BY_HOP.has(name.toLowerCase())) headers[name.toLowerCase()] = oneOrMany(values);
    }
    return { status: answer.status, headers, body: answer.body };
  } catch (error) {
    if (error instanceof GatewayError) throw serviceUnavailable(error.message);
    throw error;
  }
}

function urlOf(exchange: HttpExchange, outgoing: Outgoing): URL {
  const { integration, pathParameters, variables } = exchange;
  const filled = resolveVariables(integration.IntegrationUri ?? "", variables).replace(
    /\{([^{}]+?)\+?\}/g,
    (whole, name: string) => {
      const value = pathParameters[name];
      return value === undefined ? whole : value.split("/").map(encodeURIComponent).join("/");
    },
  );
  // A private integration names a listener or service by ARN; there is nothing behind it here.
  if (!/^https?:\/\//.test(filled)) throw internalServerError(`The integration's URI is no URL: ${filled}`);
  const url = new URL(filled);
  if (outgoing.path !== undefined) url.pathname = outgoing.path;
  for (const [name, values] of outgoing.query)
    for (const value of values) url.searchParams.append(name, value);
  return url;
}
