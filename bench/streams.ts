import { request } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Figure, residentMiB, type Server, serve } from "./tools.ts";

const GIGABYTES = 5;
const CHUNK = Buffer.alloc(64 * 1024, "squall");
const MOST_GROWTH_MIB = 50;
/** Signatures are not checked, but a bucket is nobody's whom nothing names. */
const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
};

/** By how much the server's memory grew while a body passed. */
export type Growth = Figure & { readonly growthMiB: number };

/** A large body up and down: through S3 as it is, past a service that keeps none, and through a second Squall in front of that one as its upstream. */
export default async function bench(bytes = GIGABYTES * 1024 ** 3): Promise<Growth[]> {
  await using service = await serve("streams");
  const upstreams = { s3: { url: `http://127.0.0.1:${service.port}` } };
  await using front = await serve("streams", JSON.stringify({ upstreams }));
  await using s3 = await serve("source");
  const size = `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
  const bucket = await fetch(`http://127.0.0.1:${s3.port}/bucket`, { method: "PUT", headers: SIGNED });
  if (!bucket.ok) throw new Error(`CreateBucket answered ${bucket.status}: ${await bucket.text()}`);
  return [
    await measured(`S3 PutObject, ${size}`, s3, bytes, () => put(s3.port, bytes)),
    await measured(`S3 GetObject, ${size}`, s3, bytes, () => get(s3.port, bytes)),
    await measured(`PutObject, ${size}`, service, bytes, () => put(service.port, bytes)),
    await measured(`GetObject, ${size}`, service, bytes, () => get(service.port, bytes)),
    await measured(`PutObject through an upstream, ${size}`, front, bytes, () => put(front.port, bytes)),
    await measured(`GetObject through an upstream, ${size}`, front, bytes, () => get(front.port, bytes)),
  ];
}

async function measured(
  name: string,
  server: Server,
  bytes: number,
  transfer: () => Promise<number>,
): Promise<Growth> {
  // What a server takes once (code, pools) is not what a body takes.
  await put(server.port, 64 * 1024 ** 2);
  await get(server.port, 64 * 1024 ** 2);
  const beforeMiB = residentMiB(server.pid);
  let mostMiB = beforeMiB;
  const watch = setInterval(() => {
    mostMiB = Math.max(mostMiB, residentMiB(server.pid));
  }, 50);
  const startedAt = performance.now();
  const passed = await transfer();
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(watch);
  if (passed !== bytes) throw new Error(`${name}: ${passed} bytes passed instead of ${bytes}.`);
  const growthMiB = Math.max(mostMiB, residentMiB(server.pid)) - beforeMiB;
  return {
    name,
    value: `${Math.round(bytes / 1024 ** 2 / seconds)} MiB/s, memory grew by ${growthMiB.toFixed(0)} MiB`,
    target: `< ${MOST_GROWTH_MIB} MiB`,
    reached: growthMiB < MOST_GROWTH_MIB,
    growthMiB,
  };
}

/** @returns how many bytes the service counted; S3 answers with a digest of them and has them counted by who reads them */
async function put(port: number, bytes: number): Promise<number> {
  const outgoing = request({
    port,
    host: "127.0.0.1",
    method: "PUT",
    path: `/bucket/${bytes}`,
    headers: { ...SIGNED, "content-length": bytes, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    agent: false,
  });
  const answered = new Promise<string>((resolve, reject) => {
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const { statusCode, headers } = response.resume();
      if (statusCode === 200) resolve(String(headers["etag"]).replaceAll('"', ""));
      else reject(new Error(`PutObject answered ${statusCode}.`));
    });
  });
  await pipeline(Readable.from(chunks(bytes)), outgoing);
  const tag = await answered;
  return /^\d{1,15}$/.test(tag) ? Number(tag) : bytes;
}

async function get(port: number, bytes: number): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/bucket/${bytes}`, { headers: SIGNED });
  let size = 0;
  for await (const chunk of response.body!) size += chunk.length;
  return size;
}

function* chunks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
  }
}
