/** The protocols of a service: which ones it speaks, which one a request is in, and a codec for each. */

import { randomUUID } from "node:crypto";
import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { type ProtocolName, type ServiceModel, wireIndex } from "../models/model.ts";
import { cborProtocol, targetCborProtocol } from "./cbor.ts";
import type { Decoded, DecodeHint, Protocol, ProtocolOptions } from "./codec.ts";
import { ec2Protocol } from "./ec2.ts";
import { jsonProtocol } from "./json.ts";
import { queryProtocol } from "./query.ts";
import { prefersJson, queryJsonProtocol } from "./query-json.ts";
import { restJsonProtocol } from "./rest-json.ts";
import { restXmlProtocol } from "./rest-xml.ts";
import { withDefaults } from "./run-time-model.ts";

export type { Decoded, DecodeHint, Protocol, ProtocolOptions } from "./codec.ts";

const FACTORIES: Readonly<
  Record<ProtocolName, (model: ServiceModel, options: Required<ProtocolOptions>) => Protocol>
> = {
  json: jsonProtocol,
  query: queryProtocol,
  ec2: ec2Protocol,
  "rest-json": restJsonProtocol,
  "rest-xml": restXmlProtocol,
  "smithy-rpc-v2-cbor": cborProtocol,
};

/** Every protocol that a service answers in. SQS left the query protocol, but its older clients did not. */
export function protocolsOf(model: ServiceModel): readonly ProtocolName[] {
  const { metadata } = model;
  return spokenBy(metadata.protocols ?? [metadata.protocol], metadata.awsQueryCompatible !== undefined);
}

function spokenBy(named: readonly ProtocolName[], isQueryCompatible: boolean): readonly ProtocolName[] {
  return isQueryCompatible && !named.includes("query") ? [...named, "query"] : named;
}

/** Compiles a codec for a model; operations are compiled when first used. Keep it: `protocolFor` does. */
export function createProtocol(
  given: ServiceModel,
  name?: ProtocolName,
  options: ProtocolOptions = {},
): Protocol {
  const model = withDefaults(given);
  const chosen = name ?? protocolsOf(model).find((protocol) => protocol in FACTORIES);
  const factory = chosen && FACTORIES[chosen];
  if (factory === undefined)
    throw new Error(`no codec for the protocol "${chosen ?? model.metadata.protocol}"`);
  return factory(model, { idempotencyToken: options.idempotencyToken ?? randomUUID });
}

const compiled = new WeakMap<ServiceModel, Map<string, Protocol>>();
/** Bodies of CBOR for the operations of awsJson: `application/x-amz-cbor-1.1`. */
const TARGET_CBOR = /^application\/x-amz-cbor-1\.\d/;

/** The codec for a request: a service that speaks several protocols answers in the one that it was asked in. */
export function protocolFor(model: ServiceModel, request: HttpRequest): Protocol {
  const name = protocolOfRequest(model, request);
  const type = request.headers["content-type"];
  const cbor = name === "json" && type?.includes("cbor") ? TARGET_CBOR.exec(type)?.[0] : undefined;
  const form = cbor ?? (name === "query" && prefersJson(request.headers) ? "query in JSON" : name);
  const byName = compiled.get(model) ?? new Map<string, Protocol>();
  const known = byName.get(form);
  if (known) return known;
  const options = { idempotencyToken: randomUUID };
  const protocol =
    cbor !== undefined
      ? targetCborProtocol(withDefaults(model), cbor, options)
      : form === "query in JSON"
        ? queryJsonProtocol(withDefaults(model), options)
        : createProtocol(model, name);
  byName.set(form, protocol);
  compiled.set(model, byName);
  return protocol;
}

const protocolOfRequest = (model: ServiceModel, { headers }: HttpRequest): ProtocolName =>
  protocolAmong(protocolsOf(model), headers);

/** The protocol in which a service of the wire index is spoken to by a request with these headers; undefined for a data plane. */
export function protocolSpoken(
  service: string,
  headers: Readonly<Record<string, string>>,
): ProtocolName | undefined {
  const entry = wireIndex().get(service);
  return entry && protocolAmong(spokenBy(entry.protocols, entry.queryCompatible === true), headers);
}

function protocolAmong(
  names: readonly ProtocolName[],
  headers: Readonly<Record<string, string>>,
): ProtocolName {
  const [first = "json", ...others] = names;
  if (others.length === 0) return first;
  const speaks = (name: ProtocolName) => names.includes(name);
  if (speaks("smithy-rpc-v2-cbor") && headers["smithy-protocol"] === "rpc-v2-cbor")
    return "smithy-rpc-v2-cbor";
  if (speaks("json") && headers["x-amz-target"] !== undefined) return "json";
  if (speaks("query")) return "query";
  return first;
}

/**
 * Decodes one request with a model given at run time (botocore's JSON form).
 * Throws an AwsError for what AWS would refuse.
 */
export function decodeRequest(model: ServiceModel, request: HttpRequest, hint?: DecodeHint): Decoded {
  return protocolFor(model, request).decode(request, hint);
}

/** Encodes an output or an error as the answer to `request`, with a model given at run time. */
export function encodeResponse(
  model: ServiceModel,
  request: HttpRequest,
  operation: string,
  result: { readonly output: Readonly<Record<string, unknown>> } | { readonly error: AwsError },
  requestId: string,
): HttpResponse {
  const protocol = protocolFor(model, request);
  if ("error" in result) return protocol.encodeError(result.error, requestId, operation);
  return protocol.encodeOutput(operation, result.output, requestId);
}
