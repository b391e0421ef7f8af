import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { LocalCloud } from "../src/cloud.ts";
import { MemoryStorage } from "../src/core/memory.ts";
import { loadEffects } from "../src/faults/registry.ts";
import { loadDeclarations } from "../src/service-folders.ts";
import { bucketRecords } from "../src/services/s3/bucket.ts";
import { currentObjects } from "../src/services/s3/object.ts";
import { type Figure, load, median, perSecond, residentMiB, type Server, serve } from "./tools.ts";

const ROUNDS = 5;
const MIB = 1024 ** 2;
const HEADERS = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=000000000000/20261128/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
};

/** Signed by nobody: s3rver knows one key only, and asks no others for theirs. */
const UNSIGNED = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };

/** Other servers of S3, where they are installed; both write files, too. */
const OTHERS = [
  { name: "s3rver", headers: UNSIGNED, isInstalled: hasS3rver },
  { name: "moto", headers: HEADERS, isInstalled: hasMoto },
] as const;

const METHODS = ["PUT", "GET"] as const;
const LARGE = [
  [MIB, 40],
  [1024 * MIB, 1],
] as const;

/** S3's PutObject and GetObject beside a bare `node:http` server that writes and reads the same files; pages of listings. */
export default async function bench(): Promise<Figure[]> {
  await using squall = await serve("squall");
  await using bare = await serve("files");
  await send(squall, "PUT", "/bench");
  const figures: Figure[] = [];
  for (const method of METHODS) figures.push(...(await small(method, squall, bare)));
  for (const [sizeBytes, count] of LARGE) {
    await using client = await clientFor(sizeBytes);
    for (const method of METHODS)
      figures.push(...(await large(method, sizeBytes, count, squall, bare, client)));
  }
  for (const other of OTHERS) figures.push(...(await beside(other)));
  return [...figures, ...(await listings())];
}

function hasS3rver(): boolean {
  try {
    createRequire(import.meta.url).resolve("s3rver");
    return true;
  } catch {
    return false;
  }
}

function hasMoto(): boolean {
  return spawnSync("python3", ["-c", "import moto.server, flask"]).status === 0;
}

/** The same of another server, once. */
async function beside({ name, headers, isInstalled }: (typeof OTHERS)[number]): Promise<Figure[]> {
  if (!isInstalled()) return [{ name: `S3, ${name}`, value: "not installed" }];
  await using other = await (name === "moto" ? serve("peer", name) : serve(name));
  await send(other, "PUT", "/bench", 0, headers);
  const figures: Figure[] = [];
  for (const method of METHODS) {
    const { perSecond: rate } = await loadOf(method, other, headers);
    figures.push({ name: `S3 ${method} of 1 KB, ${name}`, value: `${Math.round(rate)}/s` });
  }
  for (const [sizeBytes, count] of LARGE)
    for (const method of METHODS) {
      const startedAt = performance.now();
      for (let n = 0; n < count; n++)
        await send(other, method, `/bench/large-${sizeBytes}`, method === "PUT" ? sizeBytes : 0, headers);
      const speed = (sizeBytes * count) / (performance.now() - startedAt) / 1000;
      figures.push({ name: `${largeName(method, sizeBytes)}, ${name}`, value: `${Math.round(speed)} MB/s` });
    }
  return figures;
}

/** 1 KB, over sixteen connections. */
function loadOf(method: (typeof METHODS)[number], { port }: Server, headers: object = HEADERS) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return load({
    port,
    requests: [
      {
        head: `${method} /bench/k{number} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${lines.join("")}`,
        body: method === "PUT" ? "x".repeat(1024) : "",
      },
    ],
    connections: 16,
    warmupMs: 500,
    durationMs: 2000,
    numbers: 100,
  });
}

const largeName = (method: string, sizeBytes: number) =>
  `S3 ${method} of ${sizeBytes >= 1024 * MIB ? "1 GB" : "1 MB"}`;

async function small(method: "PUT" | "GET", squall: Server, bare: Server): Promise<Figure[]> {
  const shares: number[] = [];
  let last: Figure[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const theirs = await loadOf(method, bare);
    const ours = await loadOf(method, squall);
    shares.push(ours.perSecond / theirs.perSecond);
    last = [
      { name: `S3 ${method} of 1 KB, bare`, value: perSecond(theirs) },
      { name: `S3 ${method} of 1 KB, squall`, value: perSecond(ours) },
    ];
  }
  return [...last, share(`S3 ${method} of 1 KB, squall / bare node:http`, median(shares), 0.5)];
}

async function large(
  method: "PUT" | "GET",
  sizeBytes: number,
  count: number,
  squall: Server,
  bare: Server,
  client: LargeClient,
): Promise<Figure[]> {
  const name = largeName(method, sizeBytes);
  const shares: number[] = [];
  const cpus: number[] = [];
  const speeds: number[] = [];
  const before = residentMiB(squall.pid);
  let most = before;
  for (let round = 0; round < (count > 1 ? ROUNDS : 3); round++) {
    const times: number[] = [];
    const micros: number[] = [];
    for (const server of [bare, squall]) {
      const cpuBefore = await server.cpuMicros();
      const startedAt = performance.now();
      for (let n = 0; n < count; n++) {
        await client.send(server, method, `/bench/large-${sizeBytes}`);
        most = Math.max(most, residentMiB(squall.pid));
      }
      times.push(performance.now() - startedAt);
      micros.push((await server.cpuMicros()) - cpuBefore);
    }
    const [theirs, ours] = times as [number, number];
    const [theirCpu, ourCpu] = micros as [number, number];
    cpus.push(ourCpu / theirCpu);
    shares.push(theirs / ours);
    speeds.push((sizeBytes * count) / ours / 1000);
  }
  return [
    {
      name: `${name}, squall`,
      value: `${Math.round(median(speeds))} MB/s, ${Math.round(most - before)} MiB more`,
    },
    share(`${name} by ${client.name}, squall / bare node:http`, median(shares), 0.8),
    { name: `${name}, CPU squall / bare`, value: median(cpus).toFixed(2) },
  ];
}

