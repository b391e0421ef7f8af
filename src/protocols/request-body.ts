import { gunzipSync } from "node:zlib";
import type { BodyStream, HttpRequest } from "../core/http.ts";
import { AwsChunkedStream, decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";
import { serializationException } from "./errors.ts";
import { MAX_INFLATED_BYTES } from "./limits.ts";

/** The body of a request whose whole body is the input: inflated when the client compressed it. */
export function plainBody(request: HttpRequest): Uint8Array {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || !/\bgzip\b/i.test(encoding)) return request.body;
  try {
    return gunzipSync(request.body, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch {
    throw serializationException("The request body could not be decompressed");
  }
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
