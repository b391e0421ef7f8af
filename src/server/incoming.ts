import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { HttpRequest } from "../core/http.ts";

/** A request before its body has come. */
export type EdgeRequest = { -readonly [Name in keyof HttpRequest]: HttpRequest[Name] };

/** How many bytes of body a request says that it has. */
export function announcedBytes({ headers }: IncomingMessage): number {
  return Number(headers["content-length"] ?? 0);
}

/** HTTP/2 says only at its end whether there was a body. */
export function mayHaveBody({ headers, httpVersionMajor }: IncomingMessage): boolean {
  if (headers["content-length"] !== undefined) return headers["content-length"] !== "0";
  return headers["transfer-encoding"] !== undefined || httpVersionMajor > 1;
}

const NO_BYTES = new Uint8Array();

/** What Node has read of a request. */
export function requestOf(incoming: IncomingMessage): EdgeRequest {
  const { method = "GET", url = "/", rawHeaders, socket } = incoming;
  return toRequest(method, url, headersOf(incoming), rawHeaders, socket);
}

/** @param url as sent: path and query */
export function toRequest(
  method: string,
  url: string,
  headers: Record<string, string>,
  rawHeaders: readonly string[],
  { remoteAddress }: Socket,
): EdgeRequest {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  return {
    method,
    // A proxy's absolute form: http://host/path
    path: path.startsWith("/") ? path : path.replace(/^https?:\/\/[^/]*/i, "") || "/",
    query: at < 0 ? "" : url.slice(at + 1),
    headers,
    rawHeaders,
    body: NO_BYTES,
    stream: undefined,
    remoteAddress,
  };
}

/** Headers as HTTP/1.1 has them: HTTP/2 names the host `:authority`. */
function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers = incoming.headers as Record<string, string>;
  const authority = headers[":authority"];
  if (authority === undefined) return headers;
  const plain = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
  return { host: authority, ...Object.fromEntries(plain) };
}
