import type { HttpRequest } from "../core/http.ts";
import { type WireIndexEntry, wireIndex, wireService } from "../models/model.ts";
import { atDataPlane } from "./data-planes.ts";

/** What a request says of itself before anything is decoded. */
export interface Recognized {
  /** botocore's service name, or a data plane: `execute-api`, `lambda-url`; `squall` for the admin API. */
  readonly service: string;
  readonly kind: "api" | "data-plane" | "admin";
  /** The host is none of ours, but the data plane serves it (a custom domain name). */
  readonly isClaimed?: boolean;
  readonly accessKeyId?: string;
  readonly region?: string;
  /** For S3 in virtual-host style. */
  readonly bucket?: string;
  /** What the signature says of the call; whether it holds, `verify.ts` finds out. */
  readonly signature?: Signature;
}

/** A SigV4 signature's credential, from the header or a presigned URL. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  /** The signing name: `sqs`, `monitoring`, `execute-api` … */
  readonly signingName: string;
  readonly presigned: boolean;
}

/** Squall's own pages, and LocalStack's. */
const ADMIN_PATH = /^\/_(?:squall|localstack|aws)(?:\/|$)/;
const ADMIN: Recognized = { service: "squall", kind: "admin" };
const BUCKET_HOST = /^(.+)\.s3(?:-website)?(?:[.-][a-z0-9-]+)?\.(?:localhost|amazonaws)\b/i;
const SERVICE_HOST = /^([a-z0-9-]+)\.(?:([a-z]{2}(?:-[a-z]+)+-\d)\.)?(?:localhost|amazonaws)\b/i;
const QUEUE_PATH = /^\/(?:queue\/[a-z0-9-]+\/)?\d{12}\/[^/]+\/?$/;

/**
 * Which service is meant, by (in this order): a data plane's host or path, the admin API's path, `X-Amz-Target`, the credential scope of a header
 * or presigned signature, the host, the query protocol's `Action` and `Version`, an SQS queue's path; else S3, whose
 * anonymous requests carry nothing. The body's form never outranks the credential scope: an S3 upload may well be
 * `application/x-www-form-urlencoded`.
 */
export function recognize(request: HttpRequest): Recognized {
  const { headers } = request;
  const host = headers["x-forwarded-host"] ?? headers["host"] ?? "";
  const signature = readSignature(request);
  const who = {
    accessKeyId: signature?.accessKeyId ?? legacyKey(headers),
    region: signature?.region,
    signature,
  };

  const plane = atDataPlane(host, request);
  if (plane) return { ...plane, ...who };
  if (ADMIN_PATH.test(request.path)) return ADMIN;

  const target = headers["x-amz-target"];
  if (target) {
    const service = byTarget(target);
    if (service) return { service, kind: "api", ...who };
  }
  if (signature) {
    const service = bySigningName(signature.signingName, request);
    if (service) {
      const bucket = service === "s3" ? BUCKET_HOST.exec(host)?.[1] : undefined;
      return { service, kind: "api", ...who, ...(bucket && { bucket }) };
    }
  }
  const bucket = BUCKET_HOST.exec(host)?.[1];
  if (bucket) return { service: "s3", kind: "api", ...who, bucket };
  const named = SERVICE_HOST.exec(host);
  if (named) {
    const service = byEndpointPrefix(named[1]!.toLowerCase(), request);
    if (service) return { service, kind: "api", ...who, region: who.region ?? named[2] };
  }
  const service = byAction(request) ?? (QUEUE_PATH.test(request.path) ? "sqs" : "s3");
  return { service, kind: "api", ...who };
}

/** The region that a host names: `sqs.eu-west-1.localhost.localstack.cloud`. */
export function regionNamedBy({ headers }: HttpRequest): string | undefined {
  const host = headers["x-forwarded-host"] ?? headers["host"] ?? "";
  return /\.([a-z]{2}(?:-[a-z]+)+-\d)\./i.exec(host)?.[1]?.toLowerCase();
}

function readSignature(request: HttpRequest): Signature | undefined {
  const authorization = request.headers["authorization"];
  if (authorization) return authorization.startsWith("AWS4-") ? readHeader(authorization) : undefined;
  if (!request.query.includes("X-Amz-Credential=")) return undefined;
  return fromScope(new URLSearchParams(request.query).get("X-Amz-Credential") ?? "", true);
}

function readHeader(authorization: string): Signature | undefined {
  const at = authorization.indexOf("Credential=");
  if (at < 0) return undefined;
  const end = authorization.indexOf(",", at);
  return fromScope(authorization.slice(at + "Credential=".length, end < 0 ? undefined : end).trim(), false);
}

