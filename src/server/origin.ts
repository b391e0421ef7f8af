import type { HttpRequest } from "../core/http.ts";

/** Who may drive this cloud from a browser. */
export interface OriginRules {
  /** Host names that are this machine's, beside loopback and `*.localhost.localstack.cloud`. */
  readonly hosts: readonly string[];
  /** Further origins, as in LocalStack's EXTRA_CORS_ALLOWED_ORIGINS. */
  readonly origins: readonly string[];
  /** Further request headers that a preflight allows, and response headers that a page may read. */
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  /** DISABLE_CORS_CHECKS: every origin may call. */
  readonly checks: boolean;
}

const OWN_HOST =
  /^(?:.+\.)?(?:localhost|localhost\.localstack\.cloud)$|^127(?:\.\d{1,3}){3}$|^\[::1\]$|^host\.docker\.internal$/i;
const METHODS = "HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH";
const REQUEST_HEADERS =
  "authorization,cache-control,content-length,content-md5,content-type,etag,location,x-amz-acl,x-amz-content-sha256,x-amz-date,x-amz-request-id,x-amz-security-token,x-amz-tagging,x-amz-target,x-amz-user-agent,x-amz-version-id,x-amzn-requestid,x-localstack-target,amz-sdk-invocation-id,amz-sdk-request,x-squall-inject";
const RESPONSE_HEADERS = "etag,x-amz-version-id,x-amzn-requestid,x-squall-fault";

/** A page that is not ours must not reach the admin API under our name (DNS rebinding). */
export function isOwnHost(request: HttpRequest, rules: OriginRules): boolean {
  const host = (request.headers["host"] ?? "").replace(/:\d+$/, "");
  return host === "" || OWN_HOST.test(host) || rules.hosts.includes(host.toLowerCase());
}

/** May a page of the request's origin call? A request without an origin is no page's. */
export function isAllowedOrigin(request: HttpRequest, rules: OriginRules): boolean {
  const origin = request.headers["origin"];
  if (origin === undefined || !rules.checks) return true;
  if (rules.origins.includes(origin) || origin === "https://app.localstack.cloud" || origin === "file://")
    return true;
  const host = /^https?:\/\/(\[[^\]]+\]|[^/:]+)(?::\d+)?$/.exec(origin)?.[1];
  return host !== undefined && (OWN_HOST.test(host) || rules.hosts.includes(host.toLowerCase()));
}

/** CORS headers for an allowed origin. */
export function corsHeaders(request: HttpRequest, rules: OriginRules): Record<string, string> {
  const origin = request.headers["origin"];
  if (origin === undefined) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": [REQUEST_HEADERS, ...rules.allowedHeaders].join(","),
    "access-control-expose-headers": [RESPONSE_HEADERS, ...rules.exposedHeaders].join(","),
    vary: "Origin",
    ...(request.headers["access-control-request-private-network"] && {
      "access-control-allow-private-network": "true",
    }),
  };
}
