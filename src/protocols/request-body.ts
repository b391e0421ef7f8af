import type { AwsError } from "../core/aws-error.ts";
import type { BodyStream, HttpRequest } from "../core/http.ts";
import { zlib } from "../core/zlib.ts";
import { AwsChunkedStream, decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";
import { internalServerError, serializationException } from "./errors.ts";
import { MAX_DYNAMODB_BYTES, MAX_INFLATED_BYTES } from "./limits.ts";

/** What a service makes of bodies that say that they are compressed. */
interface Decompression {
  /** How large they may become, in bytes. */
  readonly mostBytes: number;
  /** Does it take codings that it does not know as they are? */
  readonly lenient: boolean;
  refusal(): AwsError;
}

const USUAL: Decompression = {
  mostBytes: MAX_INFLATED_BYTES,
  lenient: true,
  refusal: () => serializationException("The request body could not be decompressed"),
};

/**
 * Measured against DynamoDB by the tests of an implementation of its API (ScyllaDB's test_compressed_request.py): it takes
 * gzip, in several members too, and deflate; what is broken, empty or of another coding is its internal error. Inferred: so
 * is a body that grows too large, which it refuses since February 2026.
 */
const DYNAMODB: Decompression = {
  mostBytes: MAX_DYNAMODB_BYTES,
  lenient: false,
  refusal: () => internalServerError(),
};

/** The body of a request whose whole body is the input: inflated when the client compressed it. */
export function plainBody(request: HttpRequest): Uint8Array {
  return request.headers["content-encoding"] === undefined ? request.body : inflated(request, USUAL);
}

/** The same for DynamoDB. */
export function dynamoDbBody(request: HttpRequest): Uint8Array {
  return request.headers["content-encoding"] === undefined ? request.body : inflated(request, DYNAMODB);
}

function inflated(
  { headers, body }: HttpRequest,
  { mostBytes, lenient, refusal }: Decompression,
): Uint8Array {
  const coding = (headers["content-encoding"] ?? "").toLowerCase();
  const options = { maxOutputLength: mostBytes };
  try {
    if (/\bgzip\b/.test(coding)) return zlib().gunzipSync(body, options);
    if (/\bdeflate\b/.test(coding)) return zlib().inflateSync(body, options);
  } catch {
    throw refusal();
  }
  if (lenient || coding === "" || coding === "identity") return body;
  throw refusal();
}

/** A REST request's body as the operation sees it, and the headers that hold for it. */
export interface RestBody {
  readonly body: Uint8Array;
  readonly stream?: BodyStream;
  readonly headers: Readonly<Record<string, string>>;
}

/** Chunks joined, trailers added, compression undone if asked. Of a stream the trailers come with its end. */
export function restBody(request: HttpRequest, { inflate }: { inflate: boolean }): RestBody {
  const { headers, stream } = request;
  if (stream !== undefined) {
    if (!isAwsChunked(headers)) return { body: request.body, stream, headers };
    const decoded = new AwsChunkedStream(stream, headers);
    return { body: request.body, stream: decoded, headers: unchunked(headers, decoded.length, {}) };
  }
  if (!isAwsChunked(headers)) return { body: inflate ? plainBody(request) : request.body, headers };
  const { body, trailers } = decodeAwsChunked(request.body, headers);
  return { body, headers: unchunked(headers, body.length, trailers) };
}

/** The headers of what was in the chunks. */
function unchunked(
  headers: HttpRequest["headers"],
  length: number | undefined,
  trailers: Readonly<Record<string, string>>,
): Record<string, string> {
  const { "content-encoding": encoding, "content-length": _, ...others } = headers;
  const left = (encoding ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "aws-chunked")
    .join(",");
  return {
    ...others,
    ...trailers,
    ...(length === undefined ? {} : { "content-length": String(length) }),
    ...(left === "" ? {} : { "content-encoding": left }),
  };
}
