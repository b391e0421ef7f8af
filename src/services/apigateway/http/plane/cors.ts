import type { HttpRequest, HttpResponse } from "../../../../core/http.ts";
import { starred } from "../../../../core/wildcard.ts";
import type { Cors } from "../../../../models/generated/apigatewayv2.ts";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */

/** The answer to a preflight request, which an API with CORS gives before any route is looked at. */
export function preflight(request: HttpRequest, cors: Cors | undefined): HttpResponse | undefined {
  if (!cors || request.method !== "OPTIONS") return undefined;
  const { origin } = request.headers;
  if (origin === undefined || request.headers["access-control-request-method"] === undefined)
    return undefined;
  const allowed = allowedOrigin(origin, cors);
  if (!allowed) return { status: 204, headers: {} };
  const list = (values: readonly string[] | undefined) => (values?.length ? values.join(",") : undefined);
  const allowMethods = cors.AllowMethods?.includes("*") ? "*" : list(cors.AllowMethods);
  const allowHeaders = list(cors.AllowHeaders);
  return {
    status: 204,
    headers: {
      ...originHeaders(allowed, cors),
      ...(allowMethods && { "access-control-allow-methods": allowMethods }),
      ...(allowHeaders && { "access-control-allow-headers": allowHeaders }),
      ...(cors.MaxAge !== undefined && { "access-control-max-age": String(cors.MaxAge) }),
    },
  };
}

/** Puts the API's CORS headers in place of the backend's. */
export function withCors(response: HttpResponse, request: HttpRequest, cors: Cors | undefined): HttpResponse {
  if (!cors) return response;
  const headers = Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => !name.startsWith("access-control-")),
  );
  const { origin } = request.headers;
  const allowed = origin === undefined ? undefined : allowedOrigin(origin, cors);
  if (!allowed) return { ...response, headers };
  if (cors.ExposeHeaders?.length) headers["access-control-expose-headers"] = cors.ExposeHeaders.join(",");
  return { ...response, headers: { ...headers, ...originHeaders(allowed, cors) } };
}

function originHeaders(allowed: string, cors: Cors): Record<string, string> {
  return {
    "access-control-allow-origin": allowed,
    ...(allowed !== "*" && { vary: "Origin" }),
    ...(cors.AllowCredentials && { "access-control-allow-credentials": "true" }),
  };
}

/** What may stand in `access-control-allow-origin`: `*`, or the origin when a pattern of the API takes it. */
function allowedOrigin(origin: string, { AllowOrigins = [] }: Cors): string | undefined {
  if (AllowOrigins.includes("*")) return "*";
  const fits = AllowOrigins.some((pattern) => {
    if (pattern === origin) return true;
    if (!pattern.includes("*")) return false;
    // A star does not go over a slash.
    const given = origin.toLowerCase().split("/");
    const wanted = pattern.toLowerCase().split("/");
    return (
      given.length === wanted.length && wanted.every((part, at) => starred(part.split("*"))(given[at] ?? ""))
    );
  });
  return fits ? origin : undefined;
}
