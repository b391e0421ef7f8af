import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Authorization } from "./authorization.ts";
import { hmac, mismatchOf, sha256 } from "./signature.ts";

/** What stands for the body in a signature: its hash, or a word that says why there is none. */
export const UNSIGNED = "UNSIGNED-PAYLOAD";
const STREAMED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
const STREAMED_WITH_TRAILER = `${STREAMED}-TRAILER`;
const UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const WORDS = new Set([UNSIGNED, STREAMED, STREAMED_WITH_TRAILER, UNSIGNED_WITH_TRAILER]);
const NOTHING = sha256("");

/** May an operation's body go unsigned? S3's may, and where the model says `v4-unsigned-body`. */
export interface PayloadRules {
  readonly service: string;
  readonly mayBeUnsigned: boolean;
}

/**
 * The body's part of the canonical request. All services but S3 hash the body that came, whatever the header says.
 * @throws AwsError S3's `XAmzContentSHA256Mismatch`, `InvalidArgument`, `InvalidRequest`
 */
export function payloadHash(request: HttpRequest, authorization: Authorization, rules: PayloadRules): string {
  const said = request.headers["x-amz-content-sha256"];
  if (rules.service !== "s3") {
    return rules.mayBeUnsigned && said === UNSIGNED ? UNSIGNED : sha256(request.body);
  }
  if (authorization.presigned) {
    const inUrl = new URLSearchParams(request.query).get("X-Amz-Content-Sha256");
    const signed = authorization.signedHeaders.includes("x-amz-content-sha256") ? said : undefined;
    return checked(inUrl ?? signed ?? UNSIGNED, request);
  }
  if (said === undefined)
    throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", {
      status: 400,
    });
  return checked(said, request);
}

function checked(said: string, request: HttpRequest): string {
  if (WORDS.has(said)) return said;
  if (!/^[0-9a-f]{64}$/.test(said))
    throw new AwsError(
      "InvalidArgument",
      `x-amz-content-sha256 must be ${UNSIGNED}, ${UNSIGNED_WITH_TRAILER}, ${STREAMED}, ${STREAMED_WITH_TRAILER}, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.`,
      { status: 400, members: { ArgumentName: "x-amz-content-sha256", ArgumentValue: said } },
    );
  const computed = sha256(request.body);
  if (computed !== said)
    throw new AwsError(
      "XAmzContentSHA256Mismatch",
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
      { status: 400, members: { ClientComputedContentSHA256: said, S3ComputedContentSHA256: computed } },
    );
  return said;
}

/**
 * Checks the signatures inside of an `aws-chunked` body: each chunk's, which is chained to the one before it, and the
 * trailer's. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @throws AwsError `SignatureDoesNotMatch`; `IncompleteBody` when the chunks do not add up
 */
export function verifyChunks(request: HttpRequest, authorization: Authorization, key: Buffer): void {
  const kind = request.headers["x-amz-content-sha256"];
  if (kind !== STREAMED && kind !== STREAMED_WITH_TRAILER) return;
  const { amzDate, date, region, signingName } = authorization;
  const scope = `${date}/${region}/${signingName}/aws4_request`;
  const sign = (algorithm: string, ...lines: string[]) =>
    hmac(key, [algorithm, amzDate, scope, ...lines].join("\n")).toString("hex");
  const { buffer, byteOffset, byteLength } = request.body;
  const body = Buffer.from(buffer, byteOffset, byteLength);
  let previous = authorization.signature;
  let at = 0;
  for (;;) {
    const end = body.indexOf("\r\n", at);
    const head = /^([0-9a-fA-F]{1,8});chunk-signature=([0-9a-f]{64})$/.exec(
      end < 0 ? "" : body.toString("latin1", at, end),
    );
    if (!head) throw incompleteBody();
    const size = Number.parseInt(head[1]!, 16);
    const chunk = body.subarray(end + 2, end + 2 + size);
    if (chunk.length < size) throw incompleteBody();
    const text = sign("AWS4-HMAC-SHA256-PAYLOAD", previous, NOTHING, sha256(chunk));
    if (text !== head[2]) throw mismatchOf(authorization.accessKeyId, head[2]!);
    previous = text;
    at = end + 2 + size;
    if (size === 0) break;
    at += 2;
  }
  if (kind === STREAMED_WITH_TRAILER) verifyTrailer(body.toString("latin1", at));

  function verifyTrailer(text: string): void {
    const lines = text.split(/\r?\n/).filter((line) => line !== "");
    const given =
      lines
        .find((line) => line.startsWith("x-amz-trailer-signature:"))
        ?.slice(24)
        .trim() ?? "";
    const signed = lines.filter((line) => !line.startsWith("x-amz-trailer-signature:"));
    const calculated = sign(
      "AWS4-HMAC-SHA256-TRAILER",
      previous,
      sha256(signed.map((line) => `${line}\n`).join("")),
    );
    if (given !== calculated) throw mismatchOf(authorization.accessKeyId, given);
  }
}

const incompleteBody = () =>
  new AwsError("IncompleteBody", "The request body terminated unexpectedly", { status: 400 });
