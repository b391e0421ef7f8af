import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Unhurried } from "../core/unhurried.ts";
import type { ProtocolName, ServiceModel } from "../models/model.ts";
import { asBuffer, asBytes } from "./bytes.ts";
import { definiteCbor } from "./cbor-definite.ts";
import { cborg } from "./cborg.ts";
import type { Decoded, Protocol, ProtocolOptions } from "./codec.ts";
import {
  type ErrorShape,
  ErrorShapes,
  errorDocument,
  errorMembers,
  queryError,
  statusOf,
} from "./error-shapes.ts";
import { serializationException, unknownOperationException } from "./errors.ts";
import { eventStreamOf, eventStreamWriter } from "./event-stream.ts";
import { targetOperation } from "./json.ts";
import { jsonErrorType } from "./json-error-type.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { parseLargeCbor } from "./large-cbor.ts";
import { OperationCache, tokenFiller } from "./operations.ts";
import { plainBody } from "./request-body.ts";
import { headersOf } from "./service-headers.ts";
import { type ResolvedShape, resolve } from "./shapes.ts";
import { type Leaves, StructuredCodecs, type Write } from "./structured.ts";
import { asDate, fromEpochSeconds, parseTimestamp, toEpochSeconds } from "./timestamp.ts";

/** What two protocols with CBOR bodies do each in its own way. */
interface CborDialect {
  readonly name: ProtocolName;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly leaves: Leaves;
  /** Of an operation that the model does not have. */
  readonly unknownStatus: number;
  operationOf(request: HttpRequest): string;
  typeOf(error: AwsError, shape: ErrorShape | undefined): string;
}

/** Smithy RPC v2 CBOR: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export function cborProtocol(model: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  return codecOf(model, options, {
    name: "smithy-rpc-v2-cbor",
    contentType: "application/cbor",
    headers: { "smithy-protocol": "rpc-v2-cbor" },
    leaves: cborLeaves,
    unknownStatus: 404,
    operationOf: ({ path }) => /\/operation\/([^/]+)$/.exec(path)?.[1] ?? "",
    typeOf: jsonErrorType({ ...model.metadata, jsonVersion: "1.0" }),
  });
}

/**
 * awsJson's operations with bodies of CBOR, which no specification describes: the Java SDKs speak it to Kinesis by default.
 * Timestamps are tagged as such, but count milliseconds:
 * https://github.com/aws/aws-sdk-java-v2/blob/master/core/protocols/aws-cbor-protocol/src/main/java/software/amazon/awssdk/protocols/cbor/AwsCborProtocolFactory.java
 */
export function targetCborProtocol(
  model: ServiceModel,
  contentType: string,
  options: Required<ProtocolOptions>,
): Protocol {
  return codecOf(model, options, {
    name: "json",
    contentType,
    headers: {},
    leaves: leavesIn(1000),
    unknownStatus: 400,
    operationOf: targetOperation,
    typeOf: jsonErrorType(model.metadata),
  });
}

function codecOf(model: ServiceModel, options: Required<ProtocolOptions>, dialect: CborDialect): Protocol {
  const codecs = new StructuredCodecs(model, dialect.leaves);
  const errors = new ErrorShapes(model);
  const idsOf = headersOf(model.metadata.serviceId);
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
      ...idsOf(requestId),
      ...dialect.headers,
      ...(document === undefined ? {} : { "content-type": dialect.contentType }),
    },
    ...(document === undefined ? {} : { body: encodeCbor(document) }),
  });

  return {
    name: dialect.name,

    decode(request): Decoded {
      const name = dialect.operationOf(request);
      const operation = operations.get(name);
      if (operation === undefined) throw unknownOperationException(dialect.unknownStatus);
      const document = parseCbor(plainBody(request));
      const input = (operation.read ? operation.read(document, 0) : {}) as Record<string, unknown>;
      operation.fillTokens?.(input);
      return { operation: name, input };
    },

    *decodeLarge(request): Unhurried<Decoded> {
      const name = dialect.operationOf(request);
      const operation = operations.get(name);
      if (operation === undefined) throw unknownOperationException(dialect.unknownStatus);
      const document = yield* parseLargeCbor(plainBody(request), parseCbor);
      const ref = model.operations[name]?.input;
      const input = (ref ? yield* codecs.readLarge(ref, document, 0) : {}) as Record<string, unknown>;
      operation.fillTokens?.(input);
      return { operation: name, input };
    },

    encodeOutput(name, output, requestId) {
      const operation = operations.must(name);
      const document = operation.write?.(output);
      const response = respond(200, requestId, document);
      if (operation.stream) {
        response.headers["content-type"] = "application/vnd.amazon.eventstream";
        response.body = operation.stream(output, encodeCbor(document));
      }
      return response;
    },

    encodeError(error, requestId) {
      const shape = errors.find(error);
      const status = statusOf(error, shape);
      const members = errorMembers(error, shape, "message");
      const document = errorDocument(codecs, error, shape, members);
      const response = respond(status, requestId, { __type: dialect.typeOf(error, shape), ...document });
      Object.assign(response.headers, error.headers);
      if (queryCompatible) response.headers["x-amzn-query-error"] = queryError(error, shape, status);
      return response;
    },
  };
}

/** CBOR spells timestamps and blobs in its own way; a wrong type is refused in the words of JSON. */
const json = jsonLeaves("coral");
/** @param perSecond how many units of a timestamp are a second */
function leavesIn(perSecond: number): Leaves {
  return {
    read(shape) {
      switch (shape.type) {
        case "blob":
          return (value) => {
            if (value instanceof Uint8Array) return value;
            throw serializationException("Unexpected value type in payload");
          };
        case "timestamp":
          return (value) => readTimestamp(value, perSecond);
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
    write: (shape) =>
      shape.type === "timestamp"
        ? (value) => new (cborg().Tagged)(1, inUnits(toEpochSeconds(asDate(value)), perSecond))
        : leafWriter(shape),
    wrongType: json.wrongType,
  };
}

export const cborLeaves: Leaves = leavesIn(1);

/** Whole units where they are not seconds: 0.1 + 0.2 must not show. */
const inUnits = (seconds: number, perSecond: number) =>
  perSecond === 1 ? seconds : Math.round(seconds * perSecond);

function readTimestamp(value: unknown, perSecond: number): Date {
  const raw = value instanceof cborg().Tagged ? value.value : value;
  const date =
    typeof raw === "number" || typeof raw === "bigint"
      ? fromEpochSeconds(Number(raw) / perSecond)
      : typeof raw === "string"
        ? parseTimestamp(raw)
        : undefined;
  if (date === undefined) throw serializationException("Unexpected value type in payload");
  return date;
}

function leafWriter(shape: ResolvedShape): Write {
  switch (shape.type) {
    case "blob":
      return asBytes;
    case "string":
    case "character":
      return (value) => (typeof value === "string" ? value : String(value));
    case "boolean":
      return (value) => value === true || value === "true";
    case "float":
    case "double":
      // A whole double is written as a float, too: it travels as what `doubles` below knows.
      return (value) =>
        Number.isSafeInteger(Number(value)) ? Float64Array.of(Number(value)) : Number(value);
    default:
      return Number;
  }
}

const doubles = {
  typeEncoders: {
    Float64Array: ([value]: Float64Array) => new (cborg().Token)(cborg().Type.float, value),
  },
};

export const encodeCbor = (document: unknown) => cborg().encode(document, doubles);

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
      return (value: unknown) => encodeCbor(write(value));
    },
  };
}
