import { createHmac, timingSafeEqual } from "node:crypto";
import { AwsError } from "../core/aws-error.ts";
import type { Credentials } from "../core/credentials.ts";
import type { HttpRequest } from "../core/http.ts";
import { twoMechanisms } from "./authorization.ts";
import { mismatchOf } from "./signature.ts";

/**
 * Signature Version 2, which S3 still takes in the regions that are older than 2014:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
 */
export interface OldSignature {
  readonly accessKeyId: string;
  /** base64 */
  readonly signature: string;
  /** Epoch seconds until which a presigned URL holds, as sent; undefined for a header's signature. */
  readonly expires?: string;
}

const REGIONS = new Set([
  "us-east-1",
  "us-west-1",
  "us-west-2",
  "eu-west-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-northeast-1",
  "sa-east-1",
]);

/** Parameters that name another resource than the object itself, or that change its answer. */
const SUBRESOURCES = new Set([
  "accelerate",
  "acl",
  "analytics",
  "cors",
  "defaultObjectAcl",
  "delete",
  "inventory",
  "lifecycle",
  "location",
  "logging",
  "metrics",
  "notification",
  "partNumber",
  "policy",
  "replication",
  "requestPayment",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
  "response-content-language",
  "response-content-type",
  "response-expires",
  "restore",
  "select",
  "select-type",
  "storageClass",
  "tagging",
  "torrent",
  "uploadId",
  "uploads",
  "versionId",
  "versioning",
  "versions",
  "website",
]);

/** The signature of an old client, from its header or its presigned URL; undefined for any other request. */
export function readOldSignature({ headers, query }: HttpRequest): OldSignature | undefined {
  const [, accessKeyId, signature] = /^AWS ([^:]+):(.+)$/.exec(headers["authorization"] ?? "") ?? [];
  if (accessKeyId !== undefined && signature !== undefined) return { accessKeyId, signature };
  if (!query.includes("AWSAccessKeyId=") || !query.includes("Signature=")) return undefined;
  const parameters = new URLSearchParams(query);
  return {
    accessKeyId: parameters.get("AWSAccessKeyId") ?? "",
    signature: parameters.get("Signature") ?? "",
    expires: parameters.get("Expires") ?? "",
  };
}

const OF_URLS = ["Signature", "Expires", "AWSAccessKeyId"] as const;

/**
 * A URL of S3 that is signed so says all that it has to, and is signed once.
 * @throws AwsError `InvalidArgument`, `AccessDenied`
 */
export function checkOldUrl({ headers, query }: HttpRequest): void {
  if (!/(?:^|&)(?:Signature|AWSAccessKeyId)=/.test(query)) return;
  const header = headers["authorization"];
  const parameters = new URLSearchParams(query);
  if (header !== undefined && parameters.has("Signature")) throw twoMechanisms(header);
  if (OF_URLS.every((name) => parameters.has(name))) return;
  throw new AwsError(
    "AccessDenied",
    "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
    { status: 403 },
  );
}

/** @throws AwsError `AccessDenied` for a presigned URL that holds no longer */
export function checkOldExpiry({ expires }: OldSignature, nowMs: number): void {
  if (expires === undefined) return;
  const seconds = Number(expires);
  if (expires === "" || !Number.isInteger(seconds)) {
    throw new AwsError("AccessDenied", `Invalid date (should be seconds since epoch): ${expires}`, {
      status: 403,
    });
  }
  if (seconds * 1000 > nowMs) return;
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, "");
  throw new AwsError("AccessDenied", "Request has expired", {
    status: 403,
    members: { Expires: iso(seconds * 1000), ServerTime: iso(nowMs) },
  });
}

/**
 * Is a request signed by the key that it names?
 * @param bucket that the host names
 * @throws AwsError `InvalidClientTokenId`, `SignatureDoesNotMatch`; `InvalidRequest` in regions that do not take it
 */
export function verifyOldSignature(
  request: HttpRequest,
  given: OldSignature,
  {
    credentials,
    bucket,
    region = "us-east-1",
    nowMs,
  }: {
    readonly credentials: Credentials;
    readonly bucket?: string | undefined;
    readonly region: string | undefined;
    readonly nowMs: number;
  },
): void {
  if (!REGIONS.has(region)) {
    throw new AwsError(
      "InvalidRequest",
      "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
      { status: 400 },
    );
  }
  const known = credentials.find(given.accessKeyId);
  if (!known?.active) throw new AwsError("InvalidClientTokenId", "", { status: 403 });
  const token =
    request.headers["x-amz-security-token"] ?? new URLSearchParams(request.query).get("x-amz-security-token");
  if ((token ?? undefined) !== known.sessionToken) throw new AwsError("InvalidToken", "", { status: 400 });
  if (known.expiresAt !== undefined && known.expiresAt <= nowMs)
    throw new AwsError("ExpiredToken", "", { status: 400 });
  checkOldExpiry(given, nowMs);
  const text = stringToSign(request, given, bucket);
  const right = createHmac("sha1", known.secretAccessKey).update(text).digest("base64");
  const [a, b] = [Buffer.from(given.signature), Buffer.from(right)];
  if (a.length !== b.length || !timingSafeEqual(a, b))
    throw mismatchOf(given.accessKeyId, given.signature, text);
}

function stringToSign(
  { method, path, query, headers }: HttpRequest,
  { expires }: OldSignature,
  bucket: string | undefined,
): string {
  const pairs = query.split("&").filter(Boolean).map(pairOf);
  const amz = Object.entries(headers).filter(([name]) => name.startsWith("x-amz-"));
  for (const [name, value = ""] of pairs) if (/^x-amz-/i.test(name)) amz.push([name.toLowerCase(), value]);
  amz.sort(([a], [b]) => (a < b ? -1 : 1));
  const resource = pairs
    .filter(([name]) => SUBRESOURCES.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === undefined ? name : `${name}=${value}`))
    .join("&");
  return [
    method,
    headers["content-md5"] ?? "",
    headers["content-type"] ?? "",
    expires ?? (headers["x-amz-date"] === undefined ? (headers["date"] ?? "") : ""),
    ...amz.map(([name, value]) => `${name}:${value.trim()}`),
    `${bucket === undefined ? "" : `/${bucket}`}${path}${resource === "" ? "" : `?${resource}`}`,
  ].join("\n");
}

function pairOf(pair: string): readonly [name: string, value: string | undefined] {
  const decoded = (text: string) => {
    try {
      return decodeURIComponent(text.replaceAll("+", " "));
    } catch {
      return text;
    }
  };
  const at = pair.indexOf("=");
  return at < 0 ? [decoded(pair), undefined] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
}
