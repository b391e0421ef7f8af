import { at, textOf } from "../../plane/gateway-response.ts";
import { fromJson } from "../../plane/parameter-source.ts";
import { decode } from "../../plane/route.ts";
import type { HttpExchange } from "./exchange.ts";

/** What a backend answered, for response mappings. */
export interface ResponseScope {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
  readonly status: number;
}

/**
 * The value of a mapping: `$request.header.name`, `$context.stage`, plain text, or a text with `${…}` in it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mappedValue(
  text: string,
  exchange: HttpExchange,
  response?: ResponseScope,
): string | undefined {
  if (/^\$(request|response|context|stageVariables)\b[^\s{}]*$/.test(text))
    return variable(text.slice(1), exchange, response);
  return text
    .replace(/\$\{([^}]+)\}/g, (_, name: string) => variable(name, exchange, response) ?? "")
    .replace(
      /\$((?:request|context|stageVariables)\.[A-Za-z0-9_.-]+)/g,
      (_, name: string) => variable(name, exchange, response) ?? "",
    );
}

function variable(
  name: string,
  exchange: HttpExchange,
  response: ResponseScope | undefined,
): string | undefined {
  if (name.startsWith("context.")) return textOf(at(exchange.context, name.slice(8)));
  if (name.startsWith("stageVariables.")) return exchange.variables[name.slice(15)];
  if (name.startsWith("response.")) return response && responseVariable(name.slice(9), response);
  if (!name.startsWith("request.")) return undefined;
  const { request, headers, query, pathParameters, path } = exchange;
  const [, place, key] = /^request\.(\w+)(?:\.(.+))?$/s.exec(name) ?? [];
  switch (place) {
    case "header":
      return headers.all(key ?? "")?.join(",");
    case "querystring":
      return query.all(key ?? "")?.join(",");
    case "path":
      return key === undefined ? decode(path) : pathParameters[key];
    case "body": {
      const body = Buffer.from(request.body).toString();
      return key === undefined ? body : fromJson(body, key);
    }
    default:
      return undefined;
  }
}

function responseVariable(name: string, { headers, body, status }: ResponseScope): string | undefined {
  if (name === "statuscode") return String(status);
  if (name.startsWith("header.")) {
    const value = headers[name.slice(7).toLowerCase()];
    return Array.isArray(value) ? value.join(",") : value;
  }
  if (name === "body") return body;
  return name.startsWith("body.") ? fromJson(body, name.slice(5)) : undefined;
}
