import { AwsError } from "../core/aws-error.ts";
import type { BodyStream, HttpRequest } from "../core/http.ts";
import { sure } from "../core/sure.ts";
import { SIGNED_EVENTS } from "../protocols/aws-chunked.ts";
import { restBody } from "../protocols/request-body.ts";
import { UNSIGNED, UNSIGNED_WITH_TRAILER } from "./payload-hash.ts";
import { signedEvents } from "./sign-events.ts";
import { signedHeaders } from "./signature.ts";

/** A request as it goes on to an upstream. A stream may have been taken out of its chunks, and be in others. */
export type Onward = Omit<HttpRequest, "headers" | "stream"> & {
  readonly headers: Record<string, string>;
  readonly stream?: BodyStream | undefined;
};

/** Whose signature, and what it is for. */
export type Signer = Parameters<typeof signedHeaders>[1];

/** The most of a stream that is kept to be hashed, for services that sign nothing else. */
const MOST_HASHED_BYTES = 70 * 1024 * 1024;

/**
 * Signs a request with keys of our own. What the client said of a stream's content stays true; only chunks that it has signed
 * itself are taken apart, since their signatures hang on the one that is replaced.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export async function signed(request: Onward, signer: Signer, nowMs: number): Promise<Onward> {
  const { stream, headers } = request;
  const payload = headers["x-amz-content-sha256"];
  if (stream === undefined) {
    // A body in unsigned chunks stays in them.
    const kept = payload === UNSIGNED_WITH_TRAILER ? payload : undefined;
    return { ...request, headers: signedHeaders(request, signer, nowMs, kept) };
  }
  if (payload === undefined) {
    const whole = { ...request, body: await wholeOf(stream), stream: undefined };
    return { ...whole, headers: signedHeaders(whole, signer, nowMs) };
  }
  if (payload === SIGNED_EVENTS) return signedByEvent(request, stream, signer, nowMs);
  const onward = payload.startsWith("STREAMING-AWS4-") ? withUnsignedChunks(request) : request;
  const kept = onward.headers["x-amz-content-sha256"];
  return { ...onward, headers: signedHeaders(onward, signer, nowMs, kept) };
}

/** The head's signature is what the first event's hangs on. */
function signedByEvent(request: Onward, stream: BodyStream, signer: Signer, nowMs: number): Onward {
  const headers = signedHeaders(request, signer, nowMs, SIGNED_EVENTS);
  const signature = sure(/Signature=([0-9a-f]{64})$/.exec(headers["authorization"] ?? "")?.[1]);
  const seed = { signature, date: sure(headers["x-amz-date"]).slice(0, 8) };
  return { ...request, headers, stream: Object.assign(signedEvents(stream, signer, seed), { trailers: {} }) };
}

/** The same content without signatures of chunks: plain, or in chunks when checksums come behind it. */
function withUnsignedChunks(request: Onward): Onward {
  const decoded = restBody(request as HttpRequest, { inflate: false });
  if (request.headers["x-amz-trailer"] !== undefined && decoded.stream) {
    const { "content-length": _, ...headers } = request.headers;
    headers["x-amz-content-sha256"] = UNSIGNED_WITH_TRAILER;
    headers["transfer-encoding"] = "chunked";
    const chunks = unsignedChunks(decoded.stream);
    return { ...request, headers, stream: Object.assign(chunks, { trailers: {} }) };
  }
  const { "x-amz-decoded-content-length": _, ...headers } = decoded.headers;
  const unsigned = { ...headers, "x-amz-content-sha256": UNSIGNED };
  return { ...request, headers: unsigned, stream: decoded.stream };
}

async function* unsignedChunks(body: BodyStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    if (chunk.length === 0) continue;
    yield Buffer.from(`${chunk.length.toString(16)}\r\n`);
    yield chunk;
    yield Buffer.from("\r\n");
  }
  const checksums = Object.entries(body.trailers).filter(([name]) => name.startsWith("x-amz-checksum-"));
  yield Buffer.from(`0\r\n${checksums.map(([name, value]) => `${name}:${value}\r\n`).join("")}\r\n`);
}

async function wholeOf(stream: BodyStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MOST_HASHED_BYTES) {
      const why = `Squall signs no body of more than ${MOST_HASHED_BYTES} bytes that came without its hash.`;
      throw new AwsError("EntityTooLarge", why, { status: 413 });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
