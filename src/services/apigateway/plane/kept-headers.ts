/*
 * Headers that API Gateway keeps for itself, as recorded with a request and a response that had them all.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */

/** Headers of requests that neither events nor mappings see. */
export const UNSEEN: readonly string[] = [
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
];

const REMAPPED = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "trailer",
  "upgrade",
  "user-agent",
  "www-authenticate",
  "x-amzn-requestid",
]);

/** A response's header as the client gets it: in lower case, under another name when API Gateway has its own. */
export function remapped(name: string): string {
  const lower = name.toLowerCase();
  return REMAPPED.has(lower) ? `x-amzn-remapped-${lower}` : lower;
}

const SPELLED: Readonly<Record<string, string>> = {
  "content-type": "Content-Type",
  "x-amzn-trace-id": "X-Amzn-Trace-Id",
  "x-amzn-errortype": "x-amzn-ErrorType",
};

/** API Gateway's own spelling of a header, where it is read as text. */
export const spelled = (name: string): string => SPELLED[name] ?? name;
