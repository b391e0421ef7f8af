import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yazl from "yazl";
import { ask, type Figure, load, median, perSecond, type Server, serve } from "./tools.ts";

const COLD_STARTS = 15;
const MESSAGES = 20;
const FUNCTIONS_AT_ONCE = 100;
const HANDLER = "export const handler = async (event) => ({ ok: true });";

/** A function's code, and what runs it. */
interface Program {
  readonly runtime: string;
  readonly handler: string;
  readonly zip: string;
}

/** A runtime, the longest that its cold start may take, and its program; undefined where this machine has no compiler for it. */
const PROGRAMS: readonly {
  readonly name: string;
  readonly mostMs: number;
  program(): Promise<Program | undefined>;
}[] = [
  { name: "Node.js", mostMs: 50, program: () => nodeProgram() },
  {
    ...{ name: "Python", mostMs: 60 },
    async program() {
      if (spawnSync("python3", ["-c", ""]).status !== 0) return undefined;
      const source = "def handler(event, context):\n    return {'ok': True}\n";
      return {
        runtime: "python3.13",
        handler: "app.handler",
        zip: await zipOf({ "app.py": Buffer.from(source) }),
      };
    },
  },
  { name: "Java", mostMs: 350, program: javaProgram },
];

export async function nodeProgram(): Promise<Program> {
  return {
    runtime: "nodejs24.x",
    handler: "index.handler",
    zip: await zipOf({ "index.mjs": Buffer.from(HANDLER) }),
  };
}

