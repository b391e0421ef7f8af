import { tagList } from "../../../aws/tags.ts";
import { loadModel, type MemberRef, type ServiceModel } from "../../../models/model.ts";
import { tagsOf } from "../property.ts";
import { isMap } from "../sam/value.ts";

/**
 * Properties of a resource as the input of an operation: the members that the operation knows, under their names there, and
 * scalars of the kind that it wants. CloudFormation's names differ from a service's in the case of letters only (`RestApiId`
 * and `restApiId`, `KmsKeyArn` and `KMSKeyArn`); templates write numbers and booleans as texts, and documents as maps.
 */
export function asInput(service: string, operation: string, properties: object): Record<string, unknown> {
  const model = loadModel(service);
  const input = model?.operations[operation]?.input;
  if (!model || !input) throw new Error(`${service} has no operation ${operation} with an input`);
  return fitted(model, input, properties) as Record<string, unknown>;
}

function fitted(model: ServiceModel, ref: MemberRef, value: unknown): unknown {
  const shape = model.shapes[ref.shape];
  if (!shape || value === undefined || value === null) return undefined;
  switch (shape.type) {
    case "structure":
      if (shape.document) return value;
      return isMap(value) ? members(model, shape.members ?? {}, value) : value;
    case "list":
      return itemsOf(value, isTagList(model, shape.member)).map((item) =>
        fitted(model, shape.member as MemberRef, item),
      );
    case "map": {
      const entries = Array.isArray(value) ? value.map(tagEntry) : Object.entries(value as object);
      return Object.fromEntries(
        entries.map(([key, item]) => [key, fitted(model, shape.value as MemberRef, item)]),
      );
    }
    case "boolean":
      return typeof value === "string" ? value.toLowerCase() === "true" : value;
    case "integer":
    case "long":
    case "short":
    case "byte":
    case "float":
    case "double":
      return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    case "string":
      return typeof value === "string"
        ? value
        : typeof value === "object"
          ? JSON.stringify(value)
          : String(value);
    default:
      return value;
  }
}

function members(
  model: ServiceModel,
  refs: Readonly<Record<string, MemberRef>>,
  value: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const byName = new Map(Object.entries(value).map(([name, item]) => [name.toLowerCase(), item]));
  const fittedMembers: Record<string, unknown> = {};
  for (const [name, ref] of Object.entries(refs)) {
    const item = Object.hasOwn(value, name) ? value[name] : byName.get(name.toLowerCase());
    const member = fitted(model, ref, item);
    if (member !== undefined) fittedMembers[name] = member;
  }
  return fittedMembers;
}

function isTagList(model: ServiceModel, ref: MemberRef | undefined): boolean {
  const names = Object.keys(model.shapes[ref?.shape ?? ""]?.members ?? {}).map((name) => name.toLowerCase());
  return names.length === 2 && names.includes("key") && names.includes("value");
}

/** Tags are a list or a map; one item stands for itself. */
function itemsOf(value: unknown, areTags: boolean): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return areTags && isMap(value) ? tagList(tagsOf({ Tags: value }, {})) : [value];
}

function tagEntry(tag: unknown): [string, unknown] {
  const { Key, Value } = tag as { Key: string; Value: unknown };
  return [Key, Value];
}
