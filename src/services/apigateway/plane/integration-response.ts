import type { HttpResponse } from "../../../core/http.ts";
import { LimitExceeded } from "../../../core/limited.ts";
import { upTo } from "../../../core/text.ts";
import { matchesWhole } from "../../../core/whole-match.ts";
import type { IntegrationResponse } from "../../../models/generated/apigateway.ts";
import { acceptsBinary, isBinary } from "./binary.ts";
import type { Exchange } from "./exchange.ts";
import type { Fields } from "./fields.ts";
import { configurationError, internalError } from "./gateway-error.ts";
import { converted, paramsOf, rendered } from "./integration-request.ts";
import { remapped } from "./kept-headers.ts";
import { fromJson, scoped } from "./parameter-source.ts";
import { type Overrides, overridesLike } from "./request-context.ts";

/** What a backend answered. */
export interface BackendResponse {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Uint8Array;
  /** What selection patterns are held against: the status, or a failed function's error message. */
  readonly selector: string;
}

/** The method's response: the integration response whose pattern fits, with its mappings. */
export async function mapResponse(exchange: Exchange, backend: BackendResponse): Promise<HttpResponse> {
  const { log, context } = exchange;
  context.integrationStatus = backend.status;
  const response = await select(exchange.integration.integrationResponses ?? {}, backend.selector);
  if (!response) {
    throw configurationError(
      "Execution failed due to configuration error: No match for output mapping and no default endpoint response configured. " +
        `Endpoint Response Status Code: ${backend.status}`,
    );
  }
  log.info(() => `Endpoint response body before transformations: ${Buffer.from(backend.body).toString()}`);
  const { contentType, body } = await mapBody(exchange, backend, response);
  const headers: Record<string, string | string[]> = { "content-type": contentType };
  for (const [to, from] of Object.entries(response.responseParameters ?? {})) {
    const value = responseValue(from, exchange, backend);
    if (value !== undefined && !/\.transfer-encoding$/i.test(to))
      headers[remapped(to.replace(/^method\.response\.header\./, ""))] = value;
  }
  const override = context.responseOverride;
  for (const [name, value] of Object.entries(override.header)) headers[name.toLowerCase()] = String(value);
  const status = Number(override.status ?? response.statusCode ?? 200);
  log.info(() => `Method response body after transformations: ${Buffer.from(body).toString()}`);
  return { status, headers, body };
}

/** The response whose pattern matches the whole selector; else the one without a pattern. */
export async function select(
  responses: Readonly<Record<string, IntegrationResponse>>,
  selector: string,
): Promise<IntegrationResponse | undefined> {
  const all = Object.values(responses);
  for (const response of all) {
    const { selectionPattern } = response;
    if (selectionPattern && selector !== "" && (await fits(selectionPattern, selector))) return response;
  }
  return all.find(({ selectionPattern }) => !selectionPattern);
}

/** @throws GatewayError 500 for a pattern that takes too long */
async function fits(pattern: string, selector: string): Promise<boolean> {
  try {
    return await matchesWhole(pattern, selector, "s");
  } catch (error) {
    if (!(error instanceof LimitExceeded)) throw error;
    throw internalError(`Execution failed: the selection pattern ${pattern} was given up: ${error.message}`);
  }
}

async function mapBody(
  exchange: Exchange,
  backend: BackendResponse,
  { responseTemplates = {}, contentHandling }: IntegrationResponse,
): Promise<{ contentType: string; body: Uint8Array }> {
  const { request, api, context, variables } = exchange;
  const backendType = backend.headers.get("content-type") ?? "application/json";
  const binary = isBinary(backendType, api);
  const raw =
    contentHandling === "CONVERT_TO_BINARY" && (binary || acceptsBinary(request.headers["accept"], api))
      ? converted(backend.body, contentHandling, false)
      : converted(backend.body, contentHandling, binary);
  const chosen = chooseTemplate(responseTemplates, request.headers["accept"]);
  // What the backend calls its answer is not handed on, unless a mapping does: recorded of DynamoDB's `application/x-amz-json-1.0`.
  if (!chosen) return { contentType: "application/json", body: raw };
  const [contentType, template] = chosen;
  if (template === "") return { contentType, body: raw };
  const { text, context: after } = await rendered(template, exchange, {
    body: Buffer.from(raw).toString(),
    params: () => paramsOf(exchange),
    // What the request template has set is still there.
    context: () => ({ ...context, responseOverride: overridesLike(context.responseOverride) }),
    stageVariables: variables,
  });
  context.responseOverride = after["responseOverride"] as Overrides;
  return { contentType, body: Buffer.from(text) };
}

/** The template for what the client accepts, else that for JSON, else the first. */
function chooseTemplate(
  templates: Readonly<Record<string, string | null>>,
  accept: string | undefined,
): [contentType: string, template: string] | undefined {
  const all = Object.entries(templates).map(([type, template]) => [type, template ?? ""] as [string, string]);
  const wanted = accept?.split(",").map((type) => upTo(";", type).trim()) ?? [];
  return (
    all.find(([type]) => wanted.includes(type)) ?? all.find(([type]) => type === "application/json") ?? all[0]
  );
}

function responseValue(
  from: string,
  exchange: Exchange,
  backend: BackendResponse,
): string | string[] | undefined {
  if (from.startsWith("'")) return from.slice(1, -1);
  const [, kind, name] = /^integration\.response\.(\w+)(?:\.(.+))?$/s.exec(from) ?? [];
  if (kind === "header") return backend.headers.get(name ?? "");
  if (kind === "multivalueheader") return backend.headers.all(name ?? "") as string[] | undefined;
  if (kind === "body") {
    const text = Buffer.from(backend.body).toString();
    return name ? fromJson(text, name) : text;
  }
  return scoped(from, exchange);
}
