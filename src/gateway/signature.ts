import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { AwsError, awsError } from "../core/aws-error.ts";
import type { Credentials } from "../core/credentials.ts";
import type { HttpRequest } from "../core/http.ts";
import { SKEWED } from "../faults/auth-errors.ts";
import type { Signature } from "./recognize.ts";

/**
 * Signature Version 4, checking and making.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

const ALGORITHM = "AWS4-HMAC-SHA256";
/** How far a request's time may be off: https://docs.aws.amazon.com/general/latest/gr/sigv4-troubleshooting.html */
const MOST_SKEW_MS = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 604_800;
/** What IAM and STS make: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const ISSUED_KEY = /^A[KS]IA[A-Z2-7]{16}$/;

const invalidToken = awsError(
  "InvalidClientTokenId",
  403,
  "The security token included in the request is invalid.",
);
const expiredToken = awsError("ExpiredToken", 403, "The security token included in the request is expired");
const missing = awsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
const mismatch = awsError(
  "SignatureDoesNotMatch",
  403,
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
);
const requestExpired = awsError("RequestExpired", 400, "Request has expired.");
const skewed = awsError(
  SKEWED,
  403,
  (sent: string, limit: string, now: string, which: "expired" | "not yet current") =>
    which === "expired"
      ? `Signature expired: ${sent} is now earlier than ${limit} (${now} - 15 min.)`
      : `Signature not yet current: ${sent} is still later than ${limit} (${now} + 15 min.)`,
);

/**
 * Checks a request's signature against the key that IAM or STS made. What is wrong is said in STS's words.
 * @throws AwsError `MissingAuthenticationToken`, `InvalidClientTokenId`, `ExpiredToken`, `RequestExpired`, `SignatureDoesNotMatch`, SKEWED
 */
export function verifySignature(
  request: HttpRequest,
  signature: Signature | undefined,
  credentials: Credentials,
  nowMs: number,
): void {
  if (!signature) throw missing();
  const known = credentials.find(signature.accessKeyId);
  // A key that could not have come from IAM or STS (`test`, `123456789012`) is its account's root, whose secret nobody knows.
  if (!known && !ISSUED_KEY.test(signature.accessKeyId)) return;
  if (!known?.active) throw invalidToken();
  const query = new URLSearchParams(request.query);
  const token = request.headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
  if (known.sessionToken !== undefined && token !== known.sessionToken) throw invalidToken();
  if (known.expiresAt !== undefined && known.expiresAt <= nowMs) throw expiredToken();

  const time = signature.presigned ? (query.get("X-Amz-Date") ?? "") : (request.headers["x-amz-date"] ?? "");
  const sentMs = parseTime(time || toAmzDate(Date.parse(request.headers["date"] ?? "")));
  checkTime(signature, query, time, sentMs, nowMs);
  const calculated = sign({
    request,
    secretAccessKey: known.secretAccessKey,
    amzDate: time || toAmzDate(sentMs),
    ...signature,
  });
  const given = Buffer.from(signature.signature);
  const right = Buffer.from(calculated);
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw mismatch();
}

function checkTime(
  signature: Signature,
  query: URLSearchParams,
  time: string,
  sentMs: number,
  nowMs: number,
): void {
  if (Number.isNaN(sentMs)) {
    throw new AwsError("IncompleteSignature", `Date must be in ISO-8601 'basic format'. Got '${time}'.`, {
      status: 400,
    });
  }
  if (signature.presigned) {
    const lifetime = Number(query.get("X-Amz-Expires") ?? 0);
    if (!(lifetime >= 1 && lifetime <= LONGEST_PRESIGNED_SECONDS)) {
      throw new AwsError(
        "AuthorizationQueryParametersError",
        "X-Amz-Expires must be between 1 and 604800 seconds",
        { status: 400 },
      );
    }
    if (sentMs + lifetime * 1000 < nowMs) throw requestExpired();
    return;
  }
  const now = toAmzDate(nowMs);
  if (sentMs < nowMs - MOST_SKEW_MS) throw skewed(time, toAmzDate(nowMs - MOST_SKEW_MS), now, "expired");
  if (sentMs > nowMs + MOST_SKEW_MS)
    throw skewed(time, toAmzDate(nowMs + MOST_SKEW_MS), now, "not yet current");
}

