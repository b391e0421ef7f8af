import { upTo } from "../../../core/text.ts";
import { type Rendering, renderTemplate, type Scope } from "../vtl/render.ts";
import { isBinary } from "./binary.ts";
import type { Exchange } from "./exchange.ts";
import { Fields } from "./fields.ts";
import { internalError, unsupportedMediaType } from "./gateway-error.ts";
import { type RequestSource, requestValue } from "./parameter-source.ts";
import { noOverrides, type Overrides } from "./request-context.ts";

/** What goes to the backend, after parameter mappings, template and overrides. */
export interface IntegrationRequest {
  readonly headers: Fields;
  readonly query: Fields;
  readonly path: Record<string, string>;
  readonly body: Uint8Array;
}

/** What mappings of this request can read. */
export function sourceOf(exchange: Exchange): RequestSource {
  const { request, headers, query, route, context, variables } = exchange;
  return {
    headers,
    query,
    pathParameters: route.pathParameters,
    context,
    variables,
    body: () => Buffer.from(request.body).toString(),
  };
}

/** The request to the backend. @throws GatewayError 415 when no template fits and bodies may not pass */
export async function mapRequest(exchange: Exchange): Promise<IntegrationRequest> {
  const mapped: IntegrationRequest = {
    headers: new Fields(true),
    query: new Fields(false),
    path: {},
    body: await mapBody(exchange),
  };
  const source = sourceOf(exchange);
  for (const [to, from] of Object.entries(exchange.integration.requestParameters ?? {})) {
    checkMappable(to, exchange.integration.type);
    const value = requestValue(from, source);
    if (value !== undefined) place(mapped, to, value);
  }
  const { header, querystring, path } = exchange.context.requestOverride;
  for (const [name, value] of Object.entries(header)) mapped.headers.set(name, ...textsOf(value));
  for (const [name, value] of Object.entries(querystring)) mapped.query.set(name, ...textsOf(value));
  for (const [name, value] of Object.entries(path)) mapped.path[name] = String(value);
  return mapped;
}

/** Headers that no mapping may set: API Gateway makes them itself, and answers 500, as recorded. */
const UNMAPPABLE: Readonly<Record<string, ReadonlySet<string>>> = {
  HTTP: new Set(["content-length", "transfer-encoding"]),
  AWS: new Set([
    "authorization",
    "connection",
    "content-length",
    "expect",
    "proxy-authenticate",
    "te",
    "transfer-encoding",
  ]),
};

function checkMappable(to: string, type: string): void {
  const header = /^integration\.request\.(?:multivalue)?header\.(.+)$/.exec(to)?.[1]?.toLowerCase();
  if (header !== undefined && UNMAPPABLE[upTo("_", type)]?.has(header))
    throw internalError(`Execution failed due to configuration error: ${header} cannot be mapped`);
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String);

/** Puts a value where `integration.request.<location>.<name>` says. */
function place(mapped: IntegrationRequest, to: string, value: string | string[]): void {
  const [, location, name] = /^integration\.request\.(\w+)\.(.+)$/.exec(to) ?? [];
  if (!location || !name) return;
  const values = textsOf(value);
  if (location.endsWith("header")) mapped.headers.set(name, ...values);
  else if (location.endsWith("querystring")) mapped.query.set(name, ...values);
  else mapped.path[name] = values.at(-1) ?? "";
}

async function mapBody(exchange: Exchange): Promise<Uint8Array> {
  const { request, integration, headers, api } = exchange;
  const contentType = headers.get("content-type") ?? "application/json";
  const templates = integration.requestTemplates ?? {};
  const template = byMediaType(templates, contentType);
  const body = converted(request.body, integration.contentHandling, isBinary(contentType, api));
  if (template !== undefined) return Buffer.from(await renderRequest(template, body, exchange));
  const behavior = integration.passthroughBehavior ?? "WHEN_NO_MATCH";
  if (behavior === "NEVER" || (behavior === "WHEN_NO_TEMPLATES" && Object.keys(templates).length > 0)) {
    throw unsupportedMediaType();
  }
  return body;
}

/** What a map has for a content type, with or without its parameters. */
export function byMediaType(map: Readonly<Record<string, string>>, contentType: string): string | undefined {
  if (Object.hasOwn(map, contentType)) return map[contentType];
  const type = upTo(";", contentType).trim();
  return Object.hasOwn(map, type) ? map[type] : undefined;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html */
export function converted(body: Uint8Array, handling: string | undefined, binary: boolean): Uint8Array {
  if (handling === "CONVERT_TO_TEXT" && binary) return Buffer.from(Buffer.from(body).toString("base64"));
  if (handling === "CONVERT_TO_BINARY" && !binary) return Buffer.from(Buffer.from(body).toString(), "base64");
  return body;
}

async function renderRequest(template: string, body: Uint8Array, exchange: Exchange): Promise<string> {
  const { context, variables } = exchange;
  const { text, context: after } = await rendered(template, exchange, {
    // As recorded: a request without a body has an empty object for one.
    body: body.length === 0 ? "{}" : Buffer.from(body).toString(),
    params: () => paramsOf(exchange),
    context: () => ({ ...context, requestOverride: noOverrides(), responseOverride: noOverrides() }),
    stageVariables: variables,
  });
  context.requestOverride = after["requestOverride"] as Overrides;
  context.responseOverride = after["responseOverride"] as Overrides;
  return text;
}

/** @throws GatewayError 500 for a template that cannot be run */
export async function rendered(template: string, exchange: Exchange, scope: Scope): Promise<Rendering> {
  try {
    return await renderTemplate(template, scope);
  } catch (error) {
    const why = (error as Error).message;
    exchange.ctx.log.warn(`A mapping template of API ${exchange.api.api.id} cannot be run: ${why}`);
    throw internalError(`Execution failed: Unable to transform request: ${why}`);
  }
}

export const paramsOf = ({ route, query, headers }: Exchange) => ({
  path: route.pathParameters,
  querystring: query.single(),
  header: headers.single(),
});
