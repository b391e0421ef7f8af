import { setImmediate as turn } from "node:timers/promises";
import { LocalCloud } from "../src/cloud.ts";
import { awsError } from "../src/core/aws-error.ts";
import type { BodyStream } from "../src/core/http.ts";
import type { Handlers, ServiceFactory } from "../src/core/service.ts";
import { loadEffects } from "../src/faults/registry.ts";
import type { Cloud, CloudOptions } from "../src/index.ts";
import type { Operations } from "../src/models/generated/s3.ts";
import { loadDeclarations } from "../src/service-folders.ts";

const noSuchBucket = awsError("NoSuchBucket", 404, "The specified bucket does not exist");
const CHUNK = Buffer.alloc(64 * 1024, "squall");

/** What the service was sent: sizes and trailers, never contents. */
export interface Received {
  readonly key: string;
  readonly bytes: number;
  readonly length: number | undefined;
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Some of S3 without a store: PutObject counts what comes, and refuses the bucket `missing` before it reads; GetObject gives
 * as many bytes as its key says.
 */
export function byteService(received: Received[] = []): ServiceFactory {
  const operations: Handlers<Operations> = {
    async PutObject({ Bucket, Key, Body }) {
      if (Bucket === "missing") throw noSuchBucket();
      const { length, trailers } = (Body ?? { trailers: {} }) as BodyStream;
      let bytes = 0;
      for await (const chunk of (Body ?? []) as BodyStream) bytes += chunk.length;
      received.push({ key: Key, bytes, length, trailers: (Body as BodyStream)?.trailers ?? trailers });
      return { ETag: `"${bytes}"` };
    },
    GetObject({ Key }) {
      const size = Number(Key);
      return { Body: zeros(size), ContentLength: size, ETag: `"${size}"` };
    },
  };
  return () => ({ name: "s3", operations: operations as Record<string, never> });
}

async function* zeros(size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; left -= CHUNK.length) {
    if (left % (64 * CHUNK.length) === 0) await turn();
    yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
  }
}

/** A cloud whose S3 is the one above, unless an upstream answers for it. */
export async function byteCloud(options: CloudOptions = {}, received: Received[] = []): Promise<Cloud> {
  const source = { name: "s3", load: async () => byteService(received) };
  const cloud = new LocalCloud(
    { port: 0, seed: "test", ...options },
    await loadEffects(),
    await loadDeclarations(),
    { further: [source] },
  );
  await cloud.start();
  return cloud;
}
