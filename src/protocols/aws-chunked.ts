/**
 * `aws-chunked` bodies: signed or unsigned chunks inside the body, with checksums as trailers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import type { HttpRequest } from "../core/http.ts";
import { incompleteBody } from "./errors.ts";

export interface ChunkedBody {
  readonly body: Uint8Array;
  /** Trailing headers, lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/** Does the body of this request consist of chunks? */
export function isAwsChunked(headers: HttpRequest["headers"]): boolean {
  return (
    headers["x-amz-content-sha256"]?.startsWith("STREAMING-") === true ||
    /\baws-chunked\b/.test(headers["content-encoding"] ?? "")
  );
}

/** Takes the chunks apart; throws IncompleteBody when they do not add up. Signatures of chunks are not checked. */
export function decodeAwsChunked(bytes: Uint8Array, headers: HttpRequest["headers"]): ChunkedBody {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const [line, next] = readLine(buffer, at);
    const size = /^[0-9a-fA-F]{1,8}$/.test(line.split(";")[0]!) ? Number.parseInt(line, 16) : Number.NaN;
    if (Number.isNaN(size) || next + size > buffer.length) throw incompleteBody();
    at = next + size;
    if (size === 0) break;
    chunks.push(buffer.subarray(next, at));
    if (buffer.toString("latin1", at, at + 2) !== "\r\n") throw incompleteBody();
    at += 2;
  }
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  const expected = headers["x-amz-decoded-content-length"];
  if (expected !== undefined && Number(expected) !== body.length) throw incompleteBody();
  return { body, trailers: readTrailers(buffer.toString("utf8", at)) };
}

function readLine(buffer: Buffer, at: number): [line: string, next: number] {
  const end = buffer.indexOf("\r\n", at);
  if (end < 0) throw incompleteBody();
  return [buffer.toString("latin1", at, end), end + 2];
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
