import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { lookup } from "./loopback.ts";

export interface OutboundRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** On the machine's clock: a socket knows no other. */
  readonly timeoutMs: number;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** An address that a user gave may answer without end. As much as API Gateway passes on. */
export const MOST_ANSWERED_BYTES = 10 * 1024 * 1024;

/**
 * A small HTTP request of Squall's own to an address that a user gave. This machine's own names need no name server; redirects are
 * not followed. Rejects with the socket's error.
 */
export function outbound(url: URL, options: OutboundRequest): Promise<OutboundAnswer> {
  const { method = "GET", headers, body = "", timeoutMs } = options;
  const send = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const signal = AbortSignal.timeout(timeoutMs);
    const request = send(url, { method, headers: { ...headers, ...length }, lookup, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MOST_ANSWERED_BYTES)
          response.destroy(new Error(`the answer has more than ${MOST_ANSWERED_BYTES} bytes`));
        else chunks.push(chunk);
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? "",
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    request.on("error", (error) =>
      reject(signal.aborted ? new Error(`no answer within ${timeoutMs} ms`) : error),
    );
    request.end(body);
  });
}
