import { AwsError } from "../core/aws-error.ts";
import { type Call, type Drop, JsonOutcome, type Outcome } from "../core/call.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { DataPlane } from "../core/service.ts";
import { isLarge, unhurried } from "../core/unhurried.ts";
import { loadModel, wireService } from "../models/model.ts";
import { type Compressor, compressorOf } from "../protocols/compression.ts";
import { plainInput } from "../protocols/plain-input.ts";
import type { Decoded, Protocol } from "../protocols/protocol.ts";
import type { Dispatcher } from "./dispatch.ts";
import { mayBeLarge } from "./large-body.ts";
import { operationSaid, UNKNOWN } from "./newer.ts";
import type { Recognized } from "./recognize.ts";

/** A request as its protocol or data plane understands it, and how to answer it. */
export interface Wire {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  /** Where a data plane's resource lives, when the request says so by naming it. */
  readonly account?: string;
  readonly region?: string;
  /** What is wrong with the request, when it could not be understood. */
  readonly refusal?: AwsError | undefined;
  /** Compresses what is encoded, where the service does and the client asks for it. */
  readonly compress?: Compressor | undefined;
  /** Only an output that is marked as large has to be waited for. */
  encodeOutput(output: Record<string, unknown>, call: Call): HttpResponse | Promise<HttpResponse>;
  /** An output that is JSON already, where the protocol writes that. */
  readonly encodeJson?: Protocol["encodeJson"] | undefined;
  encodeError(error: AwsError, call: Call): HttpResponse;
}

/** What goes back to the socket. */
export type Reply = { readonly kind: "response"; readonly response: HttpResponse } | Drop;

/**
 * Decodes a request; what is wrong with it comes back as `refusal`, to be encoded as the protocol has it. Only a data plane,
 * whose service may have to be loaded first, and a large body have one wait.
 */
export function wireOf(
  recognized: Recognized,
  request: HttpRequest,
  dispatcher: Dispatcher,
): Wire | Promise<Wire> {
  if (recognized.kind === "data-plane") return wireOfPlane(recognized.service, request, dispatcher);
  const protocol = dispatcher.protocol(recognized.service, request);
  const asked = belowStage(recognized, request);
  if (!mayBeLarge(asked) || !protocol.decodeLarge) {
    return protocolWire(protocol, recognized, asked, () => protocol.decode(asked, recognized));
  }
  return unhurried(protocol.decodeLarge(asked, recognized)).then(
    (decoded) => protocolWire(protocol, recognized, asked, () => decoded),
    (error: unknown) =>
      protocolWire(protocol, recognized, asked, () => {
        throw error;
      }),
  );
}

async function wireOfPlane(service: string, request: HttpRequest, dispatcher: Dispatcher): Promise<Wire> {
  const plane = await dispatcher.dataPlane(service);
  return plane ? planeWire(plane, request) : noPlane(service);
}

/** `/<stage>/@connections/<id>` of a WebSocket API: what stands before the operation's own path names the API. */
function belowStage(recognized: Recognized, request: HttpRequest): HttpRequest {
  if (recognized.service !== "apigatewaymanagementapi") return request;
  const at = request.path.search(/\/(?:@|%40)connections\//i);
  return at > 0 ? { ...request, path: request.path.slice(at) } : request;
}

function protocolWire(
  protocol: Protocol,
  recognized: Recognized,
  request: HttpRequest,
  decode: () => Decoded,
): Wire {
  let operation = UNKNOWN;
  let input: Record<string, unknown> = {};
  let refusal: AwsError | undefined;
  try {
    ({ operation, input } = decode());
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    operation = operationSaid(request);
    // An operation that the models do not have goes on to whoever may have it, and to the rules that name it.
    if (isModelled(recognized.service, operation) || operation === UNKNOWN) refusal = error;
  }
  if (loadModel(recognized.service) === undefined) input = { ...plainInput(request), ...input };
  return {
    operation,
    input,
    refusal,
    compress: compressorOf(recognized.service, request.headers["accept-encoding"]),
    encodeOutput: (output, call) =>
      protocol.encodeLarge && isLarge(output)
        ? unhurried(protocol.encodeLarge(call.operation, output, call.id))
        : protocol.encodeOutput(call.operation, output, call.id),
    encodeJson: protocol.encodeJson,
    encodeError: (error, call) => protocol.encodeError(error, call.id, refusal ? undefined : call.operation),
  };
}

function isModelled(service: string, operation: string): boolean {
  return Object.hasOwn(wireService(service)?.operations ?? {}, operation);
}

function planeWire(plane: DataPlane, request: HttpRequest): Wire {
  const encode = {
    encodeOutput: (): HttpResponse => {
      throw new Error("A data plane answers with bytes.");
    },
    encodeError: (error: AwsError, call: Call) => plane.encodeError(error, request, call.id),
  };
  try {
    return { ...plane.decode(request), ...encode };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { operation: "Unknown", input: {}, refusal: error, ...encode };
  }
}

function noPlane(service: string): Wire {
  return {
    operation: "Invoke",
    input: {},
    refusal: new AwsError("NotImplemented", `Squall does not serve ${service}.`, { status: 501 }),
    encodeOutput: () => ({ status: 501, headers: {} }),
    encodeError: (error) => ({
      status: error.status,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: error.message }),
    }),
  };
}

/** An outcome as bytes, or as what happens to the socket. Only an answer that is large or compressed has to be waited for. */
export function encodeOutcome(outcome: Outcome, wire: Wire, call: Call): Reply | Promise<Reply> {
  if (outcome.kind === "drop") return outcome;
  if (outcome.kind === "output" && outcome.raw) return replyOf(outcome, outcome.raw);
  const response =
    outcome.kind === "error"
      ? wire.encodeError(outcome.error, call)
      : outcome instanceof JsonOutcome && wire.encodeJson
        ? wire.encodeJson(outcome.json, call.id)
        : wire.encodeOutput(outcome.output, call);
  return response instanceof Promise
    ? response.then((response) => finished(outcome, wire, response))
    : finished(outcome, wire, response);
}

/** An answer as it leaves: compressed, and bent by faults. */
function finished(
  outcome: Exclude<Outcome, Drop>,
  wire: Wire,
  response: HttpResponse,
): Reply | Promise<Reply> {
  const compressed = wire.compress?.(response) ?? response;
  return compressed instanceof Promise
    ? compressed.then((response) => replyOf(outcome, response))
    : replyOf(outcome, compressed);
}

/** An answer as faults bend it. */
function replyOf({ bends }: Exclude<Outcome, Drop>, response: HttpResponse): Reply {
  if (bends === undefined) return { kind: "response", response };
  return {
    kind: "response",
    response: bends.reduce((answer, bend) => bend(answer), withLength(response)),
  };
}

/** What is bent keeps the length that it had: a client must see that it did not get all. */
function withLength(response: HttpResponse): HttpResponse {
  const { body, headers, status } = response;
  const isWhole = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  if (!isWhole || status === 204 || status === 304 || headers["content-length"] !== undefined)
    return response;
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  return { ...response, headers: { ...headers, "content-length": String(length) } };
}
