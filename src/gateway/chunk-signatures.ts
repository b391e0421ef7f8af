import { createHash, type Hash } from "node:crypto";
import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import type { Authorization } from "./authorization.ts";
import { type BodyCheck, CHUNKED, CHUNKED_WITH_TRAILER, checkBody } from "./payload-hash.ts";
import { hmac, mismatchOf, sha256 } from "./signature.ts";

/**
 * Checks the signatures inside of an `aws-chunked` body, now or as it comes: each chunk's, which is chained to the one
 * before it, and the trailer's. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * @throws AwsError `SignatureDoesNotMatch`; `IncompleteBody` when the chunks do not add up
 */
export function checkChunks(request: HttpRequest, authorization: Authorization, key: Buffer): void {
  const kind = request.headers["x-amz-content-sha256"];
  if (kind !== CHUNKED && kind !== CHUNKED_WITH_TRAILER) return;
  checkBody(request, new ChunkCheck(authorization, key, kind === CHUNKED_WITH_TRAILER));
}

const NOTHING = sha256("");
/** A chunk's size and signature in one line, or all trailers. */
const LONGEST_LINES = 16 * 1024;
const TRAILER_SIGNATURE = "x-amz-trailer-signature:";

class ChunkCheck implements BodyCheck {
  readonly #authorization: Authorization;
  readonly #key: Buffer;
  readonly #hasTrailer: boolean;
  #state: "size" | "chunk" | "chunk's end" | "trailers" = "size";
  /** What of a line has come; never of a chunk. */
  #pending = Buffer.alloc(0);
  /** Bytes that the chunk at hand still lacks, what it says it is signed with, and its hash so far. */
  #missing = 0;
  #given = "";
  #hash: Hash = createHash("sha256");
  #previous: string;

  constructor(authorization: Authorization, key: Buffer, hasTrailer: boolean) {
    this.#authorization = authorization;
    this.#key = key;
    this.#hasTrailer = hasTrailer;
    this.#previous = authorization.signature;
  }

  update(bytes: Uint8Array): void {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let rest: Buffer = this.#pending.length > 0 ? Buffer.concat([this.#pending, piece]) : piece;
    while (rest.length > 0 && this.#state !== "trailers") {
      if (this.#state === "chunk") {
        const content = rest.subarray(0, this.#missing);
        this.#hash.update(content);
        this.#missing -= content.length;
        rest = rest.subarray(content.length);
        if (this.#missing === 0) this.#endChunk("chunk's end");
        continue;
      }
      const end = rest.indexOf("\r\n");
      if (end < 0) break;
      this.#line(rest.toString("latin1", 0, end));
      rest = rest.subarray(end + 2);
    }
    if (rest.length > LONGEST_LINES) throw incompleteBody();
    // A copy: the piece that it is a part of may be large.
    this.#pending = Buffer.from(rest);
  }

  end(): void {
    if (this.#state !== "trailers") throw incompleteBody();
    if (!this.#hasTrailer) return;
    const lines = this.#pending.toString("latin1").split(/\r?\n/).filter(Boolean);
    const given = lines.find((line) => line.startsWith(TRAILER_SIGNATURE))?.slice(TRAILER_SIGNATURE.length);
    const signed = lines.filter((line) => !line.startsWith(TRAILER_SIGNATURE)).map((line) => `${line}\n`);
    this.#compare(given?.trim() ?? "", this.#sign("AWS4-HMAC-SHA256-TRAILER", sha256(signed.join(""))));
  }

  #line(text: string): void {
    if (this.#state === "chunk's end") {
      if (text !== "") throw incompleteBody();
      this.#state = "size";
      return;
    }
    const [, size, given] = /^([0-9a-fA-F]{1,12});chunk-signature=([0-9a-f]{64})$/.exec(text) ?? [];
    if (size === undefined || given === undefined) throw incompleteBody();
    this.#missing = Number.parseInt(size, 16);
    this.#given = given;
    this.#hash = createHash("sha256");
    this.#state = "chunk";
    if (this.#missing === 0) this.#endChunk("trailers");
  }

  #endChunk(next: "chunk's end" | "trailers"): void {
    const calculated = this.#sign("AWS4-HMAC-SHA256-PAYLOAD", NOTHING, this.#hash.digest("hex"));
    this.#compare(this.#given, calculated);
    this.#previous = calculated;
    this.#state = next;
  }

  #sign(algorithm: string, ...lines: string[]): string {
    const { amzDate, date, region, signingName } = this.#authorization;
    const scope = `${date}/${region}/${signingName}/aws4_request`;
    const text = [algorithm, amzDate, scope, this.#previous, ...lines];
    return hmac(this.#key, text.join("\n")).toString("hex");
  }

  #compare(given: string, calculated: string): void {
    if (given !== calculated) throw s3Mismatch(this.#authorization.accessKeyId, given);
  }
}

/** In S3's words: it may be thrown long after the call was let in. */
function s3Mismatch(accessKeyId: string, given: string): AwsError {
  const { members } = mismatchOf(accessKeyId, given);
  return new AwsError(
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    { status: 403, members },
  );
}

const incompleteBody = () =>
  new AwsError("IncompleteBody", "The request body terminated unexpectedly", { status: 400 });
