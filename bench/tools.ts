import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { generatorOf } from "./generator.ts";
import type { Load, LoadResult } from "./load.ts";

/** A server in a process of its own, for as long as a measurement takes. */
export interface Server extends AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Microseconds of the processor that it has had so far. */
  cpuMicros(): Promise<number>;
  /** What it has in memory when it has let go of what nobody needs any more. */
  restingMiB(): Promise<number>;
}

/** By port: who sends a load asks the server what it has taken. */
const serving = new Map<number, Server>();

/** Starts `bench/servers/<name>.ts`, which prints the port that it listens on. */
export async function serve(name: string, ...args: string[]): Promise<Server> {
  const file = fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const port = Number(await firstLine(child, name));
  const server: Server = {
    port,
    pid: child.pid!,
    async cpuMicros() {
      child.send("cpu");
      const [{ user, system }] = (await once(child, "message")) as [NodeJS.CpuUsage];
      return user + system;
    },
    async restingMiB() {
      child.send("collect");
      await once(child, "message");
      return residentMiB(child.pid!);
    },
    [Symbol.asyncDispose]: async () => {
      serving.delete(port);
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, "exit");
    },
  };
  serving.set(port, server);
  return server;
}

async function firstLine(child: ChildProcess, name: string): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout!) {
    text += chunk;
    const end = text.indexOf("\n");
    if (end < 0) continue;
    child.stdout!.resume();
    return text.slice(0, end);
  }
  throw new Error(`bench/servers/${name}.ts ended before it listened.`);
}

/** Sends a load to a server that `serve` has started, once it has been warmed up with the same. */
export async function load(options: Load): Promise<LoadResult> {
  const generator = generatorOf(options);
  const server = serving.get(options.port);
  if (!server) throw new Error(`No server of this benchmark listens on ${options.port}.`);
  let { firstNumber = 0 } = options;
  if (options.warmupMs > 0) {
    const { requests } = await generator.run({ ...options, durationMs: options.warmupMs });
    firstNumber += requests + options.connections;
  }
  const before = await server.cpuMicros();
  const sent = await generator.run({ ...options, firstNumber });
  const cpuMicros = ((await server.cpuMicros()) - before) / Math.max(1, sent.requests);
  return { ...sent, cpuMicros };
}

/** The head of a signed JSON request; signatures are not checked by default, so any will do. */
export function jsonHead(options: {
  port: number;
  service: string;
  target: string;
  contentType?: string;
}): string {
  return [
    "POST / HTTP/1.1",
    `host: 127.0.0.1:${options.port}`,
    `content-type: ${options.contentType ?? "application/x-amz-json-1.0"}`,
    `x-amz-target: ${options.target}`,
    "x-amz-date: 20261123T000000Z",
    `authorization: AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/${options.service}/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${"0".repeat(64)}`,
    "amz-sdk-invocation-id: 3d0c7a58-6f0c-4d5f-9b3f-111111111111",
    "amz-sdk-request: attempt=1; max=3",
    "user-agent: aws-sdk-js/3 bench",
    "",
  ].join("\r\n");
}

/** One JSON request to a server, for setting up. */
export async function ask(port: number, service: string, target: string, body: object, contentType?: string) {
  const head = jsonHead({ port, service, target, ...(contentType && { contentType }) });
  const headers = Object.fromEntries(
    head
      .split("\r\n")
      .slice(2)
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target} answered ${response.status}: ${text}`);
  return JSON.parse(text || "{}") as Record<string, unknown>;
}

export function residentMiB(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib) / 1024;
}

/** One line of the report. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly target?: string;
  readonly reached?: boolean;
}

export const perSecond = (result: LoadResult): string =>
  `${Math.round(result.perSecond)}/s, p50 ${result.p50Ms.toFixed(2)} ms, p99 ${result.p99Ms.toFixed(2)} ms, ${Math.round(result.cpuMicros)} µs CPU a call${result.failed ? `, ${result.failed} FAILED` : ""}`;

/** The middle of several values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Eight at a time. */
export async function atOnce(count: number, make: (at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await make(next++);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
