import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import yazl from "yazl";
import { ask, type Figure, load, median, perSecond, type Server, serve } from "./tools.ts";

const COLD_STARTS = 15;
const MESSAGES = 20;
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
      target: "≥ 1,000/s",
      reached: many.perSecond >= 1000 && many.failed === 0,
    },
    {
      name: "Lambda: first invoke of a Node.js function",
      value: `${median(cold).toFixed(0)} ms, of which cold start ${start.toFixed(0)} ms`,
      target: "< 150 ms",
      reached: start < 150,
    },
    {
      name: "Lambda: from SendMessage to the handler's start, idle",
      value: `p50 ${median(latency).toFixed(1)} ms, p90 ${late.toFixed(1)} ms`,
      target: "< 50 ms",
      reached: late < 50,
    },
  ];
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
  await create(squall, "fed", await zipOf(source));
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

export async function zipOf(source: string): Promise<string> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), "index.mjs");
  zip.end();
  const chunks: Buffer[] = [];
  zip.outputStream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(zip.outputStream, "end");
  return Buffer.concat(chunks).toString("base64");
}

const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=000000000000/20261123/us-east-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`;

export const path = (name: string) => `/2015-03-31/functions/${name}/invocations`;

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

export function create(server: Server, name: string, zip: string): Promise<void> {
  const input = {
    FunctionName: name,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: "arn:aws:iam::000000000000:role/bench",
    Code: { ZipFile: zip },
  };
  return send(server, "/2015-03-31/functions", JSON.stringify(input));
}
