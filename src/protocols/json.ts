import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import { readJson } from "../core/read-json.ts";
import { sure } from "../core/sure.ts";
import type { Unhurried } from "../core/unhurried.ts";
import { zlib } from "../core/zlib.ts";
import type { ServiceModel } from "../models/model.ts";
import { utf8 } from "./bytes.ts";
import type { Decoded, Protocol, ProtocolOptions } from "./codec.ts";
import { ErrorShapes, errorDocument, errorMembers, queryError, statusOf } from "./error-shapes.ts";
import { serializationException, unknownOperationException } from "./errors.ts";
import { eventStreamOf, eventStreamWriter } from "./event-stream.ts";
import type { ParseText } from "./exact-json.ts";
import { jsonErrorType } from "./json-error-type.ts";
import { jsonEvents } from "./json-events.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { parseLargeJson } from "./large-json.ts";
import { OperationCache, tokenFiller } from "./operations.ts";
import { dynamoDbBody, plainBody } from "./request-body.ts";
import { headersOf } from "./service-headers.ts";
import { resolve } from "./shapes.ts";
import { StructuredCodecs } from "./structured.ts";

/** awsJson1.0 and awsJson1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export function jsonProtocol(model: ServiceModel, options: Required<ProtocolOptions>): Protocol {
  const { metadata } = model;
  const contentType = `application/x-amz-json-${metadata.jsonVersion ?? "1.0"}`;
  const isDynamoDb = /^DynamoDB/.test(metadata.serviceId);
  const codecs = new StructuredCodecs(model, jsonLeaves(isDynamoDb ? "dynamodb" : "coral"));
  const errors = new ErrorShapes(model);
  const typeOf = jsonErrorType(metadata);
  const idsOf = headersOf(metadata.serviceId);
  const bodyOf = isDynamoDb ? dynamoDbBody : plainBody;
  const queryCompatible = metadata.awsQueryCompatible !== undefined;

  const operations = new OperationCache(model, (operation) => {
    const input = operation.input && resolve(model, operation.input);
    const output = operation.output && resolve(model, operation.output);
    const stream = output && eventStreamOf(model, output);
    return {
      input: operation.input,
      read: operation.input && codecs.reader(operation.input),
      write: output && codecs.structureWriter(output, (member) => !member.eventstream),
      fillTokens: tokenFiller(model, input, options.idempotencyToken),
      stream: stream && eventStreamWriter(model, stream, jsonEvents(codecs)),
    };
  });

  function respond(
    status: number,
    text: string,
    requestId: string,
    sum = isDynamoDb ? zlib().crc32(text) : 0,
  ): HttpResponse {
    const headers = idsOf(requestId);
    headers["content-type"] = contentType;
    if (!isDynamoDb) return { status, headers, body: text };
    // DynamoDB's clients check this sum. The body stays text: it then leaves in one write with the headers.
    headers["x-amz-crc32"] = String(sum);
    return { status, headers, body: text };
  }

  return {
    name: "json",

    decode(request): Decoded {
      const name = targetOperation(request);
      const operation = operations.get(name);
      if (operation === undefined) throw unknownOperationException(400);
      const document = parseJson(bodyOf(request));
      const input = (operation.read ? operation.read(document, 0) : {}) as Record<string, unknown>;
      operation.fillTokens?.(input);
      return { operation: name, input };
    },

    *decodeLarge(request): Unhurried<Decoded> {
      const name = targetOperation(request);
      const operation = operations.get(name);
      if (operation === undefined) throw unknownOperationException(400);
      const document = (yield* parseLargeJson(bodyOf(request))) ?? {};
      const input = (operation.input ? yield* codecs.readLarge(operation.input, document, 0) : {}) as Record<
        string,
        unknown
      >;
      operation.fillTokens?.(input);
      return { operation: name, input };
    },

    encodeOutput(name, output, requestId) {
      const operation = operations.must(name);
      const document = operation.write ? operation.write(output) : undefined;
      if (operation.stream) {
        return {
          status: 200,
          headers: { ...idsOf(requestId), "content-type": "application/vnd.amazon.eventstream" },
          body: operation.stream(output, Buffer.from(JSON.stringify(document), "utf8")),
        };
      }
      return respond(200, document ? JSON.stringify(document) : isDynamoDb ? "{}" : "", requestId);
    },

    encodeJson: (json, requestId) => respond(200, json, requestId),

    *encodeLarge(name, output, requestId): Unhurried<HttpResponse> {
      const ref = sure(model.operations[name]?.output);
      const pieces = yield* codecs.writeLarge(ref, output);
      let sum = 0;
      for (const piece of pieces) {
        sum = zlib().crc32(piece, sum);
        yield;
      }
      return respond(200, pieces.join(""), requestId, sum);
    },

    encodeError(error: AwsError, requestId) {
      const shape = errors.find(error);
      const status = statusOf(error, shape);
      const members = errorMembers(
        error,
        shape,
        isDynamoDb && CAPITAL.has(error.code) ? "Message" : "message",
      );
      const document = errorDocument(codecs, error, shape, members);
      const response = respond(
        status,
        JSON.stringify({ __type: typeOf(error, shape), ...(isDynamoDb ? withItem(document) : document) }),
        requestId,
      );
      Object.assign(response.headers, error.headers);
      if (queryCompatible) {
        response.headers["x-amzn-query-error"] = queryError(error, shape, status);
      }
      return response;
    },
  };
}

/** Under DynamoDB these come from another layer, which writes "Message". */
const CAPITAL = new Set(["SerializationException", "AccessDeniedException"]);

/** As recorded: a condition that failed says it in "Message" where it tells the item. */
function withItem(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { message, Item } = document;
  return Item === undefined ? document : { Item, Message: message };
}

/** The operation in `X-Amz-Target`. */
export function targetOperation(request: HttpRequest): string {
  const target = request.headers["x-amz-target"] ?? "";
  return target.slice(target.lastIndexOf(".") + 1);
}

/** A JSON body; an empty one is an empty object. */
export function parseJson(body: Uint8Array, parse: ParseText = readJson): unknown {
  if (body.length === 0) return {};
  try {
    return parse(utf8(body)) ?? {};
  } catch {
    throw serializationException("");
  }
}
