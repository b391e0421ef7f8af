import type { HttpResponse } from "../../../../core/http.ts";
import type { Fields } from "../../plane/fields.ts";
import type { HttpExchange } from "./exchange.ts";
import { mappedValue } from "./expression.ts";

/** The request to a backend, as parameter mappings change it. */
export interface Outgoing {
  readonly headers: Fields;
  readonly query: Fields;
  path?: string;
}

const MAPPING = /^(append|overwrite|remove):(header|querystring|path|statuscode)(?:\.(.+))?$/;

/** Applies `append:header.x`, `overwrite:path` and their like. */
export function mapRequest(exchange: HttpExchange, outgoing: Outgoing): void {
  for (const [key, text] of Object.entries(exchange.integration.RequestParameters ?? {})) {
    const [, action, place, name = ""] = MAPPING.exec(key) ?? [];
    const value = mappedValue(text, exchange);
    if (place === "path") {
      if (value !== undefined) outgoing.path = value;
      continue;
    }
    const fields =
      place === "header" ? outgoing.headers : place === "querystring" ? outgoing.query : undefined;
    if (!fields) continue;
    if (action === "remove") fields.delete(name);
    else if (value !== undefined) {
      if (action === "append") fields.add(name, value);
      else fields.set(name, value);
    }
  }
}

/** Applies the response mappings of the answer's status. */
export function mapResponse(exchange: HttpExchange, response: HttpResponse): HttpResponse {
  const mappings = exchange.integration.ResponseParameters?.[String(response.status)];
  if (!mappings) return response;
  const body =
    typeof response.body === "string"
      ? response.body
      : Buffer.from((response.body as Uint8Array | undefined) ?? []).toString();
  const scope = { headers: { ...response.headers }, body, status: response.status };
  const headers = { ...response.headers };
  let { status } = response;
  for (const [key, text] of Object.entries(mappings as Record<string, string>)) {
    const [, action, place, given = ""] = MAPPING.exec(key) ?? [];
    const name = given.toLowerCase();
    const value = mappedValue(text, exchange, scope);
    if (place === "statuscode" && value !== undefined) status = Number(value);
    if (place !== "header") continue;
    if (action === "remove") delete headers[name];
    else if (value !== undefined) {
      const before = headers[name];
      headers[name] = action === "append" && before !== undefined ? [before, value].flat() : value;
    }
  }
  return { ...response, status, headers };
}
