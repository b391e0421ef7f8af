import type { HttpResponse } from "../../../core/http.ts";
import type { IntegrationResponse } from "../../../models/generated/apigateway.ts";
import { Functions } from "../vtl/functions.ts";
import { Input } from "../vtl/input.ts";
import { acceptsBinary, isBinary } from "./binary.ts";
import type { Exchange } from "./exchange.ts";
import type { Fields } from "./fields.ts";
import { configurationError } from "./gateway-error.ts";
import { converted, paramsOf, rendered } from "./integration-request.ts";
import { fromJson, scoped } from "./parameter-source.ts";
import { noOverrides } from "./request-context.ts";

/** What a backend answered. */
export interface BackendResponse {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Uint8Array;
  /** What selection patterns are held against: the status, or a failed function's error message. */
  readonly selector: string;
}

/** The method's response: the integration response whose pattern fits, with its mappings. */
export function mapResponse(exchange: Exchange, backend: BackendResponse): HttpResponse {
  const { log, context } = exchange;
  context.integrationStatus = backend.status;
  const response = select(exchange.integration.integrationResponses ?? {}, backend.selector);
  if (!response) {
    throw configurationError(
      "Execution failed due to configuration error: No match for output mapping and no default endpoint response configured. " +
        `Endpoint Response Status Code: ${backend.status}`,
    );
  }
  log.info(() => `Endpoint response body before transformations: ${Buffer.from(backend.body).toString()}`);
  const { contentType, body } = mapBody(exchange, backend, response);
  const headers: Record<string, string | string[]> = { "content-type": contentType };
  for (const [to, from] of Object.entries(response.responseParameters ?? {})) {
    const value = responseValue(from, exchange, backend);
    if (value !== undefined) headers[to.replace(/^method\.response\.header\./, "").toLowerCase()] = value;
  }
  const override = context.responseOverride;
  for (const [name, value] of Object.entries(override.header)) headers[name.toLowerCase()] = String(value);
  const status = Number(override.status ?? response.statusCode ?? 200);
  log.info(() => `Method response body after transformations: ${Buffer.from(body).toString()}`);
  return { status, headers, body };
}

/** The response whose pattern matches the whole selector; else the one without a pattern. */
export function select(
  responses: Readonly<Record<string, IntegrationResponse>>,
  selector: string,
): IntegrationResponse | undefined {
  const all = Object.values(responses);
  const fits = (pattern: string | undefined) =>
    Boolean(pattern) && selector !== "" && new RegExp(`^(?:${pattern})$`, "s").test(selector);
  return (
    all.find(({ selectionPattern }) => fits(selectionPattern)) ??
    all.find(({ selectionPattern }) => !selectionPattern)
  );
}

function mapBody(
  exchange: Exchange,
  backend: BackendResponse,
  { responseTemplates = {}, contentHandling }: IntegrationResponse,
): { contentType: string; body: Uint8Array } {
  const { request, api, context, variables } = exchange;
  const backendType = backend.headers.get("content-type") ?? "application/json";
  const binary = isBinary(backendType, api);
  const raw =
    contentHandling === "CONVERT_TO_BINARY" && (binary || acceptsBinary(request.headers["accept"], api))
      ? converted(backend.body, contentHandling, false)
      : converted(backend.body, contentHandling, binary);
  const chosen = chooseTemplate(responseTemplates, request.headers["accept"]);
  if (!chosen) return { contentType: backendType, body: raw };
  const [contentType, template] = chosen;
  if (template === "") return { contentType, body: raw };
  const scope = {
    input: new Input(Buffer.from(raw).toString(), () => paramsOf(exchange)),
    util: new Functions(),
    context: { ...context, responseOverride: noOverrides() },
    stageVariables: { ...variables },
  };
  const text = rendered(template, scope, exchange);
  context.responseOverride = scope.context.responseOverride;
  return { contentType, body: Buffer.from(text) };
}

/** The template for what the client accepts, else that for JSON, else the first. */
function chooseTemplate(
  templates: Readonly<Record<string, string | null>>,
  accept: string | undefined,
): [contentType: string, template: string] | undefined {
  const all = Object.entries(templates).map(([type, template]) => [type, template ?? ""] as [string, string]);
  const wanted = accept?.split(",").map((type) => type.split(";")[0]!.trim()) ?? [];
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
