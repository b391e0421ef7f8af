/**
 * `aws-chunked` bodies: signed or unsigned chunks inside the body, with checksums as trailers. Signatures of chunks are not checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */

import type { BodyStream, HttpRequest } from "../core/http.ts";
import { joined } from "../core/joined.ts";
import { incompleteBody } from "./errors.ts";

export interface ChunkedBody {
  readonly body: Uint8Array;
  /** Trailing headers, lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** A chunk's size and signature, or a trailer, in one line: SigV4A's signatures are the longest with some 150 characters. */
const LONGEST_LINE = 4096;
const LONGEST_TRAILERS = 16 * 1024;
const LINE_END = "\r\n";
/** An event stream has signatures in its messages, and no chunks. */
export const SIGNED_EVENTS = "STREAMING-AWS4-HMAC-SHA256-EVENTS";

/** Does the body of this request consist of chunks? */
export function isAwsChunked(headers: HttpRequest["headers"]): boolean {
  const hash = headers["x-amz-content-sha256"];
  return (
    (hash?.startsWith("STREAMING-") === true && hash !== SIGNED_EVENTS) ||
    /\baws-chunked\b/.test(headers["content-encoding"] ?? "")
  );
}

/** Takes the chunks apart; throws IncompleteBody when they do not add up. */
export function decodeAwsChunked(bytes: Uint8Array, headers: HttpRequest["headers"]): ChunkedBody {
  const reader = new ChunkReader(decodedLength(headers));
  const chunks = [...reader.read(bytes)];
  const trailers = reader.end();
  return { body: joined(chunks), trailers };
}

/** The same as it comes, in memory that does not grow with the body. */
export class AwsChunkedStream implements BodyStream {
  readonly length?: number;
  readonly #source: AsyncIterable<Uint8Array>;
  #trailers: Readonly<Record<string, string>> = {};

  constructor(source: AsyncIterable<Uint8Array>, headers: HttpRequest["headers"]) {
    this.#source = source;
    const length = decodedLength(headers);
    if (length !== undefined) this.length = length;
  }

  get trailers(): Readonly<Record<string, string>> {
    return this.#trailers;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const reader = new ChunkReader(this.length);
    for await (const bytes of this.#source) yield* reader.read(bytes);
    this.#trailers = reader.end();
  }
}

/** `x-amz-decoded-content-length`; a header that is no length can be kept by no body. */
function decodedLength(headers: HttpRequest["headers"]): number | undefined {
  const text = headers["x-amz-decoded-content-length"];
  return text === undefined ? undefined : Number(text);
}

/** Reads chunks from pieces that may end anywhere: in a size, in a chunk, between CR and LF. */
class ChunkReader {
  readonly #expected: number | undefined;
  #state: "size" | "chunk" | "chunk's end" | "trailers" = "size";
  /** What of a line has come; never of a chunk. */
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes that the chunk at hand still lacks. */
  #missing = 0;
  #total = 0;

  constructor(expected: number | undefined) {
    this.#expected = expected;
  }

  /** The content in a further piece of the body. */
  *read(bytes: Uint8Array): Generator<Buffer> {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let rest = this.#pending.length > 0 ? Buffer.concat([this.#pending, piece]) : piece;
    while (rest.length > 0) {
      if (this.#state === "trailers") {
        if (rest.length > LONGEST_TRAILERS) throw incompleteBody();
        break;
      }
      if (this.#state === "chunk") {
        const content = rest.subarray(0, this.#missing);
        rest = rest.subarray(content.length);
        this.#missing -= content.length;
        if (this.#missing === 0) this.#state = "chunk's end";
        yield content;
        continue;
      }
      const end = rest.indexOf(LINE_END);
      if (end < 0 || end > LONGEST_LINE) {
        if (rest.length > LONGEST_LINE) throw incompleteBody();
        break;
      }
      this.#line(rest.toString("latin1", 0, end));
      rest = rest.subarray(end + LINE_END.length);
    }
    // A copy: the piece that it is a part of may be large.
    this.#pending = Buffer.from(rest);
  }

  /** @returns the trailers, when the body has come to its end */
  end(): Record<string, string> {
    if (this.#state !== "trailers") throw incompleteBody();
    if (this.#expected !== undefined && this.#expected !== this.#total) throw incompleteBody();
    return readTrailers(this.#pending.toString("utf8"));
  }

  #line(text: string): void {
    if (this.#state === "chunk's end") {
      if (text !== "") throw incompleteBody();
      this.#state = "size";
      return;
    }
    const size = /^([0-9a-fA-F]{1,12})(?:;|$)/.exec(text)?.[1];
    if (size === undefined) throw incompleteBody();
    this.#missing = Number.parseInt(size, 16);
    this.#total += this.#missing;
    if (this.#expected !== undefined && this.#total > this.#expected) throw incompleteBody();
    this.#state = this.#missing === 0 ? "trailers" : "chunk";
  }
}

function readTrailers(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (/^[a-z0-9-]+$/.test(name)) trailers[name] = line.slice(colon + 1).trim();
  }
  return trailers;
}
