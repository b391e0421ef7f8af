import { createHash } from "node:crypto";
import { AwsError } from "../core/aws-error.ts";
import type { BodyStep, HttpRequest } from "../core/http.ts";
import { type Unhurried, unhurried } from "../core/unhurried.ts";
import type { Authorization } from "./authorization.ts";
import { mismatchOf, sha256 } from "./signature.ts";

/** What stands for the body in a signature: its hash, or a word that says why there is none. */
export const UNSIGNED = "UNSIGNED-PAYLOAD";
export const CHUNKED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
export const CHUNKED_WITH_TRAILER = `${CHUNKED}-TRAILER`;
export const UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
const WORDS = new Set([UNSIGNED, CHUNKED, CHUNKED_WITH_TRAILER, UNSIGNED_WITH_TRAILER]);
const HASH = /^[0-9a-f]{64}$/;

/** May an operation's body go unsigned? S3's may, and where the model says `v4-unsigned-body`. */
export interface PayloadRules {
  readonly service: string;
  readonly mayBeUnsigned: boolean;
}

/** What looks at a body as it passes, and at its end says whether it is what was signed. */
export interface BodyCheck {
  update(bytes: Uint8Array): void;
  /** @throws AwsError when it is not */
  end(): void;
}

/**
 * The body's part of the canonical request. All services but S3 hash the body that came, whatever a header says; of a body
 * that still comes, the header's hash is believed until `checkBody` has seen the end.
 * @throws AwsError S3's `XAmzContentSHA256Mismatch`, `InvalidArgument`, `InvalidRequest`; `SignatureDoesNotMatch`
 */
export function payloadHash(request: HttpRequest, authorization: Authorization, rules: PayloadRules): string {
  const said = request.headers["x-amz-content-sha256"];
  if (rules.service !== "s3") {
    if (rules.mayBeUnsigned && said === UNSIGNED) return UNSIGNED;
    if (!request.stream) return hashed.get(request.body) ?? sha256(request.body);
    if (said === undefined || !HASH.test(said))
      throw mismatchOf(authorization.accessKeyId, authorization.signature);
    checkBody(
      request,
      new HashCheck(said, () => mismatchOf(authorization.accessKeyId, authorization.signature)),
    );
    return said;
  }
  const payload = sayOfS3(request, authorization, said);
  if (HASH.test(payload)) checkBody(request, new HashCheck(payload, contentMismatch));
  return payload;
}

/** What has been hashed ahead. */
const hashed = new WeakMap<Uint8Array, string>();
/** So much is hashed in a millisecond. */
const PIECE_BYTES = 256 * 1024;

/** Hashes a body that is there, with pauses, for whoever asks for its hash next; undefined for one that is small. */
export function hashAhead({ body }: HttpRequest): Promise<void> | undefined {
  return body.length > PIECE_BYTES ? unhurried(hashing(body)) : undefined;
}

function* hashing(body: Uint8Array): Unhurried<void> {
  const hash = createHash("sha256");
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    hash.update(body.subarray(at, at + PIECE_BYTES));
    yield;
  }
  hashed.set(body, hash.digest("hex"));
}

/** Has a check see the whole body, now or as it comes. */
export function checkBody(request: HttpRequest, check: BodyCheck): void {
  if (request.stream) {
    request.stream.bend(passing(check));
    return;
  }
  check.update(request.body);
  check.end();
}

/** The last piece waits for the check: whoever reads on never has a whole body that is not what was signed. */
function passing(check: BodyCheck): BodyStep {
  return async function* (chunks) {
    let held: Uint8Array | undefined;
    for await (const bytes of chunks) {
      check.update(bytes);
      if (held) yield held;
      held = bytes;
    }
    check.end();
    if (held) yield held;
  };
}

class HashCheck implements BodyCheck {
  readonly #hash = createHash("sha256");
  readonly #said: string;
  readonly #refuse: (said: string, computed: string) => AwsError;

  constructor(said: string, refuse: (said: string, computed: string) => AwsError) {
    this.#said = said;
    this.#refuse = refuse;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  end(): void {
    const computed = this.#hash.digest("hex");
    if (computed !== this.#said) throw this.#refuse(this.#said, computed);
  }
}

function sayOfS3(
  request: HttpRequest,
  { presigned, signedHeaders }: Authorization,
  header: string | undefined,
): string {
  if (presigned) {
    const inUrl = new URLSearchParams(request.query).get("X-Amz-Content-Sha256") ?? undefined;
    const signed = signedHeaders.includes("x-amz-content-sha256") ? header : undefined;
    return known(inUrl ?? signed ?? UNSIGNED);
  }
  if (header === undefined)
    throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256", {
      status: 400,
    });
  return known(header);
}

function known(said: string): string {
  if (WORDS.has(said) || HASH.test(said)) return said;
  throw new AwsError(
    "InvalidArgument",
    `x-amz-content-sha256 must be ${UNSIGNED}, ${UNSIGNED_WITH_TRAILER}, ${CHUNKED}, ${CHUNKED_WITH_TRAILER}, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.`,
    { status: 400, members: { ArgumentName: "x-amz-content-sha256", ArgumentValue: said } },
  );
}

const contentMismatch = (said: string, computed: string) =>
  new AwsError(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { status: 400, members: { ClientComputedContentSHA256: said, S3ComputedContentSHA256: computed } },
  );
