import type { HttpResponse } from "../core/http.ts";
import type { ServiceModel } from "../models/model.ts";
import { asBuffer, asBytes } from "./bytes.ts";
import { definiteCbor } from "./cbor-definite.ts";
import { cborg } from "./cborg.ts";
import type { Decoded, Protocol, ProtocolOptions } from "./codec.ts";
import { ErrorShapes, errorDocument, errorMembers, queryError, statusOf } from "./error-shapes.ts";
import { serializationException, unknownOperationException } from "./errors.ts";
import { eventStreamOf, eventStreamWriter } from "./event-stream.ts";
import { jsonErrorType } from "./json-error-type.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { OperationCache, tokenFiller } from "./operations.ts";
import { plainBody } from "./request-body.ts";
import { type ResolvedShape, resolve } from "./shapes.ts";
import { type Leaves, StructuredCodecs, type Write } from "./structured.ts";
import { asDate, fromEpochSeconds, parseTimestamp, toEpochSeconds } from "./timestamp.ts";

/** Smithy RPC v2 CBOR: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export function cborProtocol(model: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const codecs = new StructuredCodecs(model, cborLeaves);
  const errors = new ErrorShapes(model);
  const typeOf = jsonErrorType({ ...model.metadata, jsonVersion: "1.0" });
  const queryCompatible = model.metadata.awsQueryCompatible !== undefined;

  const operations = new OperationCache(model, (operation) => {
    const input = operation.input && resolve(model, operation.input);
    const output = operation.output && resolve(model, operation.output);
    const stream = output && eventStreamOf(model, output);
    return {
      read: operation.input && codecs.reader(operation.input),
      write: output && codecs.structureWriter(output, (member) => !member.eventstream),
      fillTokens: tokenFiller(model, input, options.idempotencyToken),
      stream: stream && eventStreamWriter(model, stream, cborEvents(codecs)),
    };
  });

  const respond = (status: number, requestId: string, document: unknown): HttpResponse => ({
    status,
    headers: {
      "x-amzn-requestid": requestId,
      "smithy-protocol": "rpc-v2-cbor",
      ...(document === undefined ? {} : { "content-type": "application/cbor" }),
    },
    ...(document === undefined ? {} : { body: cborg().encode(document) }),
  });

  return {
    name: "smithy-rpc-v2-cbor",

    decode(request): Decoded {
      const name = /\/operation\/([^/]+)$/.exec(request.path)?.[1] ?? "";
      const operation = operations.get(name);
      if (operation === undefined) throw unknownOperationException(404);
      const document = parseCbor(plainBody(request));
      const input = (operation.read ? operation.read(document, 0) : {}) as Record<string, unknown>;
      operation.fillTokens?.(input);
      return { operation: name, input };
    },

    encodeOutput(name, output, requestId) {
      const operation = operations.must(name);
      const document = operation.write?.(output);
      const response = respond(200, requestId, document);
      if (operation.stream) {
        response.headers["content-type"] = "application/vnd.amazon.eventstream";
        response.body = operation.stream(output, cborg().encode(document));
      }
      return response;
    },

    encodeError(error, requestId) {
      const shape = errors.find(error);
      const status = statusOf(error, shape);
      const members = errorMembers(error, shape, "message");
      const document = errorDocument(codecs, error, shape, members);
      const response = respond(status, requestId, { __type: typeOf(error, shape), ...document });
      Object.assign(response.headers, error.headers);
      if (queryCompatible) {
        response.headers["x-amzn-query-error"] = queryError(error, shape, status);
      }
      return response;
    },
  };
}

/** CBOR spells timestamps and blobs in its own way; a wrong type is refused in the words of JSON. */
const json = jsonLeaves("coral");
export const cborLeaves: Leaves = {
  read(shape) {
    switch (shape.type) {
      case "blob":
        return (value) => {
          if (value instanceof Uint8Array) return value;
          throw serializationException("Unexpected value type in payload");
        };
      case "timestamp":
        return readTimestamp;
      case "string":
      case "character":
      case "boolean":
        return json.read(shape);
      default: {
        const read = json.read(shape);
        return (value, depth) => read(typeof value === "bigint" ? Number(value) : value, depth);
      }
    }
  },
  write: cborLeafWriter,
  wrongType: json.wrongType,
};

function readTimestamp(value: unknown): Date {
  const raw = value instanceof cborg().Tagged ? value.value : value;
  const date =
    typeof raw === "number" || typeof raw === "bigint"
      ? fromEpochSeconds(Number(raw))
      : typeof raw === "string"
        ? parseTimestamp(raw)
        : undefined;
  if (date === undefined) throw serializationException("Unexpected value type in payload");
  return date;
}

function cborLeafWriter(shape: ResolvedShape): Write {
  switch (shape.type) {
    case "blob":
      return asBytes;
    case "timestamp":
      return (value) => new (cborg().Tagged)(1, toEpochSeconds(asDate(value)));
    case "string":
    case "character":
      return (value) => (typeof value === "string" ? value : String(value));
    case "boolean":
      return (value) => value === true || value === "true";
    default:
      return Number;
  }
}

/** Timestamps as text or number (0, 1) stay marked; big integers (2, 3) are bytes to read as a number. */
const tags = () => ({
  0: cborg().Tagged.decoder(0),
  1: cborg().Tagged.decoder(1),
  2: (decode: () => unknown) => bigInteger(decode()),
  3: (decode: () => unknown) => -1 - bigInteger(decode()),
});

function bigInteger(bytes: unknown): number {
  if (!(bytes instanceof Uint8Array)) throw serializationException("");
  return Number(`0x0${asBuffer(bytes).toString("hex")}`);
}

export function parseCbor(body: Uint8Array): unknown {
  if (body.length === 0) return {};
  try {
    return cborg().decode(definiteCbor(body), { tags: tags(), coerceUndefinedToNull: true });
  } catch {
    throw serializationException("");
  }
}

function cborEvents(codecs: StructuredCodecs) {
  return {
    contentType: "application/cbor",
    payloadWriter(shape: ResolvedShape, include: (member: ResolvedShape) => boolean) {
      const write = codecs.structureWriter(shape, include);
      return (value: unknown) => cborg().encode(write(value));
    },
  };
}
