/** Models of services that only the wire index knows: enough to name an operation and to fail it in its own wire form. */
import {
  type Operation,
  type ServiceModel,
  type Shape,
  type WireOperation,
  wireIndex,
  wireService,
} from "../models/model.ts";

const models = new Map<string, ServiceModel>();

/** A model with a service's protocols, operations and errors but no members that it can do without; undefined for an unknown service. */
export function wireModel(service: string): ServiceModel | undefined {
  const known = models.get(service);
  if (known) return known;
  const entry = wireIndex().get(service);
  const wire = wireService(service);
  if (entry === undefined || wire === undefined) return undefined;
  const shapes: Record<string, Shape> = { Message: { type: "string" } };
  for (const [code, httpStatusCode] of Object.entries(wire.errors)) {
    shapes[code] = {
      type: "structure",
      exception: true,
      error: { code, httpStatusCode },
      members: { message: { shape: "Message" } },
    };
  }
  const [protocol] = entry.protocols;
  if (protocol === undefined) return undefined;
  const model: ServiceModel = {
    metadata: {
      ...entry,
      protocol,
      ...(entry.queryCompatible ? { awsQueryCompatible: {} } : {}),
    },
    operations: Object.fromEntries(
      Object.entries(wire.operations).map(([name, entry]) => [name, operationOf(name, entry, shapes)]),
    ),
    shapes,
  };
  models.set(service, model);
  return model;
}

/** An operation; what its path says and what it cannot do without is its input. */
function operationOf(
  name: string,
  [method, requestUri, , required]: WireOperation,
  shapes: Record<string, Shape>,
): Operation {
  const http = { method, requestUri };
  const [query, headers, deprecated = false] = required ?? [[], []];
  const at = (location: "uri" | "querystring" | "header") => (wireName: string) =>
    [wireName, { shape: "Message", location, locationName: wireName }] as const;
  const labels = Array.from(requestUri.matchAll(/\{(\w+)\+?\}/g), ([, label = ""]) => label);
  if (required === undefined && labels.length === 0) return { name, http };
  const needed = Object.fromEntries([...query.map(at("querystring")), ...headers.map(at("header"))]);
  const shape = `${name}Request`;
  const members = { ...Object.fromEntries(labels.map(at("uri"))), ...needed };
  shapes[shape] = { type: "structure", members, required: Object.keys(needed) };
  return { name, http, input: { shape }, deprecated };
}
