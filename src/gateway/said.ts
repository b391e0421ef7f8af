import type { HttpRequest } from "../core/http.ts";
import type { ProtocolName } from "../models/model.ts";

/** What a request says of its operation, without any model. */
export interface Said {
  /** Of `X-Amz-Target` or a Smithy RPC path: what stands before the operation. */
  readonly prefix?: string;
  readonly operation?: string;
  /** Of the query protocol, in the query string or in a form. */
  readonly action?: string;
  readonly version?: string;
}

const SMITHY_PATH = /\/service\/([^/]+)\/operation\/([^/]+)$/;
const NOTHING: Said = {};

export function saidBy(request: HttpRequest): Said {
  const { headers } = request;
  const target = headers["x-amz-target"];
  if (target) {
    const dot = target.lastIndexOf(".");
    return { prefix: target.slice(0, Math.max(0, dot)), operation: target.slice(dot + 1) };
  }
  if (headers["smithy-protocol"] !== undefined) {
    const [, prefix = "", operation] = SMITHY_PATH.exec(request.path) ?? [];
    if (operation !== undefined) return { prefix, operation };
  }
  return readAction(request);
}

function readAction(request: HttpRequest): Said {
  let text = request.query;
  if (!text.includes("Action=")) {
    if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return NOTHING;
    const { buffer, byteOffset, length } = request.body;
    text = Buffer.from(buffer, byteOffset, Math.min(length, 4096)).toString("latin1");
  }
  const action = /(?:^|&)Action=([A-Za-z0-9]+)/.exec(text)?.[1];
  if (!action) return NOTHING;
  const version = /(?:^|&)Version=([0-9-]+)/.exec(text)?.[1];
  return { action, ...(version && { version }) };
}

/** The protocol that a request is evidently in, whatever the models say of its service. */
export function evidentProtocol({ headers }: HttpRequest): ProtocolName | "smithy-rpc-v2-json" | undefined {
  const smithy = headers["smithy-protocol"];
  if (smithy === "rpc-v2-cbor") return "smithy-rpc-v2-cbor";
  if (smithy === "rpc-v2-json") return "smithy-rpc-v2-json";
  return headers["x-amz-target"] === undefined ? undefined : "json";
}
