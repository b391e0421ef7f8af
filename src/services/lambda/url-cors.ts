import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import type * as Api from "../../models/generated/lambda.ts";

/** The headers that a URL's CORS settings add to a response; none for a foreign origin. */
export function corsHeaders(cors: Api.Cors | undefined, request: HttpRequest): Record<string, string> {
  const origin = request.headers["origin"];
  if (!cors || origin === undefined) return {};
  const allowed = cors.AllowOrigins ?? [];
  if (!allowed.includes("*") && !allowed.includes(origin)) return {};
  return {
    "access-control-allow-origin": allowed.includes("*") && !cors.AllowCredentials ? "*" : origin,
    vary: "Origin",
    ...(cors.AllowCredentials && { "access-control-allow-credentials": "true" }),
    ...(cors.ExposeHeaders?.length && { "access-control-expose-headers": cors.ExposeHeaders.join(",") }),
  };
}

/** The answer to a preflight request, without an invocation; undefined when it is none. */
export function preflight(cors: Api.Cors | undefined, request: HttpRequest): HttpResponse | undefined {
  const method = request.headers["access-control-request-method"];
  if (!cors || request.method !== "OPTIONS" || method === undefined) return undefined;
  const headers = corsHeaders(cors, request);
  if (Object.keys(headers).length === 0) return { status: 200, headers: {} };
  const methods = cors.AllowMethods ?? [];
  return {
    status: 200,
    headers: {
      ...headers,
      "access-control-allow-methods": methods.includes("*") ? "*" : methods.join(","),
      ...(cors.AllowHeaders?.length && { "access-control-allow-headers": cors.AllowHeaders.join(",") }),
      ...(cors.MaxAge !== undefined && { "access-control-max-age": String(cors.MaxAge) }),
    },
  };
}
