import { AwsError } from "../../core/aws-error.ts";
import type { Call, Outcome } from "../../core/call.ts";
import { encodeMessage } from "../../core/event-message.ts";
import type { FaultEffect } from "../../core/fault.ts";
import { Severed } from "../../core/http.ts";
import { bent, withBody } from "../wire/answer.ts";
import { framesOf, isEventStream } from "../wire/frames.ts";

type Surgery = "exception" | "drop" | "duplicate" | "truncate" | "bad-crc";

interface EventStreamParams {
  readonly what: Surgery;
  readonly frame: number;
  readonly of: "answer" | "request";
  readonly code?: string;
  readonly message?: string;
}

const SURGERIES: readonly Surgery[] = ["exception", "drop", "duplicate", "truncate", "bad-crc"];

const eventStream: FaultEffect<EventStreamParams> = {
  name: "event-stream",
  description:
    "Breaks one message of an answer that is an event stream (Lambda's InvokeWithResponseStream, Logs' StartLiveTail, Kinesis' SubscribeToShard), or of a request that is one and that an upstream answers (Transcribe's StartStreamTranscription); others pass.",
  parameters: {
    what: {
      type: "string",
      description:
        "`exception`: an exception stands in its place and ends the stream; `drop`: it is left out; `duplicate`: it comes twice; `truncate`: the connection closes in its middle; `bad-crc`: its checksum is wrong.",
      values: SURGERIES,
      default: "exception",
    },
    frame: {
      type: "integer",
      description: "Which message, from 1; that of a JSON service is its initial response.",
      min: 1,
      default: 2,
    },
    of: {
      type: "string",
      description: "`request`: of what the client sends; it never sends an exception.",
      values: ["answer", "request"],
      default: "answer",
    },
    code: { type: "string", description: "The exception. Default: the service's internal error." },
    message: { type: "string", description: "The exception's message." },
  },
  onTheWire: true,
  shorthand: (value) => ({ what: value }),

  check({ what, code, message, of }) {
    if (of === "request" && what === "exception")
      return "a request's message can be dropped, duplicated, truncated or have a bad-crc, it is no exception";
    return what === "exception" || (code === undefined && message === undefined)
      ? undefined
      : `only an exception has a code and a message, not ${what}`;
  },

  async apply({ what, frame, of, code, message }, call, next, ctx) {
    if (of === "request") return sending(what, frame, call, next);
    const outcome = await next();
    const otherwise = `Injected by the fault rule ${ctx.rule.id}.`;
    const base = code === undefined ? ctx.commonError("internal") : { code, message: otherwise };
    const error = new AwsError(base.code, message ?? base.message);
    // Between services (a function URL, API Gateway) events are objects, not bytes.
    if (!isOnTheWire(call))
      return withEvents(outcome, (events) => operatedEvents(events, what, frame, error));
    return bent(outcome, (answer) =>
      isEventStream(answer)
        ? withBody(answer, (chunks) => operated(framesOf(chunks), what, frame, error))
        : answer,
    );
  },
};

export default eventStream;

/** The upstream gets a broken message; a client whose message broke off loses its connection there. */
async function sending(
  what: Surgery,
  frame: number,
  { body, headers }: Call,
  next: Parameters<FaultEffect["apply"]>[2],
): Promise<Outcome> {
  if (body === undefined || !isEventStream({ headers })) return next();
  let isBroken = false;
  body.bend(async function* (chunks) {
    try {
      yield* operated(framesOf(chunks), what, frame);
    } catch (error) {
      isBroken ||= error instanceof Severed;
      throw error;
    }
  });
  const broken: Outcome = { kind: "drop", how: "reset" };
  try {
    const outcome = await next();
    return isBroken ? broken : outcome;
  } catch (error) {
    if (isBroken) return broken;
    throw error;
  }
}

async function* operated(
  frames: AsyncIterable<Buffer>,
  what: Surgery,
  wanted: number,
  error?: AwsError,
): AsyncGenerator<Uint8Array> {
  let at = 0;
  for await (const frame of frames) {
    at++;
    if (at !== wanted) yield frame;
    else if (what === "exception") break;
    else if (what === "duplicate") yield Buffer.concat([frame, frame]);
    else if (what === "bad-crc") yield withWrongChecksum(frame);
    else if (what === "truncate") {
      yield frame.subarray(0, Math.floor(frame.length / 2));
      throw new Severed();
    }
  }
  // A shorter stream has it at its end.
  if (what === "exception" && error) yield exceptionFrame(error);
}

const isOnTheWire = ({ headers }: Call): boolean => Object.keys(headers).length > 0;

/** An outcome whose event stream, if it has one, is another. */
function withEvents(
  outcome: Outcome,
  change: (events: AsyncIterable<unknown>) => AsyncIterable<unknown>,
): Outcome {
  if (outcome.kind !== "output") return outcome;
  const stream = Object.entries(outcome.output).find(([, value]) => isIterable(value));
  if (!stream) return outcome;
  const [name, events] = stream as [string, AsyncIterable<unknown>];
  return { ...outcome, output: { ...outcome.output, [name]: change(events) } };
}

const isIterable = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** What has no bytes cannot have wrong ones: where a byte would be wrong or missing, the stream breaks off. */
async function* operatedEvents(
  events: AsyncIterable<unknown>,
  what: Surgery,
  wanted: number,
  error: AwsError,
): AsyncGenerator<unknown> {
  let at = 0;
  for await (const event of events) {
    at++;
    if (at !== wanted) {
      yield event;
      continue;
    }
    if (what === "exception") throw error;
    if (what === "bad-crc" || what === "truncate") throw new Severed();
    if (what === "duplicate") {
      yield event;
      yield event;
    }
  }
  if (what === "exception") throw error;
}

/** The last four bytes are the CRC of all before them. */
function withWrongChecksum(frame: Buffer): Buffer {
  const changed = Buffer.from(frame);
  changed.set([(changed.at(-1) ?? 0) ^ 0xff], changed.length - 1);
  return changed;
}

function exceptionFrame({ code, message }: AwsError): Uint8Array {
  return encodeMessage({
    headers: {
      ":message-type": "exception",
      ":exception-type": code,
      ":content-type": "application/json",
    },
    payload: Buffer.from(JSON.stringify({ message })),
  });
}
