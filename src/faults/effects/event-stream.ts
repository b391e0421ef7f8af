import { AwsError } from "../../core/aws-error.ts";
import type { Call, Outcome } from "../../core/call.ts";
import { encodeMessage } from "../../core/event-message.ts";
import type { FaultEffect } from "../../core/fault.ts";
import { Severed } from "../../core/http.ts";
import { sure } from "../../core/sure.ts";
import { bent, withBody } from "../wire/answer.ts";
import { framesOf, isEventStream } from "../wire/frames.ts";

type Surgery = "exception" | "drop" | "duplicate" | "truncate" | "bad-crc";

interface EventStreamParams {
  readonly what: Surgery;
  readonly frame: number;
  readonly code?: string;
  readonly message?: string;
}

const SURGERIES: readonly Surgery[] = ["exception", "drop", "duplicate", "truncate", "bad-crc"];

const eventStream: FaultEffect<EventStreamParams> = {
  name: "event-stream",
  description:
    "Breaks one message of an answer that is an event stream (Lambda's InvokeWithResponseStream, Logs' StartLiveTail, Kinesis' SubscribeToShard); other answers pass.",
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
    code: { type: "string", description: "The exception. Default: the service's internal error." },
    message: { type: "string", description: "The exception's message." },
  },
  onTheWire: true,
  shorthand: (value) => ({ what: value }),

  check({ what, code, message }) {
    return what === "exception" || (code === undefined && message === undefined)
      ? undefined
      : `only an exception has a code and a message, not ${what}`;
  },

  async apply({ what, frame, code, message }, call, next, ctx) {
    const outcome = await next();
    const base = code === undefined ? ctx.commonError("internal") : undefined;
    const said = message ?? base?.message ?? `Injected by the fault rule ${ctx.rule.id}.`;
    const error = new AwsError(code ?? sure(base).code, said);
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

async function* operated(
  frames: AsyncIterable<Buffer>,
  what: Surgery,
  wanted: number,
  error: AwsError,
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
  if (what === "exception") yield exceptionFrame(error);
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
