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

/** Operations (method and URI) and errors (status) of a service. */
export function wireServiceOf(model: ServiceModel): WireService {
  const operations: Record<string, readonly [string, string]> = {};
  for (const [name, { http }] of Object.entries(model.operations))
    operations[name] = [http.method, http.requestUri];
  const errors: Record<string, number> = {};
  for (const [name, shape] of Object.entries(model.shapes)) {
    if (shape.exception)
      errors[shape.error?.code ?? name] = shape.error?.httpStatusCode ?? (shape.fault ? 500 : 400);
  }
  return { operations, errors };
}

const namespaceUri = (namespace: string | { uri: string } | undefined) =>
  typeof namespace === "object" ? namespace.uri : namespace;

function dropUndefined<T extends object>(record: T): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