const share = (name: string, value: number, target: number): Figure => ({
  name,
  value: value.toFixed(2),
  target: `≥ ${target.toFixed(2)}`,
  reached: value >= target,
});

const agent = new Agent({ keepAlive: true });
const CHUNK = Buffer.alloc(MIB, "squall");

/** One request with a body of so many bytes, streamed; what comes back is read and thrown away. */
function send(
  { port }: { port: number },
  method: string,
  path: string,
  sizeBytes = 0,
  signed: Readonly<Record<string, string>> = HEADERS,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { ...signed, "content-length": sizeBytes };
    const call = request({ host: "127.0.0.1", port, agent, method, path, headers }, (response) => {
      response.resume();
      response.once("end", () =>
        response.statusCode === 200
          ? resolve()
          : reject(new Error(`${method} ${path}: ${response.statusCode}`)),
      );
    });
    call.once("error", reject);
    let left = sizeBytes;
    const pump = () => {
      while (left > 0) {
        const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
        left -= chunk.length;
        if (!call.write(chunk)) {
          call.once("drain", pump);
          return;
        }
      }
      call.end();
    };
    pump();
  });
}

/** Who sends and fetches bodies of one size. */
interface LargeClient extends AsyncDisposable {
  readonly name: string;
  send(server: Server, method: string, path: string): Promise<unknown>;
}

const execute = promisify(execFile);

/** For a gigabyte curl where it is there: it takes less of the processors, which the servers share with it. */
async function clientFor(sizeBytes: number): Promise<LargeClient> {
  if (sizeBytes < 1024 * MIB || spawnSync("curl", ["--version"]).status !== 0)
    return {
      name: "node:http",
      send: (server, method, path) => send(server, method, path, method === "PUT" ? sizeBytes : 0),
      [Symbol.asyncDispose]: async () => {},
    };
  const folder = await mkdtemp(join(tmpdir(), "squall-bench-body-"));
  const file = join(folder, "body");
  await fillFile(file, sizeBytes);
  const headers = Object.entries(HEADERS).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  return {
    name: "curl",
    send: ({ port }, method, path) => {
      const body = method === "PUT" ? ["-T", file, "-H", "expect:"] : ["-o", "/dev/null"];
      return execute("curl", ["-sS", "--fail", ...headers, ...body, `http://127.0.0.1:${port}${path}`]);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function fillFile(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (let at = 0; at < sizeBytes; at += CHUNK.length)
      await file.write(CHUNK, 0, Math.min(CHUNK.length, sizeBytes - at));
  } finally {
    await file.close();
  }
}

const PAGES = 50;

/** The middle of fifty pages of a bucket of a hundred keys, and of one of a million. */
async function listings(): Promise<Figure[]> {
  const storage = new MemoryStorage();
  const cloud = new LocalCloud({ port: 0, seed: "bench" }, await loadEffects(), await loadDeclarations(), {
    openStorage: () => storage,
  });
  await cloud.start();
  try {
    const times: number[] = [];
    for (const keys of [100, 1_000_000]) {
      const name = `keys-${keys}`;
      await send(cloud, "PUT", `/${name}`);
      await fill(storage, name, keys);
      const pageMs: number[] = [];
      for (let page = 0; page < PAGES; page++) {
        const after = String(Math.floor(((keys - 50) / PAGES) * page)).padStart(8, "0");
        const startedAt = performance.now();
        await send(cloud, "GET", `/${name}?list-type=2&max-keys=50&start-after=${after}`);
        pageMs.push(performance.now() - startedAt);
      }
      times.push(median(pageMs));
    }
    const [few, many] = times as [number, number];
    return [
      { name: "S3 ListObjectsV2, a page of 50, of 10² keys", value: `${few.toFixed(2)} ms` },
      { name: "S3 ListObjectsV2, a page of 50, of 10⁶ keys", value: `${many.toFixed(2)} ms` },
      {
        name: "S3 ListObjectsV2, a page of 10⁶ keys / of 10² keys",
        value: (many / few).toFixed(2),
        target: "≤ 1.50",
        reached: many / few <= 1.5,
      },
    ];
  } finally {
    await cloud.stop();
  }
}

/** Objects without bodies: listings read none. A million PUTs would take longer than all else here. */
async function fill(storage: MemoryStorage, name: string, keys: number): Promise<void> {
  const store = storage.store("s3", "000000000000", "global");
  const { id } = store.collection(bucketRecords).get([name])!;
  const objects = store.collection(currentObjects);
  for (let n = 0; n < keys; n++) {
    const key = String(n).padStart(8, "0");
    objects.put([id, key], {
      key,
      versionId: "null",
      sequence: n,
      modifiedAtMs: 0,
      owner: "000000000000",
      size: 0,
      etag: "d41d8cd98f00b204e9800998ecf8427e",
      body: [],
      system: {},
      metadata: {},
      storageClass: "STANDARD",
      encryption: { algorithm: "AES256" },
    });
    if (n % 10_000 === 0) await storage.flushed();
  }
  await storage.flushed();
}
