/** What restJson and restXml share: routes, HTTP bindings, streams. They bring the format of bodies and of errors. */

import type { AwsError } from "../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Unhurried } from "../core/unhurried.ts";
import { type Operation, operationIn, type ProtocolName, type ServiceModel } from "../models/model.ts";
import { asBytes } from "./bytes.ts";
import type { Decoded, DecodeHint, Protocol, ProtocolOptions } from "./codec.ts";
import { type ErrorShape, ErrorShapes, statusOf } from "./error-shapes.ts";
import { type EventPayloads, eventStreamOf, eventStreamWriter } from "./event-stream.ts";
import { parseQuery } from "./form.ts";
import { headerSafe, headerWriter } from "./header-values.ts";
import { OperationCache, tokenFiller } from "./operations.ts";
import { restBody } from "./request-body.ts";
import { isBoundInResponse, type RestSource, restInputReader, takesDocument } from "./rest-request.ts";
import { type Query, routesOf } from "./routes.ts";
import { itemOf, membersOf, payloadOf, type ResolvedMember, type ResolvedShape, resolve } from "./shapes.ts";
import { takesStream } from "./streaming.ts";

/** How bodies look. */
export interface BodyFormat {
  readonly contentType: string;
  /** The status of an answer whose model says another than the service does. */
  statusOf?(operation: Operation): number | undefined;
  readonly events: EventPayloads;
  /** A wrong-typed label, header or query parameter. */
  fail(text: string, type: string): Error;
  /** A body as a document. */
  parse(body: Uint8Array): unknown;
  /** The same with pauses. */
  parseLarge(body: Uint8Array): Unhurried<unknown>;
  readStructure(
    shape: ResolvedShape,
    include: (member: ResolvedShape) => boolean,
  ): (document: unknown) => Record<string, unknown>;
  readPayload(member: ResolvedMember): (document: unknown) => unknown;
  /** The body of an output without payload member. */
  writeStructure(
    shape: ResolvedShape,
    include: (member: ResolvedShape) => boolean,
    operation: Operation,
  ): (output: unknown) => string;
  writePayload(member: ResolvedMember): (value: unknown) => string;
}

/** What differs between REST protocols and services beside the format. */
export interface RestDialect {
  readonly name: ProtocolName;
  readonly format: BodyFormat;
  /** The path that a query means; throws for a query that the service refuses wherever it is sent. */
  at?(method: string, path: string, query: Query): string;
  /** No operation has this method and path. */
  noRoute(request: HttpRequest): AwsError;
  badUri(): AwsError;
  requestIdHeaders(requestId: string): Record<string, string>;
  errorResponse(
    error: AwsError,
    shape: ErrorShape | undefined,
    status: number,
    requestId: string,
  ): HttpResponse;
  /** S3 leaves `content-encoding` to the object and takes headers from a presigned query. */
  readonly s3: boolean;
}

export function restProtocol(
  model: ServiceModel,
  options: Required<ProtocolOptions>,
  dialect: RestDialect,
): Protocol {
  const { format } = dialect;
  const route = routesOf(model);
  const errors = new ErrorShapes(model);

  const operations = new OperationCache(model, (operation) => ({
    read: restInputReader(model, operation, format),
    write: outputWriter(model, operation, format),
    compressed: operation.requestcompression !== undefined,
    hasDocument: takesDocument(model, operation),
    fillTokens: tokenFiller(
      model,
      operation.input && resolve(model, operation.input),
      options.idempotencyToken,
    ),
  }));

  function pathMeant(request: HttpRequest, query: Query, hint: DecodeHint | undefined): string {
    const path = pathOf(request, hint);
    return dialect.at?.(request.method, path, query) ?? path;
  }

  function sourceOf(request: HttpRequest, hint: DecodeHint | undefined): RestSource {
    const query = parseQuery(request.query);
    const path = pathMeant(request, query, hint);
    const source = dialect.s3 ? withPresignedHeaders(request, query) : request;
    const match = catchBadUri(() => route(source, path, query), dialect);
    if (match === undefined) throw dialect.noRoute(request);
    const { compressed } = operations.must(match.operation);
    const { body, stream, headers } = restBody(source, { inflate: compressed || !dialect.s3 });
    return { request, headers, query, match, body, ...(stream && { stream }) };
  }

  function read(source: RestSource): Decoded {
    const operation = operations.must(source.match.operation);
    const input = operation.read(source);
    operation.fillTokens?.(input);
    return { operation: source.match.operation, input };
  }

  function operationOf(request: HttpRequest, hint?: DecodeHint): string | undefined {
    const query = parseQuery(request.query);
    const path = pathMeant(request, query, hint);
    return catchBadUri(() => route(request, path, query), dialect)?.operation;
  }

  return {
    name: dialect.name,

    decode(request, hint): Decoded {
      return read(sourceOf(request, hint));
    },

    *decodeLarge(request, hint): Unhurried<Decoded> {
      const source = sourceOf(request, hint);
      const { hasDocument } = operations.must(source.match.operation);
      const document =
        hasDocument && source.body.length > 0 ? yield* format.parseLarge(source.body) : undefined;
      return read({ ...source, ...(document !== undefined && { document }) });
    },

    operationOf,

    streams(request, hint): boolean {
      const name = operationOf(request, hint);
      const operation = name === undefined ? undefined : operationIn(model, name);
      return operation !== undefined && takesStream(model, operation);
    },

    encodeOutput(name, output, requestId) {
      const response = operations.must(name).write(output);
      Object.assign(response.headers, dialect.requestIdHeaders(requestId));
      return response;
    },

    encodeError(error, requestId, operation) {
      const shape = errors.find(error);
      const response = dialect.errorResponse(error, shape, statusOf(error, shape), requestId);
      Object.assign(
        response.headers,
        dialect.requestIdHeaders(requestId),
        boundHeaders(model, error, shape),
        error.headers,
      );
      const method = operation === undefined ? undefined : operationIn(model, operation)?.http.method;
      if (method === "HEAD") delete response.body;
      return response;
    },
  };
}

