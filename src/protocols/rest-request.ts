/** Where a REST operation's input comes from: labels, query string, headers, host and body. */

import type { BodyStream, HttpRequest } from "../core/http.ts";
import { setOwn } from "../core/own.ts";
import { upTo } from "../core/text.ts";
import type { Operation, ServiceModel } from "../models/model.ts";
import { utf8 } from "./bytes.ts";
import { headerReader } from "./header-values.ts";
import type { BodyFormat } from "./rest.ts";
import type { Query, RouteMatch } from "./routes.ts";
import { scalarReader } from "./scalars.ts";
import {
  entryOf,
  itemOf,
  membersOf,
  payloadOf,
  type ResolvedMember,
  type ResolvedShape,
  resolve,
} from "./shapes.ts";

/** What a part of the input is read from. */
export interface RestSource {
  readonly request: HttpRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly match: RouteMatch;
  readonly body: Uint8Array;
  readonly stream?: BodyStream;
  /** What the body says, when it has been parsed already. */
  readonly document?: unknown;
}

type ReadPart = (source: RestSource, input: Record<string, unknown>) => void;
type Fail = (text: string, type: string) => Error;

/** Compiles the reader of an operation's input. */
export function restInputReader(
  model: ServiceModel,
  operation: Operation,
  format: BodyFormat,
): (source: RestSource) => Record<string, unknown> {
  if (operation.input === undefined) return () => ({});
  const shape = resolve(model, operation.input);
  const members = membersOf(model, shape);
  const queryString = operation.http.requestUri.split("?")[1] ?? "";
  const literals = queryString.split("&").map((part) => upTo("=", part));
  const parts = members
    .filter((member) => isBound(member.shape))
    .map((member) => boundReader(model, member, { members, literals, fail: format.fail }));
  const body = bodyReader(shape, members, format);
  if (body) parts.push(body);
  const hostPrefix = operation.endpoint?.hostPrefix;
  if (hostPrefix?.includes("{")) parts.push(hostReader(hostPrefix));
  return (source) => {
    const input: Record<string, unknown> = {};
    for (const part of parts) part(source, input);
    return input;
  };
}

/** Is an operation's body a document, and neither bytes nor a text? */
export function takesDocument(model: ServiceModel, { input }: Operation): boolean {
  if (input === undefined) return false;
  const shape = resolve(model, input);
  const payload = membersOf(model, shape).find(({ name }) => name === shape.payload);
  return payload === undefined || !["blob", "string"].includes(payload.shape.type);
}

/** Of an output: what a request would say in its path or query stands in the body. */
export const isBoundInResponse = ({ location }: ResolvedShape) =>
  location === "header" || location === "headers" || location === "statusCode";

export const isBound = (shape: ResolvedShape) => shape.location !== undefined;

/** What a bound member must know of its operation: the other members, and the query that its URI spells out. */
interface BoundOperation {
  readonly members: readonly ResolvedMember[];
  readonly literals: readonly string[];
  readonly fail: Fail;
}

function boundReader(model: ServiceModel, member: ResolvedMember, operation: BoundOperation): ReadPart {
  const { name, shape } = member;
  const { fail } = operation;
  const wireName = shape.locationName ?? name;
  const item = shape.type === "list" ? resolve(model, itemOf(shape)) : undefined;
  switch (shape.location) {
    case "uri": {
      const read = scalarReader(shape, fail);
      return ({ match }, input) => {
        const text = match.labels[wireName];
        if (text !== undefined) input[name] = read(text);
      };
    }
    case "header": {
      const read = headerReader(shape, item, fail);
      const header = wireName.toLowerCase();
      return ({ headers }, input) => {
        const text = headers[header];
        if (text !== undefined) input[name] = read(text);
      };
    }
    case "headers":
      return prefixHeadersReader(name, (shape.locationName ?? "").toLowerCase());
    case "querystring":
      return queryReader(model, member, item, operation);
    default:
      return () => {};
  }
}

function prefixHeadersReader(name: string, prefix: string): ReadPart {
  return ({ headers }, input) => {
    const found: Record<string, unknown> = {};
    for (const [header, value] of Object.entries(headers)) {
      if (header.startsWith(prefix)) setOwn(found, header.slice(prefix.length), value);
    }
    if (Object.keys(found).length > 0) input[name] = found;
  };
}

function queryReader(
  model: ServiceModel,
  { name, shape }: ResolvedMember,
  item: ResolvedShape | undefined,
  operation: BoundOperation,
): ReadPart {
  const { fail } = operation;
  const wireName = shape.locationName ?? name;
  if (item) {
    const read = scalarReader(item, fail);
    return ({ query }, input) => {
      const values = query.get(wireName);
      if (values) input[name] = values.map(read);
    };
  }
  if (shape.type === "map") {
    const lists = resolve(model, entryOf(shape)).type === "list";
    const others = new Set([
      ...operation.members
        .filter((member) => member.shape.location === "querystring")
        .map((member) => member.shape.locationName),
      ...operation.literals,
    ]);
    return ({ query }, input) => {
      const found: Record<string, unknown> = {};
      for (const [key, values] of query)
        if (!others.has(key)) setOwn(found, key, lists ? [...values] : values[0]);
      if (Object.keys(found).length > 0) input[name] = found;
    };
  }
  const read = scalarReader(shape, fail);
  return ({ query }, input) => {
    const text = query.get(wireName)?.[0];
    // `?max-keys=` is as good as absent, but an empty prefix is a prefix.
    if (text !== undefined && (text !== "" || shape.type === "string")) input[name] = read(text);
  };
}

function bodyReader(
  shape: ResolvedShape,
  members: readonly ResolvedMember[],
  format: BodyFormat,
): ReadPart | undefined {
  if (shape.payload === undefined) {
    if (members.every((member) => isBound(member.shape))) return undefined;
    const read = format.readStructure(shape, (member) => !isBound(member));
    return ({ body, document }, input) => {
      if (body.length > 0) Object.assign(input, read(document ?? format.parse(body)));
    };
  }
  const payload = payloadOf(shape, members);
  const { name } = payload;
  if (payload.shape.type === "blob") {
    const streaming = payload.shape.streaming === true;
    return ({ body, stream, headers }, input) => {
      if (stream !== undefined) {
        input[name] = stream;
        return;
      }
      // An empty stream is a body, too, when the client says so.
      const sent = body.length > 0 || (streaming && headers["content-length"] !== undefined);
      if (sent) input[name] = body;
    };
  }
  if (payload.shape.type === "string") {
    return ({ body }, input) => {
      if (body.length > 0) input[name] = utf8(body);
    };
  }
  const read = format.readPayload(payload);
  return ({ body, document }, input) => {
    if (body.length > 0) input[name] = read(document ?? format.parse(body));
  };
}

/** Members in the host's prefix: `{AccountId}.s3-control.…`. */
function hostReader(hostPrefix: string): ReadPart {
  const names: string[] = [];
  const pattern = hostPrefix.replace(/\{(\w+)\}|[^{]+/g, (text, label?: string) => {
    if (label === undefined) return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    names.push(label);
    return "([^.]+)";
  });
  const host = new RegExp(`^${pattern}`);
  return ({ request }, input) => {
    const found = host.exec(request.headers["host"] ?? "");
    for (const [index, name] of names.entries()) if (found) input[name] ??= found[index + 1];
  };
}
