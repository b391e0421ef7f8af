import type {
  Operation,
  ServiceModel,
  WireIndexEntry,
  WireOperation,
  WireService,
} from "../src/models/model.ts";

/** What recognition needs to know of a service. Absent members take the commonest value (see `wireIndex`). */
export function wireIndexEntry(model: ServiceModel): WireIndexEntry {
  const { metadata } = model;
  return dropUndefined({
    serviceId: metadata.serviceId,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    endpointPrefix: metadata.endpointPrefix,
    protocols: metadata.protocols ?? [metadata.protocol],
    apiVersion: metadata.apiVersion,
    jsonVersion: metadata.jsonVersion,
    targetPrefix: metadata.targetPrefix,
    globalEndpoint: metadata.globalEndpoint,
    xmlNamespace: namespaceUri(metadata.xmlNamespace),
    queryCompatible: metadata.awsQueryCompatible ? true : undefined,
    bearer: metadata.auth?.includes("smithy.api#httpBearerAuth") ? true : undefined,
    unsigned: unsignedOf(model),
  });
}

/** JSON and query requests are recognised without a signature, too: only REST operations need to be listed. */
function unsignedOf({ metadata, operations }: ServiceModel): string[] | undefined {
  if (!metadata.protocol.startsWith("rest-")) return undefined;
  const names = Object.entries(operations)
    .filter(([, { authtype, auth }]) => authtype === "none" || auth?.includes("smithy.api#noAuth"))
    .map(([name]) => name);
  return names.length > 0 ? names : undefined;
}

/** Operations (method, URI, errors) and errors (status) of a service. */
export function wireServiceOf(model: ServiceModel): WireService {
  const errors: Record<string, number> = {};
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape.exception)
      errors[codeOf(model, name)] = shape.error?.httpStatusCode ?? (shape.fault ? 500 : 400);
  }
  const codes = Object.keys(errors);
  const declared: number[][] = [];
  const operations: Record<string, WireOperation> = {};
  const shared = sharedPaths(model);
  for (const [name, operation] of Object.entries(model.operations)) {
    const own = (operation.errors ?? []).map(({ shape }) => codes.indexOf(codeOf(model, shape)));
    const set = [...new Set(own)].filter((index) => index >= 0).sort((a, b) => a - b);
    const known = declared.findIndex((one) => one.join() === set.join());
    const { method, requestUri } = operation.http;
    const entry = [method, requestUri, known < 0 ? declared.push(set) - 1 : known] as const;
    operations[name] = shared.has(pathOf(operation)) ? [...entry, requiredOf(model, operation)] : entry;
  }
  return { operations, errors, declared };
}

/** Methods and paths that several operations have: only what they require tells them apart. */
function sharedPaths(model: ServiceModel): ReadonlySet<string> {
  if (!model.metadata.protocol.startsWith("rest-")) return new Set();
  const paths = Object.values(model.operations).map(pathOf);
  return new Set(paths.filter((path, index) => paths.indexOf(path) !== index));
}

const pathOf = ({ http }: Operation) =>
  `${http.method} ${http.requestUri.split("?")[0]!.replaceAll(/\{[^}+]+(\+?)\}/g, "{$1}")}`;

function requiredOf(model: ServiceModel, { input, deprecated }: Operation): NonNullable<WireOperation[3]> {
  const { members = {}, required = [] } = input ? model.shapes[input.shape]! : {};
  const at = (location: string) =>
    required
      .filter((member) => members[member]!.location === location)
      .map((member) => members[member]!.locationName ?? member);
  const bound = [at("querystring"), at("header")] as const;
  return deprecated ? [...bound, true] : bound;
}

const codeOf = (model: ServiceModel, shape: string) => model.shapes[shape]?.error?.code ?? shape;

const namespaceUri = (namespace: string | { uri: string } | undefined) =>
  typeof namespace === "object" ? namespace.uri : namespace;

function dropUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
