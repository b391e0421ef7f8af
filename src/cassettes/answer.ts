import { AwsError } from "../core/aws-error.ts";
import type { Call, Outcome } from "../core/call.ts";
import { isEventStreamType } from "../core/event-message.ts";
import { type HttpResponse, severedAfter, type WhenOver } from "../core/http.ts";
import { joined, wholeBody } from "../core/joined.ts";
import { loadModel } from "../models/model.ts";
import { createClient, type WholeResponse } from "../protocols/client.ts";
import { protocolSpoken } from "../protocols/protocol.ts";
import { modelled } from "./modelled.ts";
import { fromPlain, toPlain } from "./plain.ts";
import { scrubbed } from "./scrub.ts";

/** How a call was answered, as it is kept: what its service's model makes of it, or bytes where there is none. */
export type Answer =
  | { readonly output: unknown }
  | { readonly error: KeptError }
  | {
      readonly raw: {
        readonly status: number;
        readonly headers: Record<string, string>;
        readonly body: unknown;
      };
    }
  | { readonly brokenOff: { readonly status: number; readonly headers: Record<string, string> } };

interface KeptError {
  readonly code: string;
  readonly message: string;
  readonly status: number;
  readonly members?: unknown;
}

/** Headers that say something of one answer alone. */
const OF_ONE_ANSWER =
  /^(?:date|server|x-amzn?-(?:request-?id|id-2|trace-id)|connection|content-length|x-squall-.*)$/i;

/** An outcome whose body can be read again, and the answer to keep; without one for what has no end (event streams). */
export interface Heard {
  readonly outcome: Outcome;
  readonly answer?: Answer;
}

/** @param keepsSecrets what is sensitive is kept as it is */
export async function hear(call: Call, outcome: Outcome, keepsSecrets: boolean): Promise<Heard> {
  const host = call.headers["host"] ?? "";
  if (outcome.kind === "drop") return { outcome };
  if (outcome.kind === "error") return { outcome, answer: { error: keptError(outcome.error, host) } };
  if (outcome.raw === undefined) {
    const output = await withoutStreams(outcome.output);
    return { outcome: { ...outcome, output }, answer: keptOutput(call, output, host, keepsSecrets) };
  }
  const { isEventStream, headers } = outcome.raw;
  if (isEventStream || isEventStreamType(String(headers["content-type"] ?? ""))) return { outcome };
  const { chunks, isWhole } = await heard(outcome.raw.body, call.signal);
  if (!isWhole) {
    const raw = { ...outcome.raw, body: severedAfter(chunks) };
    return { outcome: { ...outcome, raw }, answer: { brokenOff: keptHead(raw) } };
  }
  const body = await wholeBody(joined(chunks));
  const raw = { ...outcome.raw, body };
  return { outcome: { ...outcome, raw }, answer: keptRaw(call, raw, body, host, keepsSecrets) };
}

/** What came of a body. @throws what ended it because nobody waits for it any more */
async function heard(
  body: HttpResponse["body"] = "",
  signal: AbortSignal,
): Promise<{ readonly chunks: readonly Uint8Array[]; readonly isWhole: boolean }> {
  if (typeof body === "string") return { chunks: [Buffer.from(body)], isWhole: true };
  if (body instanceof Uint8Array) return { chunks: [body], isWhole: true };
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    if (signal.aborted) throw error;
    return { chunks, isWhole: false };
  }
  return { chunks, isWhole: true };
}

/** The head of an answer that was broken off: its length says how much is missing. Of its body nothing is kept, for no model tells what in a part of one is secret. */
function keptHead({ status, headers }: HttpResponse): { status: number; headers: Record<string, string> } {
  const lasting = Object.entries(headers).filter(
    ([name]) => name === "content-length" || !OF_ONE_ANSWER.test(name),
  );
  return { status, headers: Object.fromEntries(lasting.map(([name, value]) => [name, String(value)])) };
}

export function keptError({ code, message, status, members }: AwsError, host: string): KeptError {
  const others = toPlain(members, host) as object;
  return {
    code,
    message: toPlain(message, host) as string,
    status,
    ...(Object.keys(others).length > 0 && { members: others }),
  };
}

/** Plays an answer. @throws AwsError that was kept */
export function outcomeOf(answer: Answer, host: string): Outcome {
  if ("output" in answer)
    return { kind: "output", output: fromPlain(answer.output, host) as Record<string, unknown> };
  if ("raw" in answer) {
    const { status, headers, body } = answer.raw;
    const bytes = fromPlain(body, host) as string | Uint8Array;
    return { kind: "output", output: {}, raw: { status, headers: { ...headers }, body: bytes } };
  }
  if ("brokenOff" in answer) {
    const { status, headers } = answer.brokenOff;
    const whenOver: WhenOver = (over) => over("broken-off");
    const raw = { status, headers: { ...headers }, body: severedAfter([]), whenOver };
    return { kind: "output", output: {}, raw };
  }
  const { code, message, status, members = {} } = answer.error;
  throw new AwsError(code, fromPlain(message, host) as string, {
    status,
    statusIsFixed: true,
    members: fromPlain(members, host) as Record<string, unknown>,
  });
}

function keptOutput(
  call: Call,
  output: Record<string, unknown>,
  host: string,
  keepsSecrets: boolean,
): Answer {
  const { service, operation } = call;
  const told = modelled(service, operation, output);
  return { output: toPlain(keepsSecrets ? told : scrubbed(service, operation, "output", told), host) };
}

function keptRaw(
  call: Call,
  raw: HttpResponse,
  body: Uint8Array,
  host: string,
  keepsSecrets: boolean,
): Answer {
  const model = loadModel(call.service);
  const headers = Object.fromEntries(
    Object.entries(raw.headers).map(([name, value]) => [name, String(value)]),
  );
  if (model !== undefined && Object.hasOwn(model.operations, call.operation)) {
    const client = createClient(model, protocolSpoken(call.service, call.headers));
    const whole: WholeResponse = { status: raw.status, headers, body };
    try {
      return keptOutput(call, client.decodeResponse(call.operation, whole), host, keepsSecrets);
    } catch (error) {
      if (error instanceof AwsError) return { error: keptError(error, host) };
      // It is not as the model has it: the bytes are.
    }
  }
  const lasting = Object.entries(headers).filter(([name]) => !OF_ONE_ANSWER.test(name));
  const kept = {
    status: raw.status,
    headers: Object.fromEntries(lasting),
    body: toPlain(readable(body), host),
  };
  return { raw: kept };
}

/** Text where it is one. */
function readable(body: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return body;
  }
}

async function withoutStreams(output: Record<string, unknown>): Promise<Record<string, unknown>> {
  const whole: Record<string, unknown> = { ...output };
  for (const [name, value] of Object.entries(output))
    if (isStream(value)) whole[name] = await wholeBody(value);
  return whole;
}

const isStream = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;
