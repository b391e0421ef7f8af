import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { type HttpResponse, severedAfter, type WhenOver } from "../core/http.ts";
import { joined } from "../core/joined.ts";

/** An answer that announces no more than this is waited for and passed on in one piece, larger ones as they come. */
export const MOST_WHOLE_BYTES = 64 * 1024;

/** Headers that belong to one connection, not to the message. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "proxy-authorization",
  "expect",
]);

/** Is a header one of the connection's: by itself, or as the message says? https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
export function hopByHop(connection: string | undefined): (name: string) => boolean {
  if (connection === undefined || ORDINARY.test(connection)) return isAlwaysHop;
  const named = new Set(connection.split(",").map((name) => name.trim().toLowerCase()));
  return (name) => isAlwaysHop(name) || named.has(name);
}

const isAlwaysHop = (name: string): boolean => HOP_BY_HOP.has(name);
const ORDINARY = /^(?:keep-alive|close)$/i;

/** An upstream's answer over HTTP/1.1. @param signal aborted when nobody waits for it any more */
export function answerOf(
  response: IncomingMessage,
  method: string,
  signal: AbortSignal,
): HttpResponse | Promise<HttpResponse> {
  const head = { status: response.statusCode ?? 502, headers: passedOn(response.headers) };
  const isShort = method === "HEAD" || Number(response.headers["content-length"]) <= MOST_WHOLE_BYTES;
  return isShort ? whole(head, response, signal) : streamed(head, response, signal);
}

/** An answer whose body is passed on as it comes. */
export function streamed(
  head: Pick<HttpResponse, "status" | "headers">,
  body: Readable,
  signal: AbortSignal,
): HttpResponse {
  return { ...head, body, whenOver: endOf(body, signal) };
}

/** Headers as they are passed on. */
function passedOn(headers: IncomingHttpHeaders): HttpResponse["headers"] {
  const kept: Record<string, string | string[]> = {};
  const isHop = hopByHop(headers.connection);
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !isHop(name)) kept[name] = value;
  }
  return kept;
}

/** What is short is known to be whole, or not, before its client hears of it. */
function whole(
  head: Pick<HttpResponse, "status" | "headers">,
  response: IncomingMessage,
  signal: AbortSignal,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("end", () => resolve({ ...head, body: joined(chunks) }));
    response.once("error", () => {
      if (signal.aborted) reject(signal.reason);
      else resolve({ ...head, body: severedAfter(chunks), whenOver: (over) => over("broken-off") });
    });
  });
}

/** An upstream that closes where it has not said all is heard as an error; a client that leaves is none of its affair. */
function endOf(body: Readable, signal: AbortSignal): WhenOver {
  let ending: "whole" | "broken-off" | undefined;
  let tell: ((ending: "whole" | "broken-off") => void) | undefined;
  const end = (how: "whole" | "broken-off") => {
    if (ending !== undefined) return;
    ending = how;
    tell?.(how);
  };
  body.once("end", () => end("whole"));
  body.once("error", () => end(signal.aborted ? "whole" : "broken-off"));
  body.once("close", () => end("whole"));
  return (over) => {
    tell = over;
    if (ending !== undefined) over(ending);
  };
}
