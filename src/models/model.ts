/**
 * AWS's service models as data, in botocore's JSON form without its prose.
 *
 * The files lie in `generated/` beside this one (in `dist`, too) and are read when first asked for.
 */

import { existsSync, readFileSync } from "node:fs";

/** A service's whole model: what `service-2.json` holds in botocore. */
export interface ServiceModel {
  readonly metadata: Metadata;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** botocore's names of the wire protocols. */
export type ProtocolName = "json" | "query" | "ec2" | "rest-json" | "rest-xml" | "smithy-rpc-v2-cbor";

export interface Metadata {
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly serviceId: string;
  readonly serviceFullName?: string;
  readonly serviceAbbreviation?: string;
  readonly protocol: ProtocolName;
  /** Every protocol that the service speaks, the preferred one first. */
  readonly protocols?: readonly ProtocolName[];
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly signingName?: string;
  readonly signatureVersion?: string;
  readonly auth?: readonly string[];
  readonly globalEndpoint?: string;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly awsQueryCompatible?: object;
  readonly uid?: string;
}

export interface XmlNamespace {
  readonly uri: string;
  readonly prefix?: string;
}

export interface Operation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: MemberRef;
  readonly output?: MemberRef;
  readonly errors?: readonly { readonly shape: string }[];
  readonly endpoint?: { readonly hostPrefix?: string };
  readonly requestcompression?: { readonly encodings: readonly string[] };
  readonly httpChecksum?: {
    readonly requestAlgorithmMember?: string;
    readonly requestChecksumRequired?: boolean;
    readonly requestValidationModeMember?: string;
    readonly responseAlgorithms?: readonly string[];
  };
  readonly authtype?: string;
  readonly auth?: readonly string[];
  readonly deprecated?: boolean;
  readonly idempotent?: boolean;
}

export type Location = "header" | "headers" | "querystring" | "uri" | "statusCode";

/** A reference to a shape, with the traits that hold at this place only. */
export interface MemberRef {
  readonly shape: string;
  readonly location?: Location;
  readonly locationName?: string;
  readonly queryName?: string;
  readonly flattened?: boolean;
  readonly streaming?: boolean;
  readonly idempotencyToken?: boolean;
  readonly jsonvalue?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly eventpayload?: boolean;
  readonly eventheader?: boolean;
  readonly hostLabel?: boolean;
  readonly box?: boolean;
  readonly enum?: readonly string[];
  readonly deprecated?: boolean;
  /** Of a query operation's output: the element around the members. */
  readonly resultWrapper?: string;
}

export type TimestampFormat = "iso8601" | "rfc822" | "unixTimestamp";

export type ShapeType =
  | "structure"
  | "list"
  | "map"
  | "string"
  | "character"
  | "blob"
  | "boolean"
  | "timestamp"
  | "byte"
  | "short"
  | "integer"
  | "long"
  | "float"
  | "double"
  | "bigInteger"
  | "bigDecimal";

export interface Shape {
  readonly type: ShapeType;
  readonly members?: Readonly<Record<string, MemberRef>>;
  readonly member?: MemberRef;
  readonly key?: MemberRef;
  readonly value?: MemberRef;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly flattened?: boolean;
  readonly sparse?: boolean;
  readonly payload?: string;
  readonly streaming?: boolean;
  readonly requiresLength?: boolean;
  readonly document?: boolean;
  readonly union?: boolean;
  readonly event?: boolean;
  readonly eventstream?: boolean;
  readonly exception?: boolean;
  readonly fault?: boolean;
  readonly error?: {
    readonly code?: string;
    readonly httpStatusCode?: number;
    readonly senderFault?: boolean;
  };
  readonly locationName?: string;
  readonly timestampFormat?: TimestampFormat;
  readonly xmlNamespace?: string | XmlNamespace;
  readonly xmlOrder?: readonly string[];
  readonly wrapper?: boolean;
  readonly sensitive?: boolean;
  readonly box?: boolean;
  readonly deprecated?: boolean;
  readonly synthetic?: boolean;
}

