/**
 * `application/vnd.amazon.eventstream`: a body of framed messages, each with headers, a payload and two CRCs.
 * https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { AwsError } from "../core/aws-error.ts";
import { encodeMessage, type HeaderValue } from "../core/event-message.ts";
import type { ServiceModel } from "../models/model.ts";
import { asBytes } from "./bytes.ts";
import { membersOf, type ResolvedMember, type ResolvedShape } from "./shapes.ts";
import { asDate } from "./timestamp.ts";

/** How a protocol writes an event's payload: a structure to bytes. */
export interface EventPayloads {
  payloadWriter(
    shape: ResolvedShape,
    include: (member: ResolvedShape) => boolean,
  ): (value: unknown) => Uint8Array;
  readonly contentType: string;
}

/** Writes a stream of events as they come; an AwsError from the source ends it with an exception message. */
export type EventStreamWriter = (
  output: Readonly<Record<string, unknown>>,
  initial: Uint8Array | undefined,
) => AsyncIterable<Uint8Array>;

/** The event stream member of an output, when it has one. */
export function eventStreamOf(model: ServiceModel, output: ResolvedShape): ResolvedMember | undefined {
  return membersOf(model, output).find((member) => member.shape.eventstream);
}

/** Compiles the writer of an output's event stream. */
export function eventStreamWriter(
  model: ServiceModel,
  stream: ResolvedMember,
  payloads: EventPayloads,
): EventStreamWriter {
  const events = new Map(
    membersOf(model, stream.shape).map((event) => [event.name, eventWriter(model, event, payloads)]),
  );
  const exceptions = membersOf(model, stream.shape)
    .filter((event) => event.shape.exception)
    .map((event) => ({ event, write: exceptionWriter(model, event, payloads) }));
  return async function* (output, initial) {
    if (initial) {
      yield encodeMessage({
        headers: {
          ":message-type": "event",
          ":event-type": "initial-response",
          ":content-type": payloads.contentType,
        },
        payload: initial,
      });
    }
    try {
      for await (const union of (output[stream.name] ?? []) as AsyncIterable<Record<string, unknown>>) {
        for (const [name, event] of Object.entries(union)) {
          const write = events.get(name);
          if (write && event !== undefined && event !== null) yield write(event as Record<string, unknown>);
        }
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const declared = exceptions.find(
        ({ event }) => event.shape.shape === error.code || event.name === error.code,
      );
      yield declared ? declared.write(error) : errorMessage(error);
    }
  };
}

/** An error that the stream does not declare. */
function errorMessage(error: AwsError): Uint8Array {
  return encodeMessage({
    headers: { ":message-type": "error", ":error-code": error.code, ":error-message": error.message },
    payload: new Uint8Array(),
  });
}

/** One that it does, in the format of its events. */
function exceptionWriter(model: ServiceModel, event: ResolvedMember, payloads: EventPayloads) {
  const write = payloads.payloadWriter(event.shape, () => true);
  const message =
    membersOf(model, event.shape).find(({ name }) => /^message$/i.test(name))?.name ?? "message";
  const headers = {
    ":message-type": "exception",
    ":exception-type": event.name,
    ":content-type": payloads.contentType,
  };
  return (error: AwsError) =>
    encodeMessage({ headers, payload: write({ [message]: error.message, ...error.members }) });
}

function eventWriter(model: ServiceModel, event: ResolvedMember, payloads: EventPayloads) {
  const members = membersOf(model, event.shape);
  const headerMembers = members.filter((member) => member.shape.eventheader);
  const payload = members.find((member) => member.shape.eventpayload);
  const [contentType, writePayload] = payload
    ? explicitPayload(payload, payloads)
    : ([payloads.contentType, payloads.payloadWriter(event.shape, (member) => !member.eventheader)] as const);
  return (value: Record<string, unknown>): Uint8Array => {
    const headers: Record<string, HeaderValue> = {
      ":message-type": "event",
      ":event-type": event.name,
      ":content-type": contentType,
    };
    for (const member of headerMembers) {
      const typed = value[member.name];
      if (typed !== undefined && typed !== null) headers[member.name] = headerValue(typed, member.shape);
    }
    return encodeMessage({ headers, payload: writePayload(value) });
  };
}

function explicitPayload(payload: ResolvedMember, payloads: EventPayloads) {
  const { name, shape } = payload;
  const bytes = (value: unknown) =>
    value === undefined || value === null ? new Uint8Array() : asBytes(value);
  if (shape.type === "blob") {
    return ["application/octet-stream", (value: Record<string, unknown>) => bytes(value[name])] as const;
  }
  if (shape.type === "string")
    return ["text/plain", (value: Record<string, unknown>) => bytes(value[name])] as const;
  const write = payloads.payloadWriter(shape, () => true);
  return [payloads.contentType, (value: Record<string, unknown>) => write(value[name] ?? {})] as const;
}

function headerValue(value: unknown, shape: ResolvedShape): HeaderValue {
  switch (shape.type) {
    case "boolean":
      return value === true;
    case "blob":
      return asBytes(value);
    case "timestamp":
      return asDate(value);
    case "byte":
    case "short":
    case "integer":
    case "long":
      return { type: shape.type, value: Number(value) };
    default:
      return String(value);
  }
}
