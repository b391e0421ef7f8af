import { setOwn } from "../core/own.ts";
import type { Operation, ServiceModel } from "../models/model.ts";
import { asBytes, utf8 } from "./bytes.ts";
import type { ClientProtocol, ErrorOnWire, WholeResponse } from "./client.ts";
import { xmlError } from "./client-form.ts";
import { jsonError } from "./client-json.ts";
import { encodeUri, requestTo } from "./client-request.ts";
import { headerReader, headerWriter } from "./header-values.ts";
import { jsonLeaves } from "./json-leaves.ts";
import { OperationCache } from "./operations.ts";
import type { BodyFormat } from "./rest.ts";
import { jsonFormat } from "./rest-json.ts";
import { isBound, isBoundInResponse } from "./rest-request.ts";
import { xmlFormat, xmlNamespaceOf } from "./rest-xml.ts";
import { itemOf, membersOf, payloadOf, type ResolvedMember, type ResolvedShape, resolve } from "./shapes.ts";
import { StructuredCodecs } from "./structured.ts";
import { XmlReaders } from "./xml-reader.ts";
import { scalarText, XmlWriters } from "./xml-writer.ts";

/** The client of restJson1. */
export function restJsonClient(model: ServiceModel): ClientProtocol {
  const codecs = new StructuredCodecs(model, jsonLeaves("coral"));
  return restClient(model, jsonFormat(codecs), (response) => jsonError(response, codecs));
}

/** The client of restXml. */
export function restXmlClient(model: ServiceModel): ClientProtocol {
  const isS3 = model.metadata.serviceId === "S3";
  const writers = new XmlWriters(model, { milliseconds: isS3 });
  const format = xmlFormat(model, writers, xmlNamespaceOf(model), isS3);
  const readers = new XmlReaders(model);
  return restClient(model, format, (response) => xmlError(response, readers));
}

type Values = Readonly<Record<string, unknown>>;

function restClient(
  model: ServiceModel,
  format: BodyFormat,
  decodeError: (response: WholeResponse) => ErrorOnWire,
): ClientProtocol {
  const operations = new OperationCache(model, (operation) => ({
    write: requestWriter(model, operation, format),
    read: outputReader(model, operation, format),
  }));
  return {
    encodeRequest: (name, input) => operations.must(name).write(input),
    decodeOutput: (name, response) => operations.must(name).read(response),
    decodeError,
  };
}

function requestWriter(model: ServiceModel, operation: Operation, format: BodyFormat) {
  const shape = operation.input && resolve(model, operation.input);
  const members = shape ? membersOf(model, shape) : [];
  const parts = members.filter((member) => isBound(member.shape)).map((member) => partWriter(model, member));
  const body = shape && requestBody(shape, members, operation, format);
  const [path = "/", literals] = operation.http.requestUri.split("?");
  return (input: Values) => {
    const target: Target = { labels: new Map(), query: literals ? [literals] : [], headers: {} };
    for (const write of parts) write(input, target);
    const written = body?.(input);
    if (written) target.headers["content-type"] ??= written.contentType;
    return requestTo({
      method: operation.http.method,
      path: path.replace(/\{([^}+]+)(\+?)\}/g, (_, label: string, greedy: string) => {
        const text = target.labels.get(label) ?? "";
        return greedy ? text.split("/").map(encodeUri).join("/") : encodeUri(text);
      }),
      query: target.query.join("&"),
      headers: target.headers,
      body: written?.bytes ?? "",
    });
  };
}

/** The parts of a request that are filled before it is put together. */
interface Target {
  readonly labels: Map<string, string>;
  readonly query: string[];
  readonly headers: Record<string, string>;
}

function partWriter(
  model: ServiceModel,
  { name, shape }: ResolvedMember,
): (input: Values, target: Target) => void {
  const wireName = shape.locationName ?? name;
  const item = shape.type === "list" ? resolve(model, itemOf(shape)) : undefined;
  const given = (write: (value: unknown, target: Target) => void) => (input: Values, target: Target) => {
    if (input[name] !== undefined && input[name] !== null) write(input[name], target);
  };
  switch (shape.location) {
    case "uri": {
      const text = scalarText(shape, "iso8601");
      return given((value, { labels }) => labels.set(wireName, text(value)));
    }
    case "querystring":
      return given(queryWriter(shape, item, wireName));
    case "headers":
      return given((value, { headers }) => {
        for (const [key, entry] of Object.entries(value as object))
          headers[(shape.locationName ?? "").toLowerCase() + key.toLowerCase()] = String(entry);
      });
    case "header": {
      const text = headerWriter(shape, item);
      return given((value, { headers }) => {
        headers[wireName.toLowerCase()] = text(value);
      });
    }
    default:
      return () => {};
  }
}

