import type { ServiceModel, WireIndexEntry, WireService } from "../src/models/model.ts";

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
  });
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
  const operations: Record<string, readonly [string, string, number]> = {};
  for (const [name, operation] of Object.entries(model.operations)) {
    const own = (operation.errors ?? []).map(({ shape }) => codes.indexOf(codeOf(model, shape)));
    const set = [...new Set(own)].filter((index) => index >= 0).sort((a, b) => a - b);
    const known = declared.findIndex((one) => one.join() === set.join());
    const { method, requestUri } = operation.http;
    operations[name] = [method, requestUri, known < 0 ? declared.push(set) - 1 : known];
  }
  return { operations, errors, declared };
}

const codeOf = (model: ServiceModel, shape: string) => model.shapes[shape]?.error?.code ?? shape;

const namespaceUri = (namespace: string | { uri: string } | undefined) =>
  typeof namespace === "object" ? namespace.uri : namespace;

function dropUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
