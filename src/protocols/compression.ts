import { promisify } from "node:util";
import type { ZlibOptions } from "node:zlib";
import { BoundedMap } from "../core/bounded-map.ts";
import type { HttpResponse } from "../core/http.ts";
import { zlib } from "../core/zlib.ts";
import { type ContentCoding, codingFor } from "./accept-encoding.ts";

/** Which answers a service compresses for clients that ask with `Accept-Encoding`. */
interface Compression {
  readonly codings: readonly ContentCoding[];
  /** Smaller bodies leave as they are. */
  readonly leastBytes: number;
  /** Does an answer that is large enough say that there are two of it? */
  readonly varies?: true;
  /** Errors say that they are compressed, and are not. */
  readonly mislabelsErrors?: true;
}

/*
 * Measured against DynamoDB by the tests of an implementation of its API (ScyllaDB's test_compressed_response.py, test_crc.py):
 * 4,094 bytes are sent as they are, 4,140 are not. Its large errors carry the header over a plain body:
 * https://github.com/aws/aws-sdk-go-v2/issues/2938, https://github.com/AllocZero/EfficientDynamoDb/pull/281 (2024 to 2026).
 */
const DYNAMODB: Compression = { codings: ["gzip", "deflate"], leastBytes: 4096, mislabelsErrors: true };

/**
 * By service; all others answer as they are, whatever a client accepts: of none of them is a compressed answer on record.
 * EC2 is a Tomcat, whose least size is 2,048: answers of 1,305 bytes have no `vary`, those of 5,617 do; that large ones are
 * compressed is in https://github.com/aws/aws-sdk-java/pull/256.
 */
const COMPRESSIONS: ReadonlyMap<string, Compression> = new Map([
  ["dynamodb", DYNAMODB],
  // Inferred: the same front end.
  ["dynamodbstreams", DYNAMODB],
  ["ec2", { codings: ["gzip"], leastBytes: 2048, varies: true }],
]);

/** An answer as it leaves: compressed, or as it was. Off the event loop, for a page may have a megabyte. */
export type Compressor = (answer: HttpResponse) => HttpResponse | Promise<HttpResponse>;

/** How a service compresses its answers to a client with this `Accept-Encoding`; undefined when it has nothing to do. */
export function compressorOf(service: string, acceptEncoding: string | undefined): Compressor | undefined {
  const compression = COMPRESSIONS.get(service);
  if (compression === undefined) return undefined;
  const coding = codingWanted(acceptEncoding, compression);
  if (coding === undefined && !compression.varies) return undefined;
  return (answer) => {
    const { body, headers, status } = answer;
    if (typeof body !== "string" || !isLarge(body, compression.leastBytes)) return answer;
    const varied = compression.varies ? { ...headers, vary: "accept-encoding" } : headers;
    if (coding === undefined) return { ...answer, headers: varied };
    if (compression.mislabelsErrors && status >= 400)
      return { ...answer, headers: { ...varied, "content-encoding": coding } };
    return compressed(body, coding).then((bytes) => ({
      ...answer,
      headers: { ...varied, "content-encoding": coding, ...checksum(headers, bytes) },
      body: bytes,
    }));
  };
}

/** What headers were found to ask for: a client sends the same one with every call. */
const wanted = new Map<Compression, BoundedMap<ContentCoding | "none">>();

function codingWanted(
  acceptEncoding: string | undefined,
  compression: Compression,
): ContentCoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const known = wanted.get(compression) ?? new BoundedMap(100);
  wanted.set(compression, known);
  let coding = known.get(acceptEncoding);
  if (coding === undefined) {
    coding = codingFor(acceptEncoding, compression.codings) ?? "none";
    known.set(acceptEncoding, coding);
  }
  return coding === "none" ? undefined : coding;
}

/** Text has at least as many bytes as it has code units. */
function isLarge(body: string, leastBytes: number): boolean {
  return (
    body.length >= leastBytes || (body.length * 3 >= leastBytes && Buffer.byteLength(body) >= leastBytes)
  );
}

/** DynamoDB's sum is that of the bytes that are sent. */
function checksum(headers: HttpResponse["headers"], bytes: Uint8Array): Record<string, string> {
  return headers["x-amz-crc32"] === undefined ? {} : { "x-amz-crc32": String(zlib().crc32(bytes)) };
}

function compressed(body: string, coding: ContentCoding): Promise<Uint8Array> {
  // Nobody knows AWS's level, and every one reads the same.
  const { [coding]: coder, constants } = zlib();
  return promisify<string, ZlibOptions, Uint8Array>(coder)(body, { level: constants.Z_BEST_SPEED });
}
