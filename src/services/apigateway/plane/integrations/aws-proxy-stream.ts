import { parseArn } from "../../../../core/arn.ts";
import type { HttpResponse } from "../../../../core/http.ts";
import { readJson } from "../../../../core/read-json.ts";
import { isBinary } from "../binary.ts";
import type { Exchange } from "../exchange.ts";
import { badGateway } from "../gateway-error.ts";
import { functionOf, lambdaFailure } from "../lambda-function.ts";
import { proxyEvent } from "../proxy-event.ts";
import { resolveVariables } from "../variables.ts";
import { credentialsOf, proxyResponse } from "./aws-proxy.ts";

interface StreamEvent {
  readonly PayloadChunk?: { readonly Payload?: Uint8Array };
  readonly InvokeComplete?: { readonly ErrorCode?: string; readonly ErrorDetails?: string };
}

/** What stands between a streamed response's metadata and its body. */
const DELIMITER = Buffer.alloc(8);
const LARGEST_METADATA = 64 * 1024;

/**
 * Lambda proxy with a streamed response: the function's metadata (status, headers) first, then its body as it comes.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export async function awsProxyStream(exchange: Exchange, signal: AbortSignal): Promise<HttpResponse> {
  const { ctx, integration } = exchange;
  const functionArn = functionOf(resolveVariables(integration.uri ?? "", exchange.variables));
  const event = proxyEvent(exchange, isBinary(exchange.headers.get("content-type"), exchange.api));
  const arn = parseArn(functionArn);
  let events: AsyncIterator<StreamEvent>;
  try {
    const output = await ctx.call<{ EventStream: AsyncIterable<StreamEvent> }>(
      "lambda",
      "InvokeWithResponseStream",
      { FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(event)) },
      {
        ...(arn && { account: arn.account, region: arn.region }),
        as: credentialsOf(exchange) ?? "apigateway.amazonaws.com",
        signal,
      },
    );
    events = output.EventStream[Symbol.asyncIterator]();
  } catch (error) {
    throw lambdaFailure(error);
  }
  const { metadata, first } = await readMetadata(events);
  const response = proxyResponse(JSON.stringify(metadata), false);
  return { ...response, body: rest(first, events) };
}

/** Reads up to the delimiter. @throws GatewayError 502 for a function that fails or says nothing of its response */
async function readMetadata(
  events: AsyncIterator<StreamEvent>,
): Promise<{ metadata: Record<string, unknown>; first: Uint8Array }> {
  let read = Buffer.alloc(0);
  while (read.length <= LARGEST_METADATA) {
    const next = await events.next();
    if (next.done) break;
    const { PayloadChunk, InvokeComplete } = next.value;
    if (InvokeComplete?.ErrorCode)
      throw badGateway(`Lambda execution failed: ${InvokeComplete.ErrorDetails}`);
    if (PayloadChunk?.Payload) read = Buffer.concat([read, PayloadChunk.Payload]);
    const at = read.indexOf(DELIMITER);
    if (at >= 0)
      return { metadata: parse(read.subarray(0, at)), first: read.subarray(at + DELIMITER.length) };
  }
  throw malformed();
}

const malformed = () =>
  badGateway("Execution failed due to configuration error: Malformed Lambda proxy response");

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const { cookies, ...metadata } = readJson(Buffer.from(bytes).toString()) as Record<string, unknown>;
    if (!Array.isArray(cookies)) return metadata;
    const multi = { ...(metadata["multiValueHeaders"] as object | undefined), "set-cookie": cookies };
    return { ...metadata, multiValueHeaders: multi };
  } catch {
    throw malformed();
  }
}

/** The body. An error on the way cuts it off: the status is already with the client. */
async function* rest(first: Uint8Array, events: AsyncIterator<StreamEvent>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  while (true) {
    const next = await events.next();
    if (next.done) return;
    const { PayloadChunk, InvokeComplete } = next.value;
    if (InvokeComplete?.ErrorCode)
      throw new Error(`The function failed on the way: ${InvokeComplete.ErrorDetails}`);
    if (PayloadChunk?.Payload) yield PayloadChunk.Payload;
  }
}
