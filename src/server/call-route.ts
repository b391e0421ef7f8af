import { AwsError } from "../core/aws-error.ts";
import { json } from "../core/http.ts";
import { LOOKING_ON } from "../core/looking-on.ts";
import { route } from "../core/route.ts";
import type { AdminRoute, CallOptions } from "../core/service.ts";
import { BadRequest, readJson } from "./router.ts";

/** So much of a body is shown; who wants the whole asks with an AWS client. */
const MOST_BYTES = 1024 * 1024;
const DASHBOARD = "dashboard";

/** Calls an operation of a service. @throws AwsError */
export type CallOperation = (
  service: string,
  operation: string,
  input: object,
  options: CallOptions,
) => Promise<object>;

/**
 * `POST /_squall/call`: an operation by its name, for who does not speak AWS. Bytes stand as `{"$base64": "…"}`, in the input and in the
 * answer (of a body the first MiB, with `"$cut": true` when there is more), and times in the input as `{"$date": "2026-11-28T12:00:00Z"}`. With `"aside": true` the call only looks: no rule strikes or counts it.
 */
export const callRoute = (call: CallOperation): AdminRoute =>
  route("POST", "/_squall/call", async (request) => {
    const { service, operation, input = {}, account, region, aside } = readJson(request) as Asked;
    if (typeof service !== "string" || typeof operation !== "string" || !isObject(input))
      throw new BadRequest('Say what to call: {"service": "sqs", "operation": "ListQueues", "input": {}}.');
    for (const [name, value] of Object.entries({ account, region }))
      if (value !== undefined && typeof value !== "string") throw new BadRequest(`${name} is a text.`);
    const options = {
      ...(account !== undefined && { account: String(account) }),
      ...(region !== undefined && { region: String(region) }),
      origin: aside === true ? LOOKING_ON : DASHBOARD,
    };
    try {
      const output = await call(service, operation, understood(input) as object, options);
      return json(200, await shown(output));
    } catch (error) {
      if (error instanceof AwsError) throw new BadRequest(`${error.code}: ${error.message}`, error.status);
      throw error;
    }
  });

interface Asked {
  readonly service?: unknown;
  readonly operation?: unknown;
  readonly input?: unknown;
  readonly account?: unknown;
  readonly region?: unknown;
  readonly aside?: unknown;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** An input with bytes where `$base64` stands, and times where `$date` does. */
function understood(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(understood);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && typeof only?.[1] === "string") {
    if (only[0] === "$base64") return Buffer.from(only[1], "base64");
    if (only[0] === "$date" && !Number.isNaN(Date.parse(only[1]))) return new Date(only[1]);
  }
  return Object.fromEntries(entries.map(([name, member]) => [name, understood(member)]));
}

/** An output as JSON can hold it. */
async function shown(value: unknown): Promise<unknown> {
  if (!isObject(value) || value instanceof Date) return value;
  if (value instanceof Uint8Array) return base64(value, value.length > MOST_BYTES);
  if (Symbol.asyncIterator in value) return await beginningOf(value as AsyncIterable<unknown>);
  if (value instanceof Map) return await shown(Object.fromEntries(value));
  if (Array.isArray(value)) return await Promise.all(value.map(shown));
  const members = Object.entries(value).map(async ([name, member]) => [name, await shown(member)] as const);
  return Object.fromEntries(await Promise.all(members));
}

/** The first bytes of a body, or the events of a stream of events. */
async function beginningOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  const events: unknown[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    if (!(piece instanceof Uint8Array)) {
      events.push(await shown(piece));
      continue;
    }
    chunks.push(piece);
    bytes += piece.length;
    if (bytes > MOST_BYTES) break;
  }
  return events.length > 0 ? events : base64(Buffer.concat(chunks), bytes > MOST_BYTES);
}

const base64 = (bytes: Uint8Array, isCut: boolean) => ({
  $base64: Buffer.from(bytes.subarray(0, MOST_BYTES)).toString("base64"),
  ...(isCut && { $cut: true }),
});
