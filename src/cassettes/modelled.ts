import { loadModel, type MemberRef, type ServiceModel } from "../models/model.ts";

/**
 * An output as its service's model has it, and as a client reads it: what a handler says beside that to Squall's own callers
 * (which call sent a message) is not kept.
 */
export function modelled(
  service: string,
  operation: string,
  output: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const model = loadModel(service);
  const shape =
    model && Object.hasOwn(model.operations, operation) ? model.operations[operation]?.output : undefined;
  return shape === undefined ? output : (walk(output, shape, model as ServiceModel) as typeof output);
}

function walk(value: unknown, { shape: name }: MemberRef, model: ServiceModel): unknown {
  const shape = model.shapes[name];
  if (typeof value !== "object" || value === null || shape === undefined || shape.document) return value;
  const { member, value: entry, members } = shape;
  if (shape.type === "list" && member !== undefined && Array.isArray(value))
    return value.map((item) => walk(item, member, model));
  if (shape.type === "map" && entry !== undefined) return mapped(value, (item) => walk(item, entry, model));
  if (shape.type !== "structure" || members === undefined) return value;
  const known = Object.entries(value).flatMap(([name, item]) => {
    const ref = Object.hasOwn(members, name) ? members[name] : undefined;
    return ref === undefined ? [] : [[name, walk(item, ref, model)]];
  });
  return Object.fromEntries(known);
}

const mapped = (value: object, change: (item: unknown) => unknown): object =>
  Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item)]));
