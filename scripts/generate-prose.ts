import type { Operation, ServiceModel, Shape } from "../src/models/model.ts";

/** What no codec, check or type reads: prose, and the traits of endpoint rules and code generators. */
const DROPPED = new Set([
  "documentation",
  "documentationUrl",
  "deprecatedMessage",
  "deprecatedSince",
  "contextParam",
  "staticContextParams",
  "operationContextParams",
  "endpointdiscovery",
  "endpointoperation",
  "examples",
]);

/** The same model without documentation. A member that happens to be called `documentation` stays. */
export function withoutProse(model: ServiceModel): ServiceModel {
  return {
    metadata: model.metadata,
    operations: mapValues(model.operations, (operation) => strip(operation) as unknown as Operation),
    shapes: mapValues(model.shapes, (shape) => strip(shape) as unknown as Shape),
  };
}

function strip(node: object): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (DROPPED.has(key)) continue;
    if (key === "members") kept[key] = mapValues(value as Record<string, object>, strip);
    else if (Array.isArray(value)) kept[key] = value.map((entry) => (isObject(entry) ? strip(entry) : entry));
    else kept[key] = isObject(value) ? strip(value) : value;
  }
  return kept;
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
