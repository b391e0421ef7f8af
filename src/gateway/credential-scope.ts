import { BoundedMap } from "../core/bounded-map.ts";
import type { HttpRequest } from "../core/http.ts";

/** A SigV4 signature's credential, from the header or a presigned URL. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name: `sqs`, `monitoring`, `execute-api` … */
  readonly signingName: string;
  readonly presigned: boolean;
}

/** The signature of a request, from its header or its presigned URL; undefined for one that has none (or a bearer token). */
export function readSignature(request: HttpRequest): Signature | undefined {
  const authorization = request.headers["authorization"];
  if (authorization) return authorization.startsWith("AWS4-") ? readHeader(authorization) : undefined;
  if (!request.query.includes("X-Amz-Credential=")) return undefined;
  return fromScope(new URLSearchParams(request.query).get("X-Amz-Credential") ?? "", true);
}

/** A client's scope is the same all day long. */
const MOST_SCOPES = 1000;
const LONGEST_SCOPE = 256;
const scopes = new BoundedMap<Signature>(MOST_SCOPES);

function readHeader(authorization: string): Signature | undefined {
  const at = authorization.indexOf("Credential=");
  if (at < 0) return undefined;
  const end = authorization.indexOf(",", at);
  const text = authorization.slice(at + "Credential=".length, end < 0 ? undefined : end);
  const known = scopes.get(text);
  if (known !== undefined) return known;
  const signature = fromScope(text.trim(), false);
  if (signature !== undefined && text.length <= LONGEST_SCOPE) scopes.set(text, signature);
  return signature;
}

function fromScope(scope: string, presigned: boolean): Signature | undefined {
  const parts = scope.split("/");
  // SigV4A scopes have no region: <key>/<date>/<service>/aws4_request
  if (parts.length === 4) parts.splice(2, 0, "us-east-1");
  const [signingName, region] = [parts.at(-2), parts.at(-3)];
  if (parts.length < 5 || signingName === undefined || region === undefined) return undefined;
  return { accessKeyId: parts.slice(0, -4).join("/"), region, signingName, presigned };
}

/** Signature version 2, which only S3's oldest clients still use: `AWS <key>:<signature>`, or `AWSAccessKeyId` in a URL. */
export function legacyKey({ headers, query }: Pick<HttpRequest, "headers" | "query">): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined) return /^AWS ([^:]+):/.exec(authorization)?.[1];
  if (!query.includes("AWSAccessKeyId=")) return undefined;
  return new URLSearchParams(query).get("AWSAccessKeyId") ?? undefined;
}
