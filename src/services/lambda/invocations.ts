import { TRACE_HEADER } from "../../aws/tracing.ts";
import { wholeBody } from "../../core/joined.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { badClientContext, invalidRequestContent, requestTooLarge } from "./errors.ts";
import type { InvocationResult } from "./execution/invocation.ts";
import type { Event } from "./invoker.ts";
import type { Lambda } from "./lambda.ts";
import { findFunction } from "./lookup.ts";
import { LATEST } from "./records.ts";

const ASYNC_LIMIT_BYTES = 1_048_576;
const EMPTY_EVENT = Buffer.from("{}");

/** Invocations: https://docs.aws.amazon.com/lambda/latest/dg/lambda-invocation.html */
export const invocationOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  async Invoke(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, input.Qualifier, LATEST);
    const version = lambda.invoker.choose(found);
    const type = input.InvocationType ?? "RequestResponse";
    if (type === "DryRun") return { StatusCode: 204 };
    const payload = eventOf(input.Payload, type, lambda);
    const event = {
      payload,
      ...invocationIds(ctx, input.ClientContext, input.TenantId),
      tail: input.LogType === "Tail",
    };
    if (type === "Event") {
      lambda.queue.add(found, event);
      return { StatusCode: 202 };
    }
    const hits = ctx.hits("lambda:invoke", lambda.invoker.subject(found, version));
    const { result, executedVersion } = await lambda.invoker.invoke(found, version, event, hits);
    return { StatusCode: 200, ExecutedVersion: executedVersion, ...answerOf(result) };
  },

  async InvokeAsync(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, undefined, LATEST);
    lambda.invoker.choose(found);
    const payload = eventOf(await wholeBody(input.InvokeArgs), "Event", lambda);
    lambda.queue.add(found, { payload, ...invocationIds(ctx) });
    return { Status: 202 };
  },

  async InvokeWithResponseStream(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, input.Qualifier, LATEST);
    const version = lambda.invoker.choose(found);
    if (input.InvocationType === "DryRun") return { StatusCode: 204 };
    const payload = eventOf(input.Payload, "RequestResponse", lambda);
    const event: Event = {
      payload,
      ...invocationIds(ctx, input.ClientContext, input.TenantId),
      tail: input.LogType === "Tail",
      streaming: true,
    };
    const hits = ctx.hits("lambda:invoke", lambda.invoker.subject(found, version));
    const { result, executedVersion } = await lambda.invoker.invoke(found, version, event, hits);
    const output = {
      StatusCode: 200,
      ExecutedVersion: executedVersion,
      ResponseStreamContentType: result.kind === "stream" ? result.contentType : "application/octet-stream",
      EventStream: eventsOf(result),
    };
    if (result.kind === "response") wholeAnswers.add(output);
    return output;
  },
});

/** Answers of functions that do not stream, though they were asked to: only a function URL wants to know. */
const wholeAnswers = new WeakSet<object>();

/** Is the stream of an InvokeWithResponseStream a function's whole answer in one piece? */
export const holdsWhole = (output: object): boolean => wholeAnswers.has(output);

/** The event's bytes. @throws RequestTooLargeException, InvalidRequestContentException */
function eventOf(payload: Uint8Array | undefined, type: string, lambda: Lambda): Uint8Array {
  if (!payload || payload.length === 0) return EMPTY_EVENT;
  const limitBytes =
    type === "Event" ? ASYNC_LIMIT_BYTES : lambda.host.setting<number>("limit-payload-bytes");
  if (payload.length > limitBytes) throw requestTooLarge(payload.length, limitBytes, type);
  try {
    readJson(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch (error) {
    throw invalidRequestContent(
      `Could not parse request body into json: Could not parse payload into json: ${(error as Error).message}`,
    );
  }
  return payload;
}

function invocationIds(ctx: Context, clientContext?: string, tenantId?: string): Omit<Event, "payload"> {
  const traceHeader = ctx.headers[TRACE_HEADER];
  return {
    requestId: ctx.requestId,
    callId: ctx.id,
    ...(traceHeader && { traceHeader }),
    ...(clientContext && { clientContext: clientContextOf(clientContext) }),
    ...(tenantId && { tenantId }),
  };
}

/** A client context as the header that a runtime gets: JSON in plain ASCII. @throws InvalidRequestContentException */
function clientContextOf(base64: string): string {
  let context: unknown;
  try {
    context = readJson(Buffer.from(base64, "base64").toString());
  } catch {
    throw badClientContext();
  }
  if (typeof context !== "object" || context === null || Array.isArray(context)) throw badClientContext();
  return JSON.stringify(context).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function answerOf(result: InvocationResult): Api.InvocationResponse {
  return {
    ...(result.kind === "error" && { FunctionError: result.functionError }),
    ...(result.logTail !== undefined && { LogResult: result.logTail }),
    ...(result.kind !== "stream" && { Payload: result.payload }),
  };
}

async function* eventsOf(
  result: InvocationResult,
): AsyncGenerator<Api.InvokeWithResponseStreamResponseEvent> {
  if (result.kind === "response") yield { PayloadChunk: { Payload: result.payload } };
  if (result.kind === "stream") for await (const Payload of result.body) yield { PayloadChunk: { Payload } };
  const end = result.kind === "stream" ? await result.end : result;
  const error = "kind" in end ? (end.kind === "error" ? end : undefined) : end.error;
  yield {
    InvokeComplete: {
      ...(error && { ErrorCode: error.functionError, ErrorDetails: Buffer.from(error.payload).toString() }),
      ...(end.logTail !== undefined && { LogResult: end.logTail }),
    },
  };
}
