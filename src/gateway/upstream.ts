import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { AwsError } from "../core/aws-error.ts";
import type { Call } from "../core/call.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { loadModel } from "../models/model.ts";
import { createClient } from "../protocols/client.ts";
import { signedHeaders } from "./signature.ts";

/** A real endpoint that answers for a service: AWS itself, another emulator, MinIO, ScyllaDB Alternator … */
export interface Upstream {
  /** `https://dynamodb.us-east-1.amazonaws.com`, `http://127.0.0.1:8000`; `aws` stands for the service's own endpoint. */
  readonly url: string;
  /** Keys to sign with; without them the request goes on with the client's own signature made void by the new host. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Which upstream answers for a service; `*` for all that Squall does not serve itself. */
export type Upstreams = Readonly<Record<string, Upstream>>;

/** Headers that belong to one connection, not to the message. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "proxy-authorization",
  "expect",
]);

/** What a request is signed for. */
interface Target {
  readonly region: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
}

/** Emulators want a signature, but not a true one. */
const ANY_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/**
 * Makes a call that no client has made (a service's own) at an upstream and reads its answer.
 * @throws AwsError what the upstream answers; `NotImplemented` (501) for a service of which Squall has no full model
 */
export async function callUpstream(
  call: Call,
  upstream: Upstream,
  target: Target,
  nowMs: number,
): Promise<Record<string, unknown>> {
  const model = loadModel(call.service);
  if (!model) {
    const why = `Squall has no full model of ${call.service}: only clients' calls are sent on.`;
    throw new AwsError("NotImplemented", why, { status: 501 });
  }
  const client = createClient(model);
  const signed = { ...upstream, credentials: upstream.credentials ?? ANY_CREDENTIALS };
  const request = client.encodeRequest(call.operation, call.input);
  const { status, headers, body } = await forward(request, signed, target, call.signal, nowMs);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return client.decodeResponse(call.operation, { status, headers: flat, body: Buffer.concat(chunks) });
}

/**
 * Sends a request on and gives the answer as it comes, unread.
 * @throws AwsError `ServiceUnavailable` (503) when the upstream cannot be reached
 */
export function forward(
  request: HttpRequest,
  upstream: Upstream,
  target: Target,
  signal: AbortSignal,
  nowMs: number,
): Promise<HttpResponse> {
  const base = new URL(
    upstream.url === "aws" ? `https://${target.endpointPrefix}.${target.region}.amazonaws.com` : upstream.url,
  );
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!HOP_BY_HOP.has(name) && !name.startsWith("x-squall-")) headers[name] = value;
  }
  headers["host"] = base.host;
  headers["content-length"] = String(request.body.length);
  const onward: HttpRequest = { ...request, path: base.pathname.replace(/\/$/, "") + request.path, headers };
  const outgoing = upstream.credentials
    ? signedHeaders(onward, { ...upstream.credentials, ...target }, nowMs)
    : headers;
  const send = base.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const client = send(
      {
        host: base.hostname,
        port: base.port || (base.protocol === "https:" ? 443 : 80),
        method: request.method,
        path: onward.path + (request.query ? `?${request.query}` : ""),
        headers: outgoing,
        signal,
      },
      (response) => resolve(toResponse(response)),
    );
    client.on("error", (error: NodeJS.ErrnoException) => {
      if (signal.aborted) return reject(signal.reason);
      const why = error.code ?? error.message;
      reject(
        new AwsError("ServiceUnavailable", `The upstream ${base.origin} did not answer: ${why}`, {
          status: 503,
        }),
      );
    });
    client.end(request.body);
  });
}

function toResponse(response: IncomingMessage): HttpResponse {
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) headers[name] = value;
  }
  return { status: response.statusCode ?? 502, headers, body: response };
}