async function javaProgram(): Promise<Program | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "squall-bench-"));
  try {
    const source = join(folder, "Bench.java");
    await writeFile(source, 'public class Bench { public String handle(Object event) { return "ok"; } }\n');
    if (spawnSync("javac", ["--release", "11", "-d", folder, source]).status !== 0) return undefined;
    const zip = await zipOf({ "Bench.class": await readFile(join(folder, "Bench.class")) });
    return { runtime: "java21", handler: "Bench::handle", zip };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Invocations through the socket: warm one after the other and as many as go, cold by runtime, and many functions at once. */
export default async function bench(): Promise<Figure[]> {
  await using squall = await serve("squall");
  const program = await nodeProgram();
  await create(squall, "warm", program);
  await invoke(squall, "warm");
  const invocation = { head: head(squall, "warm"), body: "{}" };
  const measure = (connections: number) =>
    load({ port: squall.port, requests: [invocation], connections, warmupMs: 1500, durationMs: 4000 });
  const single = await measure(1);
  const many = await measure(8);
  const colds: Figure[] = [];
  for (const one of PROGRAMS) colds.push(await coldStart(squall, one));
  const latency = await queueLatency(squall);
  const late = [...latency].sort((a, b) => a - b)[Math.floor(MESSAGES * 0.9)]!;
  return [
    {
      name: "Lambda: warm invoke, one at a time",
      value: perSecond(single),
      target: "p50 ≤ 3 ms",
      reached: single.p50Ms <= 3 && single.failed === 0,
    },
    {
      name: "Lambda: warm invokes, 8 connections",
      value: perSecond(many),
      target: "≥ 2,500/s",
      reached: many.perSecond >= 2500 && many.failed === 0,
    },
    ...colds,
    {
      name: `Lambda: ${FUNCTIONS_AT_ONCE} functions invoked at once for the first time, until all have answered`,
      value: `${Math.round(await allAtOnce(squall, program))} ms`,
    },
    {
      name: "Lambda: from SendMessage to the handler's start, idle",
      value: `p50 ${median(latency).toFixed(1)} ms, p90 ${late.toFixed(1)} ms`,
      target: "< 50 ms",
      reached: late < 50,
    },
  ];
}

/** What a first invocation takes longer than a second one. */
async function coldStart(
  squall: Server,
  { name, mostMs, program }: (typeof PROGRAMS)[number],
): Promise<Figure> {
  const title = `Lambda: cold start, ${name}`;
  const made = await program();
  if (!made) return { name: title, value: "not measured: it is not installed" };
  const starts: number[] = [];
  for (let at = 0; at < COLD_STARTS; at++) {
    const cold = `cold-${made.runtime.replace(".", "")}-${at}`;
    await create(squall, cold, made);
    const startedAt = performance.now();
    await invoke(squall, cold);
    const warmAt = performance.now();
    await invoke(squall, cold);
    starts.push(warmAt - startedAt - (performance.now() - warmAt));
  }
  const startMs = median(starts);
  return {
    name: title,
    value: `${startMs.toFixed(0)} ms`,
    target: `≤ ${mostMs} ms`,
    reached: startMs <= mostMs,
  };
}

/** @returns milliseconds; rejects when one of them fails */
async function allAtOnce(squall: Server, program: Program): Promise<number> {
  const names = Array.from({ length: FUNCTIONS_AT_ONCE }, (_, at) => `at-once-${at}`);
  for (const name of names) await create(squall, name, program);
  const startedAt = performance.now();
  await Promise.all(names.map((name) => invoke(squall, name)));
  return performance.now() - startedAt;
}

/** How long a message takes from the client's request to the first line of the handler that a queue feeds, in milliseconds. */
async function queueLatency(squall: Server): Promise<number[]> {
  let arrived: (at: number) => void = () => {};
  const handler = createServer((_request, response) => {
    arrived(performance.now());
    response.end();
  });
  handler.listen(0, "127.0.0.1");
  await once(handler, "listening");
  const { port } = handler.address() as AddressInfo;
  const source = `export const handler = async () => { await fetch("http://127.0.0.1:${port}"); };`;
  await create(squall, "fed", {
    ...(await nodeProgram()),
    zip: await zipOf({ "index.mjs": Buffer.from(source) }),
  });
  const QueueUrl = `http://127.0.0.1:${squall.port}/000000000000/fed`;
  const sqs = (operation: string, body: object) => ask(squall.port, "sqs", `AmazonSQS.${operation}`, body);
  await sqs("CreateQueue", { QueueName: "fed" });
  const mapping = { FunctionName: "fed", EventSourceArn: "arn:aws:sqs:us-east-1:000000000000:fed" };
  await send(squall, "/2015-03-31/event-source-mappings", JSON.stringify(mapping));
  const latency: number[] = [];
  for (let i = 0; i <= MESSAGES; i++) {
    const reached = new Promise<number>((resolve) => {
      arrived = resolve;
    });
    const sentAt = performance.now();
    await sqs("SendMessage", { QueueUrl, MessageBody: String(i) });
    const tookMs = (await reached) - sentAt;
    // The first one starts the environment.
    if (i > 0) latency.push(tookMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  handler.close();
  handler.closeAllConnections();
  return latency;
}

async function zipOf(files: Readonly<Record<string, Buffer>>): Promise<string> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(content, name);
  zip.end();
  const chunks: Buffer[] = [];
  zip.outputStream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(zip.outputStream, "end");
  return Buffer.concat(chunks).toString("base64");
}

const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

const path = (name: string) => `/2015-03-31/functions/${name}/invocations`;

export function head({ port }: Server, name: string): string {
  return [
    `POST ${path(name)} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    `authorization: ${AUTHORIZATION}`,
    "",
  ].join("\r\n");
}

async function send(server: Server, to: string, body: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${server.port}${to}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: AUTHORIZATION },
    body,
  });
  const text = await response.text();
  if (!response.ok || response.headers.has("x-amz-function-error"))
    throw new Error(`${to}: ${response.status} ${text}`);
}

const invoke = (server: Server, name: string) => send(server, path(name), "{}");

export function create(server: Server, name: string, { runtime, handler, zip }: Program): Promise<void> {
  const input = {
    FunctionName: name,
    Runtime: runtime,
    Handler: handler,
    Role: "arn:aws:iam::000000000000:role/bench",
    Code: { ZipFile: zip },
  };
  return send(server, "/2015-03-31/functions", JSON.stringify(input));
}
