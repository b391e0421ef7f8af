import { once } from "node:events";
import yazl from "yazl";
import { type Figure, load, median, perSecond, type Server, serve } from "./tools.ts";

const COLD_STARTS = 15;
const HANDLER = "export const handler = async (event) => ({ ok: true });";

/** Invocations of a Node.js function through the socket: cold, warm one after the other, and as many as go. */
export default async function bench(): Promise<Figure[]> {
  await using squall = await serve("squall");
  const zip = await zipOf(HANDLER);
  await create(squall, "warm", zip);
  await invoke(squall, "warm");
  const invocation = { head: head(squall, "warm"), body: "{}" };
  const measure = (connections: number) =>
    load({ port: squall.port, requests: [invocation], connections, warmupMs: 1500, durationMs: 4000 });
  const single = await measure(1);
  const many = await measure(8);
  const cold: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    await create(squall, `cold-${i}`, zip);
    const startedAt = performance.now();
    await invoke(squall, `cold-${i}`);
    cold.push(performance.now() - startedAt);
    const warmAt = performance.now();
    await invoke(squall, `cold-${i}`);
    starts.push(cold.at(-1)! - (performance.now() - warmAt));
  }
  const start = median(starts);
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
      target: "≥ 1,000/s",
      reached: many.perSecond >= 1000 && many.failed === 0,
    },
    {
      name: "Lambda: first invoke of a Node.js function",
      value: `${median(cold).toFixed(0)} ms, of which cold start ${start.toFixed(0)} ms`,
      target: "< 150 ms",
      reached: start < 150,
    },
  ];
}

async function zipOf(source: string): Promise<string> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), "index.mjs");
  zip.end();
  const chunks: Buffer[] = [];
  zip.outputStream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(zip.outputStream, "end");
  return Buffer.concat(chunks).toString("base64");
}

const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

const path = (name: string) => `/2015-03-31/functions/${name}/invocations`;

function head({ port }: Server, name: string): string {
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

function create(server: Server, name: string, zip: string): Promise<void> {
  const input = {
    FunctionName: name,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: "arn:aws:iam::000000000000:role/bench",
    Code: { ZipFile: zip },
  };
  return send(server, "/2015-03-31/functions", JSON.stringify(input));
}
