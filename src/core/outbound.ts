import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ConnectionOptions } from "node:tls";
import { DELIVERY_HEADER } from "./delivery.ts";
import { lazily } from "./lazily.ts";
import { lookup } from "./loopback.ts";
import { request as httpRequest } from "./node-http.ts";
import { zlib } from "./zlib.ts";

const https = lazily<typeof import("node:https")>("node:https");

export interface OutboundRequest {
  /** The service that sends it: what comes back to Squall itself reaches data planes only (see `delivery.ts`). */
  readonly by: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** On the machine's clock: a socket knows no other. */
  readonly timeoutMs: number;
  /** Whoever answers by HTTPS need not be who he says. */
  readonly acceptsAnyCertificate?: true;
  /** Who is to answer by HTTPS, and who asks: authorities, a certificate and its key, in PEM. */
  readonly tls?: Pick<ConnectionOptions, "ca" | "cert" | "key" | "servername" | "rejectUnauthorized">;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** An address that a user gave may answer without end. As much as API Gateway passes on. */
const MOST_ANSWERED_BYTES = 10 * 1024 * 1024;

/**
 * A small HTTP request of Squall's own to an address that a user gave. This machine's own names need no name server; redirects are
 * not followed. Rejects with the socket's error.
 */
export function outbound(url: URL, options: OutboundRequest): Promise<OutboundAnswer> {
  const { by, method = "GET", body = "", timeoutMs, acceptsAnyCertificate, tls } = options;
  // Last, so that no header of a user's takes its place.
  const headers = { ...options.headers, [DELIVERY_HEADER]: by };
  const send = url.protocol === "https:" ? https().request : httpRequest;
  return new Promise((resolve, reject) => {
    const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const signal = AbortSignal.timeout(timeoutMs);
    const trust = acceptsAnyCertificate && { rejectUnauthorized: false };
    const sent = { method, headers: { ...headers, ...length }, lookup, signal, ...trust, ...tls };
    const request = send(url, sent, (response) => {
      const { statusCode: status = 0, statusMessage: statusText = "", headers } = response;
      wholeAnswer(response, `the answer has more than ${MOST_ANSWERED_BYTES} bytes`)
        .then((body) => unpacked(body, headers["content-encoding"]).toString())
        .then((text) => resolve({ status, statusText, headers, text }), reject);
    });
    request.on("error", (error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error),
    );
    request.end(body);
  });
}

/** Who says `accept-encoding` gets it packed. @throws when it is not what it says, or too large unpacked */
function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  const most = { maxOutputLength: MOST_ANSWERED_BYTES };
  if (body.length === 0) return body;
  if (encoding === "gzip") return zlib().gunzipSync(body, most);
  return encoding === "deflate" ? zlib().inflateSync(body, most) : body;
}

/** The body of an answer. Rejects with the socket's error, or with what is said of one that does not come to an end. */
export function wholeAnswer(response: IncomingMessage, tooLarge: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > MOST_ANSWERED_BYTES) response.destroy(new Error(tooLarge));
      else chunks.push(chunk);
    });
    response.on("error", reject);
    response.on("end", () => resolve(Buffer.concat(chunks)));
  });
}