/** What is known of *every* AWS service, for recognition, faults and upstreams. */
export interface WireIndexEntry {
  readonly serviceId: string;
  readonly signingName: string;
  readonly endpointPrefix: string;
  readonly protocols: readonly ProtocolName[];
  readonly apiVersion: string;
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly globalEndpoint?: string;
  readonly xmlNamespace?: string;
  readonly queryCompatible?: boolean;
  /** Takes bearer tokens. */
  readonly bearer?: boolean;
  /** REST operations that are not signed. */
  readonly unsigned?: readonly string[];
}

/**
 * HTTP method, URI template, which of `declared` are its errors; and, when another operation has the same method and path,
 * the query parameters and headers that it cannot do without, and whether it is deprecated.
 */
export type WireOperation = readonly [
  method: string,
  uri: string,
  declared: number,
  required?: readonly [query: readonly string[], headers: readonly string[], deprecated?: true],
];

/** Operations and errors of a service of the wire index. */
export interface WireService {
  readonly operations: Readonly<Record<string, WireOperation>>;
  /** Wire code → HTTP status. */
  readonly errors: Readonly<Record<string, number>>;
  /** Sets of errors, each error by its place in `errors`: most operations of a service declare the same. */
  readonly declared: readonly (readonly number[])[];
}

const models = new Map<string, ServiceModel | undefined>();
const wireServices = new Map<string, WireService | undefined>();
let index: ReadonlyMap<string, WireIndexEntry> | undefined;

/** The model of a service by botocore's name (`sqs`), or undefined when only the wire index knows it. */
export function loadModel(service: string): ServiceModel | undefined {
  if (!models.has(service) && wireIndex().has(service)) models.set(service, read<ServiceModel>(service));
  return models.get(service);
}

/** Every AWS service by botocore's name. */
export function wireIndex(): ReadonlyMap<string, WireIndexEntry> {
  index ??= new Map(Object.entries(read<Record<string, WireIndexEntry>>("wire/index") ?? {}));
  return index;
}

/** An operation of a model by its name, which may come from a request. */
export function operationIn({ operations }: ServiceModel, name: string): Operation | undefined {
  return Object.hasOwn(operations, name) ? operations[name] : undefined;
}

/** Operations and errors of any AWS service, or undefined for an unknown one. */
export function wireService(service: string): WireService | undefined {
  // A service's name can come from a request: only what the index names is ever read.
  if (!wireServices.has(service) && wireIndex().has(service))
    wireServices.set(service, read(`wire/${service}`));
  return wireServices.get(service);
}

/** Wire codes of the errors that an operation declares; none for an operation that is not there. */
export function declaredErrors(service: string, operation: string): readonly string[] {
  const wire = wireService(service);
  const known = wire && Object.hasOwn(wire.operations, operation) ? wire.operations[operation] : undefined;
  if (!known) return [];
  const codes = Object.keys(wire?.errors ?? {});
  return (wire?.declared[known[2]] ?? []).flatMap((index) => codes[index] ?? []);
}

/**
 * Wire codes of the errors that are a service's own and not those of a few operations: more than half of its operations
 * declare them, or none does (the service answers them whatever is asked).
 */
export function serviceErrors(service: string): readonly string[] {
  const wire = wireService(service);
  if (wire === undefined) return [];
  const counts = new Map<number, number>();
  const operations = Object.values(wire.operations);
  for (const [, , declared] of operations)
    for (const index of wire.declared[declared] ?? []) counts.set(index, (counts.get(index) ?? 0) + 1);
  return Object.keys(wire.errors).filter((_, index) => {
    const count = counts.get(index) ?? 0;
    return count === 0 || count > operations.length / 2;
  });
}

function read<T>(name: string): T | undefined {
  const file = new URL(`./generated/${name}.json`, import.meta.url);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
