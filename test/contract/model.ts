import type { HttpRequest } from "../../src/core/http.ts";
import type { Metadata, Operation, ProtocolName, ServiceModel, Shape } from "../../src/models/model.ts";

/** The scalar shapes that every test model has. */
const SCALARS: Readonly<Record<string, Shape>> = {
  String: { type: "string" },
  Integer: { type: "integer" },
  Long: { type: "long" },
  Double: { type: "double" },
  Boolean: { type: "boolean" },
  Blob: { type: "blob" },
  Timestamp: { type: "timestamp" },
  IsoTime: { type: "timestamp", timestampFormat: "iso8601" },
  HttpTime: { type: "timestamp", timestampFormat: "rfc822" },
  EpochTime: { type: "timestamp", timestampFormat: "unixTimestamp" },
  Color: { type: "string", enum: ["RED", "GREEN"] },
  Strings: { type: "list", member: { shape: "String" } },
  Sparse: { type: "list", member: { shape: "String" }, sparse: true },
  StringMap: { type: "map", key: { shape: "String" }, value: { shape: "String" } },
  SparseMap: { type: "map", key: { shape: "String" }, value: { shape: "String" }, sparse: true },
  Document: { type: "structure", document: true, members: {} },
  Stream: { type: "blob", streaming: true },
};

export const structure = (members: Shape["members"], more: Partial<Shape> = {}): Shape => ({
  type: "structure",
  members: members ?? {},
  ...more,
});

/** A model of one operation, `Do`, as it would be given at run time. */
export function modelOf(
  protocol: ProtocolName,
  {
    http = { method: "POST", requestUri: "/" },
    shapes,
    metadata = {},
    operation = {},
  }: {
    http?: Operation["http"];
    shapes: Readonly<Record<string, Shape>>;
    metadata?: Partial<Metadata>;
    operation?: Partial<Operation>;
  },
): ServiceModel {
  return {
    metadata: {
      apiVersion: "2020-01-01",
      endpointPrefix: "thing",
      serviceId: "Thing",
      protocol,
      xmlNamespace: "https://thing.example/doc",
      ...metadata,
    },
    operations: {
      Do: {
        name: "Do",
        http,
        ...(shapes["Input"] ? { input: { shape: "Input" } } : {}),
        ...(shapes["Output"] ? { output: { shape: "Output", resultWrapper: "DoResult" } } : {}),
        ...operation,
      },
    },
    shapes: { ...SCALARS, ...shapes },
  };
}

/** A request with defaults; the body may be text. */
export function requestOf(
  given: Partial<Omit<HttpRequest, "body">> & { body?: string | Uint8Array },
): HttpRequest {
  return {
    method: "POST",
    path: "/",
    query: "",
    headers: {},
    ...given,
    body: typeof given.body === "string" ? Buffer.from(given.body) : (given.body ?? new Uint8Array()),
  };
}

export const jsonRequest = (body: string, headers: Record<string, string> = {}): HttpRequest =>
  requestOf({ body, headers: { "x-amz-target": "Thing.Do", ...headers } });

export const formRequest = (body: string, headers: Record<string, string> = {}): HttpRequest =>
  requestOf({ body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });

/** A response's body as text. */
export const textOf = (response: { body?: unknown }): string =>
  typeof response.body === "string"
    ? response.body
    : Buffer.from((response.body ?? "") as Uint8Array).toString("utf8");

/** All bytes of a streamed body. */
export async function bytesOf(response: { body?: unknown }): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
