import { timingSafeEqual } from "node:crypto";
import { AwsError, awsError } from "../core/aws-error.ts";
import type { Credential, Credentials } from "../core/credentials.ts";
import type { HttpRequest } from "../core/http.ts";
import { SKEWED } from "../faults/auth-errors.ts";
import { type Authorization, isVersion4a, readAuthorization, version4a } from "./authorization.ts";
import { checkChunks } from "./chunk-signatures.ts";
import { payloadHash } from "./payload-hash.ts";
import { mismatchOf, parseAmzDate, sign, signingKey, toAmzDate } from "./signature.ts";
import { checkOldExpiry, checkOldUrl, readOldSignature, verifyOldSignature } from "./signature-v2.ts";

/** How far a request's time may be off: https://docs.aws.amazon.com/general/latest/gr/sigv4-troubleshooting.html */
const MOST_SKEW_MS = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 604_800;

/** What a signature is checked against. */
export interface Expected {
  /** As recognised: `s3`, `execute-api` … */
  readonly service: string;
  /** What the service's signatures name it: `monitoring` for CloudWatch. */
  readonly signingName: string;
  /** The region that the host or the API called is in; undefined where the signature alone says it. */
  readonly region: string | undefined;
  readonly isRegion: (name: string) => boolean;
  /** The key by which the caller was identified. */
  readonly accessKeyId: string | undefined;
  readonly mayBeUnsigned: boolean;
  /** The bucket that the host names. */
  readonly bucket?: string | undefined;
  readonly credentials: Credentials;
  readonly nowMs: number;
}

const missing = awsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
const invalidKey = awsError(
  "InvalidClientTokenId",
  403,
  "The security token included in the request is invalid.",
);
const invalidToken = awsError("InvalidToken", 403, "The security token included in the request is invalid.");
const expiredToken = awsError("ExpiredToken", 403, "The security token included in the request is expired");
const requestExpired = awsError("RequestExpired", 400, "Request has expired.");
const wrongScope = awsError("SignatureDoesNotMatch", 403, (what: string) => what);
const skewed = awsError(SKEWED, 403, (message: string) => message);

/**
 * Is a request signed by the key that it names, for this service, region and time, body and all? What is wrong is said in
 * STS's words (or S3's, where it has more of them): `refusalOf` turns them into the service's own.
 * @throws AwsError `MissingAuthenticationToken`, `IncompleteSignature`, `InvalidClientTokenId`, `InvalidToken`, `ExpiredToken`, `RequestExpired`, `SignatureDoesNotMatch`, SKEWED
 */
export function verifySignature(received: HttpRequest, expected: Expected): void {
  const request = asAddressed(received);
  if (isVersion4a(request)) throw version4a();
  if (expected.service === "s3") checkOldUrl(request);
  const old = expected.service === "s3" ? readOldSignature(request) : undefined;
  if (old) {
    if (old.accessKeyId !== expected.accessKeyId) throw missing();
    verifyOldSignature(request, old, expected);
    return;
  }
  const authorization = readAuthorization(request, expected.service);
  if (!authorization) throw missing();
  // Whom the call is recorded for, and who signed it, must be the same.
  if (authorization.accessKeyId !== expected.accessKeyId) throw missing();
  checkSignedHeaders(request, authorization, expected.service);
  const known = keyOf(request, authorization, expected);
  checkTime(request, authorization, expected);
  checkScope(authorization, expected);

  const canonical = {
    request,
    secretAccessKey: known.secretAccessKey,
    ...authorization,
    payload: payloadHash(request, authorization, expected),
  };
  const { signature, stringToSign, canonicalRequest } = signed(canonical);
  const given = Buffer.from(authorization.signature);
  const right = Buffer.from(signature);
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    throw mismatchOf(authorization.accessKeyId, authorization.signature, stringToSign, canonicalRequest);
  }
  if (expected.service === "s3") checkChunks(request, authorization, signingKey(canonical));
}

/**
 * A request under the name by which it is understood: what a proxy says that its client asked for is what the client has signed.
 * Otherwise that header would lead a signed request to another bucket, service or region.
 */
function asAddressed(request: HttpRequest): HttpRequest {
  const host = request.headers["x-forwarded-host"];
  if (host === undefined || host === request.headers["host"]) return request;
  return { ...request, headers: { ...request.headers, host } };
}

/** A query that cannot be decoded was signed by nobody. */
function signed(signing: Parameters<typeof sign>[0]) {
  try {
    return sign(signing);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw signing.signingName === "s3"
      ? new AwsError("InvalidURI", "Couldn't parse the specified URI.", { status: 400 })
      : new AwsError("MalformedQueryString", "The query string contains a syntax error.", { status: 400 });
  }
}

function keyOf(
  request: HttpRequest,
  { accessKeyId, presigned }: Authorization,
  { credentials, nowMs }: Expected,
): Credential {
  const known = credentials.find(accessKeyId);
  if (!known?.active) throw invalidKey();
  const token = presigned
    ? (new URLSearchParams(request.query).get("X-Amz-Security-Token") ?? undefined)
    : request.headers["x-amz-security-token"];
  if (known.sessionToken === undefined ? token !== undefined : token !== known.sessionToken)
    throw invalidToken();
  if (known.expiresAt !== undefined && known.expiresAt <= nowMs) throw expiredToken();
  return known;
}