function fromScope(scope: string, presigned: boolean): Signature | undefined {
  const parts = scope.split("/");
  // SigV4A scopes have no region: <key>/<date>/<service>/aws4_request
  if (parts.length === 4) parts.splice(2, 0, "us-east-1");
  if (parts.length < 5) return undefined;
  const [signingName, region] = [parts.at(-2)!, parts.at(-3)!];
  return { accessKeyId: parts.slice(0, -4).join("/"), region, signingName, presigned };
}

/** Signature version 2, which only S3's oldest clients still use: `AWS <key>:<signature>`. */
function legacyKey(headers: HttpRequest["headers"]): string | undefined {
  return /^AWS ([^:]+):/.exec(headers["authorization"] ?? "")?.[1];
}

interface Directory {
  readonly byTarget: ReadonlyMap<string, string>;
  readonly bySigningName: ReadonlyMap<string, readonly string[]>;
  readonly byEndpointPrefix: ReadonlyMap<string, readonly string[]>;
  readonly byApiVersion: ReadonlyMap<string, readonly string[]>;
}

let directory: Directory | undefined;

function look(): Directory {
  if (directory) return directory;
  const byTarget = new Map<string, string>();
  const bySigningName = new Map<string, string[]>();
  const byEndpointPrefix = new Map<string, string[]>();
  const byApiVersion = new Map<string, string[]>();
  const file = (map: Map<string, string[]>, key: string, name: string) => {
    const names = map.get(key);
    if (names) names.push(name);
    else map.set(key, [name]);
  };
  for (const [name, entry] of wireIndex()) {
    if (entry.targetPrefix && !byTarget.has(entry.targetPrefix)) byTarget.set(entry.targetPrefix, name);
    file(bySigningName, entry.signingName, name);
    file(byEndpointPrefix, entry.endpointPrefix, name);
    if (speaksQuery(entry)) file(byApiVersion, entry.apiVersion, name);
  }
  directory = { byTarget, bySigningName, byEndpointPrefix, byApiVersion };
  return directory;
}

function speaksQuery(entry: WireIndexEntry): boolean {
  return (
    entry.queryCompatible === true ||
    entry.protocols.some((protocol) => protocol === "query" || protocol === "ec2")
  );
}

function byTarget(target: string): string | undefined {
  const dot = target.lastIndexOf(".");
  return look().byTarget.get(target.slice(0, dot));
}

function bySigningName(signingName: string, request: HttpRequest): string | undefined {
  const names = look().bySigningName.get(signingName) ?? look().byEndpointPrefix.get(signingName);
  if (!names) return look().bySigningName.has(signingName) ? signingName : undefined;
  return names.length === 1 ? names[0] : narrow(names, request);
}

function byEndpointPrefix(prefix: string, request: HttpRequest): string | undefined {
  const { byEndpointPrefix, bySigningName } = look();
  const names = byEndpointPrefix.get(prefix) ?? bySigningName.get(prefix);
  return names && (names.length === 1 ? names[0] : narrow(names, request));
}

/** Several services share a signing name (apigateway and apigatewayv2, s3 and s3control …): the one that has such an operation. */
function narrow(names: readonly string[], request: HttpRequest): string | undefined {
  const version = readAction(request)?.version;
  const versioned = version && names.filter((name) => wireIndex().get(name)?.apiVersion === version);
  if (versioned && versioned.length === 1) return versioned[0];
  // Longest match of the URI's literal beginning: /v2/apis beats /{proxy+}.
  let best: string | undefined;
  let bestLength = -1;
  for (const name of names) {
    for (const [method, uri] of Object.values(wireService(name)?.operations ?? {})) {
      if (method !== request.method) continue;
      const literal = uri.split(/[?{]/, 1)[0]!;
      if (literal.length > bestLength && request.path.startsWith(literal)) {
        best = name;
        bestLength = literal.length;
      }
    }
  }
  return best ?? names[0];
}

/** `Action` and `Version` of a query-protocol request, in the query string or in a form body. */
function readAction(request: HttpRequest): { action: string; version: string | undefined } | undefined {
  let text = request.query;
  if (!text.includes("Action=")) {
    if (!request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return undefined;
    text = Buffer.from(
      request.body.buffer,
      request.body.byteOffset,
      Math.min(request.body.length, 4096),
    ).toString("latin1");
  }
  const action = /(?:^|&)Action=([A-Za-z0-9]+)/.exec(text)?.[1];
  if (!action) return undefined;
  return { action, version: /(?:^|&)Version=([0-9-]+)/.exec(text)?.[1] };
}

function byAction(request: HttpRequest): string | undefined {
  const asked = readAction(request);
  if (!asked) return undefined;
  const names = asked.version
    ? (look().byApiVersion.get(asked.version) ?? [])
    : [...look().byApiVersion.values()].flat();
  return names.find((name) => wireService(name)?.operations[asked.action]);
}
