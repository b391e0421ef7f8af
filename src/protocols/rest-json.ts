import type { AwsError } from "../core/aws-error.ts";
import { readJson } from "../core/read-json.ts";
import type { ServiceModel } from "../models/model.ts";
import type { Protocol, ProtocolOptions } from "./codec.ts";
import { type ErrorShape, errorDocument, errorMembers } from "./error-shapes.ts";
import { missingAuthenticationToken, serializationException, unknownOperationException } from "./errors.ts";
import { type ParseText, parseExactly } from "./exact-json.ts";
import { parseJson } from "./json.ts";
import { jsonEvents } from "./json-events.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { parseLargeJson } from "./large-json.ts";
import { type BodyFormat, restProtocol } from "./rest.ts";
import { headersOf } from "./service-headers.ts";
import { StructuredCodecs } from "./structured.ts";

/** By the service's id in its model: those that hand longs on as they are. */
const EXACT = /^RDS Data$/;

/** restJson1: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export function restJsonProtocol(model: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const isApiGateway = /^api ?gateway/i.test(model.metadata.serviceId);
  const codecs = new StructuredCodecs(
    model,
    jsonLeaves(model.metadata.serviceId === "API Gateway" ? "apigateway" : "coral"),
  );

  function errorBody(error: AwsError, shape: ErrorShape | undefined, status: number): string {
    const members = errorMembers(error, shape, "message");
    // Lambda says whose fault it was in a member of every error.
    // One that has none, and says so, stays without.
    if (!("Type" in error.members) && shape?.members.some((member) => member.name === "Type"))
      members["Type"] ??= status >= 500 ? "Service" : "User";
    return JSON.stringify(errorDocument(codecs, error, shape, members));
  }

  return restProtocol(model, options, {
    name: "rest-json",
    s3: false,
    format: jsonFormat(codecs, EXACT.test(model.metadata.serviceId) ? parseExactly : readJson),
    noRoute: () => (isApiGateway ? missingAuthenticationToken() : unknownOperationException(404)),
    badUri: () => serializationException("The request URI could not be decoded"),
    requestIdHeaders: headersOf(model.metadata.serviceId),
    errorResponse: (error, shape, status) => ({
      status,
      headers: { "content-type": "application/json", "x-amzn-errortype": shape?.name ?? error.code },
      body: errorBody(error, shape, status),
    }),
  });
}

/** Bodies in JSON. */
export function jsonFormat(codecs: StructuredCodecs, parse: ParseText = readJson): BodyFormat {
  return {
    contentType: "application/json",
    events: jsonEvents(codecs),
    fail: (text, type) => serializationException(`Unable to parse "${text}" as ${type}`),
    parse: (body) => parseJson(body, parse),
    parseLarge: (body) => parseLargeJson(body, parse),
    readStructure(shape, include) {
      const read = codecs.structureReader(shape, include);
      return (document) => read(document ?? {}, 0) as Record<string, unknown>;
    },
    readPayload({ shape }) {
      const read = codecs.reader(shape);
      return (document) => read(document ?? {}, 0);
    },
    writeStructure(shape, include) {
      const write = codecs.structureWriter(shape, include);
      return (output) => JSON.stringify(write(output));
    },
    writePayload({ shape }) {
      const write = codecs.writer(shape);
      return (value) => JSON.stringify(write(value));
    },
  };
}
