import { createHash, createHmac } from "node:crypto";
import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import { secretKey } from "../core/secret-key.ts";
import { sure } from "../core/sure.ts";

/**
 * Signature Version 4, as it is calculated.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

const ALGORITHM = "AWS4-HMAC-SHA256";

/** A signature that is not the one that was calculated; S3 tells what it calculated it of. */
export function mismatchOf(
  accessKeyId: string,
  given: string,
  stringToSign?: string,
  canonicalRequest?: string,
): AwsError {
  return new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    {
      status: 403,
      members: {
        AWSAccessKeyId: accessKeyId,
        SignatureProvided: given,
        ...(stringToSign !== undefined && {
          StringToSign: stringToSign,
          StringToSignBytes: bytesOf(stringToSign),
        }),
        ...(canonicalRequest !== undefined && {
          CanonicalRequest: canonicalRequest,
          CanonicalRequestBytes: bytesOf(canonicalRequest),
        }),
      },
    },
  );
}

const bytesOf = (text: string): string =>
  [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");

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
  /** The body's hash, or what stands for it (`UNSIGNED-PAYLOAD`). */
  readonly payload: string;
}

export interface Signed {
  /** 64 hexadecimal digits. */
  readonly signature: string;
  readonly stringToSign: string;
  readonly canonicalRequest: string;
}

/** @throws URIError for a query that is not percent-encoded as it should be */
export function sign(signing: Signing): Signed {
  const { date, region, signingName, amzDate } = signing;
  const canonicalRequest = canonicalRequestOf(signing);
  const scope = `${date}/${region}/${signingName}/aws4_request`;
  const stringToSign = [ALGORITHM, amzDate, scope, sha256(canonicalRequest)].join("\n");
  const signature = hmac(signingKey(signing), stringToSign).toString("hex");
  return { signature, stringToSign, canonicalRequest };
}

/** The key of one day, region and service. */
export function signingKey({
  secretAccessKey,
  date,
  region,
  signingName,
}: Pick<Signing, "secretAccessKey" | "date" | "region" | "signingName">): Buffer {
  let key: Buffer = hmac(`AWS4${secretAccessKey}`, date);
  for (const part of [region, signingName, "aws4_request"]) key = hmac(key, part);
  return key;
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
  const { signature } = sign({
    request: { ...request, headers },
    amzDate,
    date,
    signedHeaders: names,
    presigned: false,
    payload: sure(headers["x-amz-content-sha256"]),
    ...identity,
  });
  const scope = `${date}/${identity.region}/${identity.signingName}/aws4_request`;
  headers["authorization"] =
    `${ALGORITHM} Credential=${identity.accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return headers;
}

function canonicalRequestOf({ request, signedHeaders, signingName, presigned, payload }: Signing): string {
  const headers = signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/ +/g, " ")}\n`,
  );
  // S3 signs the path as it is sent; everybody else tidies it up and encodes it once more.
  const path = signingName === "s3" ? request.path : tidy(request.path).split("/").map(encode).join("/");
  return [
    request.method,
    path,
    canonicalQuery(request.query, presigned),
    headers.join(""),
    signedHeaders.join(";"),
    payload,
  ].join("\n");
}

/** A path without `.`, `..` and empty parts. */
function tidy(path: string): string {
  if (!/\/\.|\/\//.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}${parts.length > 0 && path.endsWith("/") ? "/" : ""}`;
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
  pairs.sort(([a = "", x = ""], [b = "", y = ""]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

/** Percent-encoding as RFC 3986 has it: everything but letters, digits and `-_.~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", typeof key === "string" ? key : secretKey(key))
    .update(text)
    .digest();
}

/** Epoch milliseconds → `20261123T211200Z`. */
export function toAmzDate(ms: number): string {
  return Number.isNaN(ms) ? "" : `${new Date(ms).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
}

/** `20261123T211200Z` → epoch milliseconds; NaN for anything else. */
export function parseAmzDate(time: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time);
  if (!match) return Number.NaN;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