function queryWriter(shape: ResolvedShape, item: ResolvedShape | undefined, wireName: string) {
  const pair = (key: string, value: string) => `${encodeUri(key)}=${encodeUri(value)}`;
  if (shape.type === "map") {
    return (value: unknown, { query }: Target) => {
      for (const [key, entry] of Object.entries(value as object))
        for (const one of [entry].flat()) query.push(pair(key, String(one)));
    };
  }
  const text = scalarText(item ?? shape, "iso8601");
  return (value: unknown, { query }: Target) => {
    for (const one of item ? (value as unknown[]) : [value]) query.push(pair(wireName, text(one)));
  };
}

interface WrittenBody {
  readonly contentType: string;
  readonly bytes: string | Uint8Array;
}

function requestBody(
  shape: ResolvedShape,
  members: readonly ResolvedMember[],
  operation: Operation,
  format: BodyFormat,
): (input: Values) => WrittenBody | undefined {
  if (shape.payload === undefined) {
    const bodyMembers = members.filter((member) => !isBound(member.shape));
    if (bodyMembers.length === 0) return () => undefined;
    const write = format.writeStructure(shape, (member) => !isBound(member), operation);
    return (input) => ({ contentType: format.contentType, bytes: write(input) });
  }
  const payload = payloadOf(shape, members);
  const { name } = payload;
  const isText = payload.shape.type === "blob" || payload.shape.type === "string";
  const write = isText ? asBytes : format.writePayload(payload);
  const contentType =
    payload.shape.type === "blob"
      ? "application/octet-stream"
      : payload.shape.type === "string"
        ? "text/plain"
        : format.contentType;
  return (input) =>
    input[name] === undefined || input[name] === null
      ? undefined
      : { contentType, bytes: write(input[name]) };
}

function outputReader(model: ServiceModel, operation: Operation, format: BodyFormat) {
  const shape = operation.output && resolve(model, operation.output);
  const members = shape ? membersOf(model, shape) : [];
  const parts = members
    .filter((member) => isBoundInResponse(member.shape))
    .map((member) => partReader(model, member, format));
  const body = shape && responseBody(shape, members, format);
  return (response: WholeResponse): Record<string, unknown> => {
    const output: Record<string, unknown> = {};
    for (const read of parts) read(response, output);
    body?.(response, output);
    return output;
  };
}

function partReader(model: ServiceModel, { name, shape }: ResolvedMember, format: BodyFormat) {
  type ReadPart = (response: WholeResponse, output: Record<string, unknown>) => void;
  const wireName = (shape.locationName ?? name).toLowerCase();
  if (shape.location === "statusCode")
    return ((response, output) => (output[name] = response.status)) as ReadPart;
  if (shape.location === "headers") {
    const prefix = (shape.locationName ?? "").toLowerCase();
    return (({ headers }, output) => {
      const found: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(headers))
        if (key.startsWith(prefix)) setOwn(found, key.slice(prefix.length), value);
      if (Object.keys(found).length > 0) output[name] = found;
    }) as ReadPart;
  }
  const read = headerReader(
    shape,
    shape.type === "list" ? resolve(model, itemOf(shape)) : undefined,
    format.fail,
  );
  return (({ headers }, output) => {
    if (headers[wireName] !== undefined) output[name] = read(headers[wireName]);
  }) as ReadPart;
}

function payloadReader(payload: ResolvedMember, format: BodyFormat): (body: Uint8Array) => unknown {
  if (payload.shape.type === "blob") return (bytes) => bytes;
  if (payload.shape.type === "string") return utf8;
  const read = format.readPayload(payload);
  return (body) => read(format.parse(body));
}

function responseBody(shape: ResolvedShape, members: readonly ResolvedMember[], format: BodyFormat) {
  if (shape.payload === undefined) {
    const read = format.readStructure(shape, (member) => !isBoundInResponse(member));
    return ({ body }: WholeResponse, output: Record<string, unknown>) => {
      if (body.length > 0) Object.assign(output, read(format.parse(body)));
    };
  }
  const payload = payloadOf(shape, members);
  const { type } = payload.shape;
  const read = payloadReader(payload, format);
  return ({ body }: WholeResponse, output: Record<string, unknown>) => {
    if (body.length > 0 || type === "blob") output[payload.name] = read(body);
  };
}
