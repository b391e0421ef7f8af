/** Which web pages may drive this cloud, and what they are told. */
export interface PageRules {
  /** Further origins, as in LocalStack's EXTRA_CORS_ALLOWED_ORIGINS; `*` is every page. */
  readonly origins: readonly string[];
  /** Further request headers that a preflight allows, and response headers that a page may read. */
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
}

const METHODS = "HEAD,GET,PUT,POST,DELETE,OPTIONS,PATCH";
const REQUEST_HEADERS =
  "authorization,cache-control,content-length,content-md5,content-type,etag,location,x-amz-acl,x-amz-content-sha256,x-amz-date,x-amz-request-id,x-amz-security-token,x-amz-tagging,x-amz-target,x-amz-user-agent,x-amz-version-id,x-amzn-requestid,x-localstack-target,amz-sdk-invocation-id,amz-sdk-request,x-squall-inject";
const RESPONSE_HEADERS = "etag,x-amz-version-id,x-amzn-requestid,x-squall-fault";

/** Pages of this machine: `http://localhost:3000` is the developer's own server. */
const OWN_PAGE =
  /^https?:\/\/(?:(?:[a-z0-9_-]+\.)*localhost(?:\.localstack\.cloud)?|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * May a page of this origin call? One of this machine may, one that we served ourselves (its origin is the name that it
 * calls), and one that was allowed by name.
 */
export function isAllowedOrigin(origin: string, host: string, { origins }: PageRules): boolean {
  return (
    OWN_PAGE.test(origin) ||
    origins.includes(origin) ||
    origins.includes("*") ||
    (host !== "" && origin.toLowerCase() === `http://${host.toLowerCase()}`)
  );
}

/** The origin of a URL, for the Referer of browsers that say no more; undefined for what is none. */
export function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

/** CORS headers for an allowed origin. */
export function corsHeaders(
  headers: Readonly<Record<string, string>>,
  rules: PageRules,
): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": [REQUEST_HEADERS, ...rules.allowedHeaders].join(","),
    "access-control-expose-headers": [RESPONSE_HEADERS, ...rules.exposedHeaders].join(","),
    vary: "Origin",
    ...(headers["access-control-request-private-network"] && {
      "access-control-allow-private-network": "true",
    }),
  };
}
