import type { IncomingHttpHeaders } from "node:http";
import { DELIVERY_HEADER } from "../../../core/delivery.ts";
import { lazily } from "../../../core/lazily.ts";
import { lookup } from "../../../core/loopback.ts";
import { request as httpRequest } from "../../../core/node-http.ts";
import { wholeAnswer } from "../../../core/outbound.ts";
import { Fields, oneOrMany } from "./fields.ts";
import { invalidEndpoint, networkError } from "./gateway-error.ts";
import { safeHeaders } from "./safe-headers.ts";

const https = lazily<typeof import("node:https")>("node:https");

export interface BackendRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Fields;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
  /** Take any certificate. */
  readonly insecure?: boolean;
}

export interface BackendAnswer {
  readonly status: number;
  readonly headers: Fields;
  readonly body: Uint8Array;
}

/** Calls an HTTP backend and waits for the whole answer. @throws GatewayError 504 when it cannot be reached */
export function callBackend({
  url,
  method,
  headers,
  body,
  signal,
  insecure,
}: BackendRequest): Promise<BackendAnswer> {
  const send = url.protocol === "https:" ? https().request : httpRequest;
  const outgoing: Record<string, string | string[]> = {};
  for (const [name, values] of headers) outgoing[name] = oneOrMany(values);
  if (body.length > 0 || !["GET", "HEAD", "DELETE", "OPTIONS"].includes(method)) {
    outgoing["content-length"] = String(body.length);
  }
  // Last, so that no mapping takes it away.
  for (const name of Object.keys(outgoing)) if (name.toLowerCase() === DELIVERY_HEADER) delete outgoing[name];
  outgoing[DELIVERY_HEADER] = "execute-api";
  return new Promise((resolve, reject) => {
    const request = send(
      url,
      {
        method,
        headers: safeHeaders(outgoing),
        signal,
        lookup,
        ...(insecure && { rejectUnauthorized: false }),
      },
      (response) => {
        const { statusCode: status = 502 } = response;
        wholeAnswer(response, "Integration response is too large").then(
          (answer) => resolve({ status, headers: fieldsOf(response.headers), body: answer }),
          (error: Error) => reject(networkError(error.message)),
        );
      },
    );
    request.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOTFOUND"
          ? invalidEndpoint()
          : networkError(`Execution failed due to a network error: ${error.message}`),
      ),
    );
    request.end(body);
  });
}

function fieldsOf(headers: IncomingHttpHeaders): Fields {
  const fields = new Fields(true);
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) fields.add(name, each);
  }
  return fields;
}

/** Headers that belong to one connection. */
export const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "content-length",
]);