function checkSignedHeaders(
  { headers }: HttpRequest,
  { signedHeaders, presigned }: Authorization,
  service: string,
): void {
  if (service === "s3") {
    const unsigned = Object.keys(headers).filter(
      (name) =>
        (name.startsWith("x-amz-") || name === "host") &&
        !signedHeaders.includes(name) &&
        // What a presigned URL says in its query need not be signed once more.
        !(presigned && name === "x-amz-content-sha256"),
    );
    if (unsigned.length === 0) return;
    throw new AwsError("AccessDenied", "There were headers present in the request which were not signed", {
      status: 403,
      members: { HeadersNotSigned: unsigned.sort().join(", ") },
    });
  }
  if (!signedHeaders.includes("host"))
    throw incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  const absent = signedHeaders.find((name) => headers[name] === undefined);
  if (absent !== undefined)
    throw incomplete(`'${absent}' is named as a SignedHeader, but it does not exist in the HTTP request. `);
}

const incomplete = awsError("IncompleteSignature", 400, (message: string) => message);

/**
 * A presigned URL of S3 is complete, and holds so long as it says, whoever may have signed it.
 * @throws AwsError `AuthorizationQueryParametersError`, `InvalidArgument`, `AccessDenied` for one that has expired
 */
export function checkPresigned(request: HttpRequest, nowMs: number): void {
  checkOldUrl(request);
  const old = readOldSignature(request);
  if (old) {
    checkOldExpiry(old, nowMs);
    return;
  }
  const authorization = readAuthorization(request, "s3");
  if (authorization) checkTime(request, authorization, { service: "s3", nowMs });
}

function checkTime(
  request: HttpRequest,
  { amzDate, presigned }: Authorization,
  { service, nowMs }: Pick<Expected, "service" | "nowMs">,
): void {
  const isS3 = service === "s3";
  const sentMs = parseAmzDate(amzDate);
  if (Number.isNaN(sentMs)) {
    if (isS3 && presigned)
      throw new AwsError(
        "AuthorizationQueryParametersError",
        "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        { status: 400 },
      );
    throw incomplete(
      `Date must be in ISO-8601 'basic format'. Got '${amzDate}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const now = toAmzDate(nowMs);
  const lifetimeMs = presigned ? lifetimeOf(request, isS3) * 1000 : MOST_SKEW_MS;
  if (sentMs > nowMs + MOST_SKEW_MS) {
    if (isS3 && presigned) throw notYet(sentMs, nowMs);
    const limit = toAmzDate(nowMs + MOST_SKEW_MS);
    throw skewed(`Signature not yet current: ${amzDate} is still later than ${limit} (${now} + 15 min.)`);
  }
  if (sentMs + lifetimeMs >= nowMs) return;
  if (isS3 && presigned) throw expiredLink(sentMs + lifetimeMs, lifetimeMs, nowMs);
  if (presigned) throw requestExpired();
  const limit = toAmzDate(nowMs - MOST_SKEW_MS);
  throw skewed(`Signature expired: ${amzDate} is now earlier than ${limit} (${now} - 15 min.)`);
}

/** How long a presigned URL holds, in seconds; services beside S3 take one without saying so for fifteen minutes. */
function lifetimeOf(request: HttpRequest, isS3: boolean): number {
  const text = new URLSearchParams(request.query).get("X-Amz-Expires");
  if (text === null) return MOST_SKEW_MS / 1000;
  const wrong = (message: string) =>
    isS3 ? new AwsError("AuthorizationQueryParametersError", message, { status: 400 }) : incomplete(message);
  if (!/^-?\d+$/.test(text)) throw wrong("X-Amz-Expires should be a number");
  const seconds = Number(text);
  if (seconds < 0) throw wrong("X-Amz-Expires must be non-negative");
  if (seconds > LONGEST_PRESIGNED_SECONDS)
    throw wrong(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  return seconds;
}

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, "");

const notYet = (sentMs: number, nowMs: number) =>
  new AwsError("AccessDenied", "Request is not valid yet", {
    status: 403,
    members: { "X-Amz-Date": iso(sentMs), ServerTime: iso(nowMs) },
  });
const expiredLink = (endMs: number, lifetimeMs: number, nowMs: number) =>
  new AwsError("AccessDenied", "Request has expired", {
    status: 403,
    members: { "X-Amz-Expires": String(lifetimeMs / 1000), Expires: iso(endMs), ServerTime: iso(nowMs) },
  });

/** Is the signature for this day, region and service? */
function checkScope(authorization: Authorization, expected: Expected): void {
  const { date, region, signingName, amzDate, presigned } = authorization;
  const wrongRegion = expected.region === undefined ? !expected.isRegion(region) : region !== expected.region;
  if (expected.service === "s3") {
    const refuse = (message: string, members = {}) =>
      presigned
        ? new AwsError(
            "AuthorizationQueryParametersError",
            `Error parsing the X-Amz-Credential parameter; ${message}`,
            { status: 400, members },
          )
        : new AwsError("AuthorizationHeaderMalformed", `The authorization header is malformed; ${message}`, {
            status: 400,
            members,
          });
    if (date !== amzDate.slice(0, 8))
      throw refuse(
        `Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${amzDate.slice(0, 8)}".`,
      );
    if (signingName !== expected.signingName)
      throw refuse(`incorrect service "${signingName}". This endpoint belongs to "s3".`);
    if (wrongRegion) {
      const right = expected.region ?? "us-east-1";
      throw refuse(`the region '${region}' is wrong; expecting '${right}'`, { Region: right });
    }
    return;
  }
  const problems = [
    ...(wrongRegion ? [`Credential should be scoped to a valid region, not '${region}'. `] : []),
    ...(signingName === expected.signingName
      ? []
      : [`Credential should be scoped to correct service: '${expected.signingName}'. `]),
    ...(date === amzDate.slice(0, 8)
      ? []
      : [
          `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${amzDate.slice(0, 8)}', from '${amzDate}'. `,
        ]),
  ];
  if (problems.length > 0) throw wrongScope(problems.join(""));
}
