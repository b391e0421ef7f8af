import type { HttpResponse } from "../../../core/http.ts";
import { upTo } from "../../../core/text.ts";
import type * as kept from "../collections.ts";
import type { GatewayError } from "./gateway-error.ts";
import { substitute } from "./substitute.ts";

/** What a customised gateway response can look at. Early failures know less of the request. */
export interface ResponseScope {
  readonly context: Record<string, unknown>;
  readonly variables: Readonly<Record<string, string>>;
  /** `method.request.header.x` and its like; undefined when there is no such thing. */
  methodRequest(expression: string): string | undefined;
  readonly accept?: string;
}

/** An error as the API's gateway responses have it, or as AWS has it by default. */
export function gatewayResponse(
  error: GatewayError,
  customised: ReadonlyMap<string, kept.GatewayResponse>,
  scope: ResponseScope,
): HttpResponse {
  const family = error.status >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX";
  const custom = customised.get(error.type) ?? customised.get(family);
  const context: Record<string, unknown> = {
    ...scope.context,
    error: {
      message: error.text,
      messageString: JSON.stringify(error.text),
      responseType: error.type,
      validationErrorString: error.validation ?? error.text,
    },
  };
  const lookup = (name: string) => find({ ...scope, context }, name);
  const { contentType, template } = templateFor(custom?.responseTemplates, scope.accept);
  const headers: Record<string, string> = {
    "content-type": contentType,
    "x-amzn-errortype": error.errorType,
  };
  for (const [to, from] of Object.entries(custom?.responseParameters ?? {})) {
    const value = from.startsWith("'") ? from.slice(1, -1) : lookup(from);
    if (value !== undefined) headers[to.replace(/^gatewayresponse\.header\./, "").toLowerCase()] = value;
  }
  return {
    status: Number(custom?.statusCode ?? error.status),
    headers,
    body: template === undefined ? defaultBody(error) : substitute(template, lookup),
  };
}

/** AWS's own bodies: those of server errors have a space behind the colon. */
function defaultBody(error: GatewayError): string {
  const text = JSON.stringify(error.text);
  return error.status >= 500 && error.text !== null ? `{"message": ${text}}` : `{"message":${text}}`;
}

function templateFor(
  templates: Readonly<Record<string, string>> | undefined,
  accept: string | undefined,
): { contentType: string; template?: string } {
  const all = Object.entries(templates ?? {});
  const wanted = accept?.split(",").map((type) => upTo(";", type).trim()) ?? [];
  const chosen =
    all.find(([type]) => wanted.includes(type)) ??
    all.find(([type]) => type === "application/json") ??
    all[0];
  return chosen ? { contentType: chosen[0], template: chosen[1] } : { contentType: "application/json" };
}

function find(scope: ResponseScope, name: string): string | undefined {
  if (name.startsWith("method.request.")) return scope.methodRequest(name);
  if (name.startsWith("stageVariables.")) return scope.variables[name.slice("stageVariables.".length)];
  if (name.startsWith("context.")) return textOf(at(scope.context, name.slice("context.".length)));
  return undefined;
}

/** The value at a dotted path. */
export function at(value: unknown, path: string): unknown {
  let place = value;
  for (const name of path.split(".")) {
    if (typeof place !== "object" || place === null || !Object.hasOwn(place, name)) return undefined;
    place = (place as Record<string, unknown>)[name];
  }
  return place;
}

/** As it stands in a header, a log line or a template. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
