import type { ClientHttp2Session, IncomingHttpHeaders } from "node:http2";
import type { HttpResponse } from "../core/http.ts";
import { lazily } from "../core/lazily.ts";
import { lookup } from "../core/loopback.ts";
import type { Onward } from "./onward.ts";
import { streamed } from "./upstream-answer.ts";
import { pour, vouchers, watched } from "./upstream-exchange.ts";

const http2 = lazily<typeof import("node:http2")>("node:http2");

/** A connection that nobody uses is given up after so long. */
const LONGEST_IDLE_MS = 60_000;

/** By origin and authorities: one connection carries many calls. */
const sessions = new Map<string, ClientHttp2Session>();

function sessionTo(origin: string, ca: string | undefined): ClientHttp2Session {
  const key = `${origin} ${ca ?? ""}`;
  const open = sessions.get(key);
  if (open !== undefined && !open.closed && !open.destroyed) return open;
  const session = http2().connect(origin, { lookup, ...vouchers(ca) });
  sessions.set(key, session);
  const forget = () => void (sessions.get(key) === session && sessions.delete(key));
  session.once("close", forget);
  session.once("goaway", forget);
  // What goes wrong is said to the calls.
  session.on("error", forget);
  session.setTimeout(LONGEST_IDLE_MS, () => session.close());
  session.unref();
  return session;
}

/** Headers that HTTP/2 has other ways to say. */
const OF_HTTP1 = new Set(["host", "connection", "transfer-encoding"]);

/** Sends a request over HTTP/2, whose body and answer go on at the same time, and resolves to the answer. */
export function exchangeOverHttp2(
  { method, path, query, headers, body, stream }: Onward,
  { origin, host }: { readonly origin: string; readonly host: string },
  { ca, timeoutMs }: { readonly ca?: string | undefined; readonly timeoutMs: number },
  signal: AbortSignal,
): Promise<HttpResponse> {
  const own = Object.entries(headers).filter(([name]) => !OF_HTTP1.has(name));
  const head = { ":method": method, ":path": path + (query ? `?${query}` : ""), ":authority": host };
  return new Promise((resolve, reject) => {
    const sent = sessionTo(origin, ca).request({ ...head, ...Object.fromEntries(own) }, { signal });
    const waiting = { origin, timeoutMs, signal, reject };
    watched(sent, waiting);
    sent.setTimeout(timeoutMs);
    sent.once("response", (answer) => resolve(streamed(headOf(answer), sent, signal)));
    if (stream === undefined) sent.end(body);
    else void pour(stream, sent, waiting);
  });
}

function headOf(answer: IncomingHttpHeaders): Pick<HttpResponse, "status" | "headers"> {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(answer))
    if (value !== undefined && !name.startsWith(":")) headers[name] = value;
  return { status: Number(answer[":status"]), headers };
}
