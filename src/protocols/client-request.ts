import type { HttpRequest } from "../core/http.ts";

/** A request with the defaults of RPC protocols: POST to `/`. */
export function requestTo({
  body = "",
  ...given
}: Partial<Omit<HttpRequest, "body">> & { body?: string | Uint8Array }): HttpRequest {
  const bytes = typeof body === "string" ? Buffer.from(body, "utf8") : body;
  return { method: "POST", path: "/", query: "", headers: {}, ...given, body: bytes };
}

/** Percent-encodes as AWS signs: everything but unreserved characters. */
export function encodeUri(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