export interface Signing {
  readonly request: HttpRequest;
  readonly secretAccessKey: string;
  /** `20261123T211200Z` */
  readonly amzDate: string;
  /** `20261123` */
  readonly date: string;
  readonly region: string;
  readonly signingName: string;
  readonly signedHeaders: readonly string[];
  readonly presigned: boolean;
}

/** The signature of a request as 64 hexadecimal digits. */
export function sign(signing: Signing): string {
  const { date, region, signingName, amzDate } = signing;
  const scope = `${date}/${region}/${signingName}/aws4_request`;
  const text = [ALGORITHM, amzDate, scope, sha256(canonicalRequest(signing))].join("\n");
  let key: Buffer = hmac(`AWS4${signing.secretAccessKey}`, date);
  for (const part of [region, signingName, "aws4_request"]) key = hmac(key, part);
  return createHmac("sha256", key).update(text).digest("hex");
}

/**
 * Headers that sign a request for somebody else (an upstream), replacing those that it came with.
 * @param payload what stands for the body in the signature: its hash, or `UNSIGNED-PAYLOAD` and the like
 */
export function signedHeaders(
  request: Pick<HttpRequest, "method" | "path" | "query" | "headers" | "body">,
  identity: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
    region: string;
    signingName: string;
  },
  nowMs: number,
  payload: string = sha256(request.body),
): Record<string, string> {
  const amzDate = toAmzDate(nowMs);
  const date = amzDate.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": amzDate,
    "x-amz-content-sha256": payload,
  };
  delete headers["authorization"];
  delete headers["x-amz-security-token"];
  if (identity.sessionToken) headers["x-amz-security-token"] = identity.sessionToken;
  const names = [
    "host",
    ...Object.keys(headers).filter((name) => name === "content-type" || name.startsWith("x-amz-")),
  ].sort();
  const signature = sign({
    request: { ...request, headers },
    amzDate,
    date,
    signedHeaders: names,
    presigned: false,
    ...identity,
  });
  const scope = `${date}/${identity.region}/${identity.signingName}/aws4_request`;
  headers["authorization"] =
    `${ALGORITHM} Credential=${identity.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return headers;
}

function canonicalRequest({ request, signedHeaders, signingName, presigned }: Signing): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  // A presigned S3 URL is made before its body is known; everybody else signs the body's hash.
  const payload =
    presigned && signingName === "s3"
      ? "UNSIGNED-PAYLOAD"
      : (request.headers["x-amz-content-sha256"] ?? sha256(request.body));
  // S3 signs the path as it is sent; everybody else encodes it once more.
  const path = signingName === "s3" ? request.path : request.path.split("/").map(encode).join("/");
  return [
    request.method,
    path,
    canonicalQuery(request.query, presigned),
    headers.join(""),
    signedHeaders.join(";"),
    payload,
  ].join("\n");
}

function canonicalQuery(query: string, presigned: boolean): string {
  if (!query) return "";
  const pairs = query
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf("=");
      const decode = (text: string) => encode(decodeURIComponent(text.replace(/\+/g, "%20")));
      return at < 0 ? [decode(pair), ""] : [decode(pair.slice(0, at)), decode(pair.slice(at + 1))];
    })
    .filter(([name]) => !(presigned && name === "X-Amz-Signature"));
  pairs.sort(([a, x], [b, y]) => (a! < b! ? -1 : a! > b! ? 1 : x! < y! ? -1 : 1));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

/** Percent-encoding as RFC 3986 has it: everything but letters, digits and `-_.~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Epoch milliseconds → `20261123T211200Z`. */
export function toAmzDate(ms: number): string {
  return Number.isNaN(ms) ? "" : `${new Date(ms).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
}

function parseTime(time: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time);
  if (!match) return Number.NaN;
  const [, year, month, day, hour, minute, second] = match.map(Number) as number[];
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}
