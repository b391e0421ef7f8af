import { gunzipSync } from "node:zlib";
import type { HttpRequest } from "../core/http.ts";
import { decodeAwsChunked, isAwsChunked } from "./aws-chunked.ts";
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

/** The body of a REST request and the headers that hold for it: chunks joined, trailers added, compression undone if asked. */
export function restBody(
  request: HttpRequest,
  { inflate }: { inflate: boolean },
): { body: Uint8Array; headers: Readonly<Record<string, string>> } {
  const { headers } = request;
  if (!isAwsChunked(headers)) return { body: inflate ? plainBody(request) : request.body, headers };
  const { body, trailers } = decodeAwsChunked(request.body, headers);
  const { "content-encoding": encoding, ...others } = headers;
  const left = (encoding ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "aws-chunked")
    .join(",");
  return {
    body,
    headers: {
      ...others,
      ...trailers,
      "content-length": String(body.length),
      ...(left === "" ? {} : { "content-encoding": left }),
    },
  };
}
