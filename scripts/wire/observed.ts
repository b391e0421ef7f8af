import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../src/index.ts";

/** What a client sends, and what to call it. */
export interface Sent {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came back on the wire, and how it ended. */
export interface Observed {
  /** Printable, without what differs from run to run. */
  readonly text: string;
  readonly end: "kept" | "closed" | "reset" | "silent";
}

/** When nothing has come for so long, nothing will. */
const SILENT_MS = 4000;
const LOOK_MS = 20;

/** Sends one call on a connection of its own, and notes each byte that comes. */
export async function observe(cloud: Cloud, sent: Sent, isStruck: () => boolean): Promise<Observed> {
  const socket = connect(Number(new URL(cloud.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  let end: Observed["end"] | undefined;
  let heardAt = performance.now();
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    heardAt = performance.now();
  });
  socket.on("end", () => {
    end ??= "closed";
  });
  socket.on("error", () => {
    end = "reset";
  });
  socket.write(head(sent) + sent.body);
  const isOver = () => isWhole(chunks) || (isStruck() && performance.now() - heardAt > SILENT_MS);
  while (end === undefined && !isOver()) await sleep(LOOK_MS);
  socket.destroy();
  const text = plain(Buffer.concat(chunks));
  return { text, end: end ?? (chunks.length > 0 ? "kept" : "silent") };
}

/** Has an answer come to its end, by its length or its last chunk? */
function isWhole(chunks: readonly Buffer[]): boolean {
  const text = Buffer.concat(chunks).toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /^content-length: (\d+)$/im.exec(text.slice(0, end).replaceAll("\r", ""))?.[1];
  return length === undefined ? text.endsWith("\r\n0\r\n\r\n") : text.length >= end + 4 + Number(length);
}

function head({ method, path, headers, body }: Sent): string {
  const all = { host: "127.0.0.1:4566", ...headers, "content-length": String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return `${[`${method} ${path} HTTP/1.1`, ...lines].join("\r\n")}\r\n\r\n`;
}

/** What differs from run to run is `…`, what is no text `·`. */
function plain(bytes: Buffer): string {
  return bytes
    .toString("latin1")
    .replaceAll("\r\n", "\n")
    .replaceAll(/[^\x20-\x7e\n]/g, "·")
    .replaceAll(/^(date|x-amzn?-request-?id|x-amz-id-2|last-modified|x-amz-crc32): .*$/gim, "$1: …")
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "…")
    .replaceAll(/\b\d{8}T\d{6}Z\b/g, "…")
    .replaceAll(/<(RequestId|HostId|LastModified)>[^<]*/g, "<$1>…");
}