/** A bucket in the host's name belongs into the path, where the routes look for it. */
function pathOf({ path }: HttpRequest, hint: DecodeHint | undefined): string {
  return hint?.bucket === undefined ? path : `/${encodeURIComponent(hint.bucket)}${path}`;
}

function catchBadUri<T>(action: () => T, dialect: RestDialect): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof URIError) throw dialect.badUri();
    throw error;
  }
}

/** A presigned URL carries headers in its query: S3 reads them there. */
function withPresignedHeaders(request: HttpRequest, query: Query): HttpRequest {
  if (!query.has("X-Amz-Signature") && !query.has("Signature")) return request;
  const hoisted: Record<string, string> = {};
  for (const [name, values] of query) {
    const header = name.toLowerCase();
    const [first] = values;
    if (header.startsWith("x-amz-") && first !== undefined) hoisted[header] = first;
  }
  return { ...request, headers: { ...hoisted, ...request.headers } };
}

/** Compiles the writer of an operation's output: status, headers, body. */
function outputWriter(model: ServiceModel, operation: Operation, format: BodyFormat) {
  const status = format.statusOf?.(operation) ?? operation.http.responseCode ?? 200;
  const shape = operation.output && resolve(model, operation.output);
  const members = shape ? membersOf(model, shape) : [];
  const statusMember = members.find((member) => member.shape.location === "statusCode")?.name;
  const rangeMember = members.find((member) => member.shape.locationName === "Content-Range")?.name;
  const writeHeaders = members
    .filter((member) => isBoundInResponse(member.shape))
    .map((member) => headerPart(model, member));
  const writeBody = bodyWriter(model, operation, shape, members, format);
  return (output: Readonly<Record<string, unknown>>): HttpResponse => {
    const response: HttpResponse = {
      status: Number((statusMember && output[statusMember]) || status),
      headers: {},
    };
    if (rangeMember && output[rangeMember]) response.status = 206;
    if (response.status !== 204 && response.status !== 304) writeBody(output, response);
    for (const write of writeHeaders) write(output, response.headers);
    return response;
  };
}

type Headers = HttpResponse["headers"];

function headerPart(model: ServiceModel, { name, shape }: ResolvedMember) {
  const wireName = (shape.locationName ?? (shape.location === "headers" ? "" : name)).toLowerCase();
  if (shape.location === "headers") {
    return (output: Readonly<Record<string, unknown>>, headers: Headers) => {
      for (const [key, value] of Object.entries(output[name] ?? {}))
        headers[wireName + key.toLowerCase()] = headerSafe(String(value));
    };
  }
  if (shape.location !== "header") return () => {};
  const write = headerWriter(shape, shape.type === "list" ? resolve(model, itemOf(shape)) : undefined);
  return (output: Readonly<Record<string, unknown>>, headers: Headers) => {
    const value = output[name];
    if (value !== undefined && value !== null && value !== "") headers[wireName] = headerSafe(write(value));
  };
}

type WriteBody = (output: Readonly<Record<string, unknown>>, response: HttpResponse) => void;

function bodyWriter(
  model: ServiceModel,
  operation: Operation,
  shape: ResolvedShape | undefined,
  members: readonly ResolvedMember[],
  format: BodyFormat,
): WriteBody {
  const isHead = operation.http.method === "HEAD";
  if (shape === undefined) return () => {};
  // A HEAD says what its document would be, as recorded of HeadBucket. An object's own type goes over it.
  if (isHead)
    return (_, response) => {
      response.headers["content-type"] = format.contentType;
    };
  const stream = eventStreamOf(model, shape);
  if (stream) {
    const write = eventStreamWriter(model, stream, format.events);
    return (output, response) => {
      response.headers["content-type"] = "application/vnd.amazon.eventstream";
      response.isEventStream = true;
      response.body = write(output, undefined);
    };
  }
  if (shape.payload !== undefined) return payloadWriter(payloadOf(shape, members), format);
  if (members.every((member) => isBoundInResponse(member.shape)) && format.contentType !== "application/json")
    return () => {};
  const write = format.writeStructure(shape, (member) => !isBoundInResponse(member), operation);
  return (output, response) => {
    response.headers["content-type"] = format.contentType;
    response.body = write(output);
  };
}

function payloadWriter(payload: ResolvedMember, format: BodyFormat): WriteBody {
  const { name, shape } = payload;
  if (shape.type === "blob" || shape.type === "string") {
    const contentType = shape.type === "blob" ? "application/octet-stream" : "text/plain";
    return (output, response) => {
      const value = output[name];
      if (value === undefined || value === null) return;
      response.headers["content-type"] = contentType;
      response.body = isAsyncIterable(value) ? value : asBytes(value);
    };
  }
  const write = format.writePayload(payload);
  return (output, response) => {
    const value = output[name];
    if (value === undefined || value === null) return;
    response.headers["content-type"] = format.contentType;
    response.body = write(value);
  };
}

const isAsyncIterable = (value: unknown): value is AsyncIterable<Uint8Array> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value;

/** An error's members that travel as headers (`Retry-After`). */
function boundHeaders(model: ServiceModel, error: AwsError, shape: ErrorShape | undefined): Headers {
  const headers: Headers = {};
  for (const member of shape?.members ?? []) {
    if (member.shape.location === "header") headerPart(model, member)(error.members, headers);
  }
  return headers;
}
