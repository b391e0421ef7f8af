import { invalidResource } from "./errors.ts";
import { onlyName } from "./intrinsics.ts";
import { pythonText } from "./python-json.ts";
import { copy, isMap, type Value, type Values } from "./value.ts";

/** What a property may be. */
export interface PropertyType {
  readonly allows: (value: Value) => boolean;
  /** How a fault names it, where it names it. */
  readonly noun?: string;
  readonly isRequired: boolean;
  /** May a function of CloudFormation stand for it? */
  readonly isLiteral: boolean;
}

export type PropertyTypes = Readonly<Record<string, PropertyType>>;

function kind(allows: (value: Value) => boolean, noun?: string): PropertyType {
  return { allows, ...(noun === undefined ? {} : { noun }), isRequired: false, isLiteral: false };
}

export const any = kind(() => true);
export const text = kind((value) => typeof value === "string", "string");
export const map = kind(isMap, "map");
export const flag = kind((value) => typeof value === "boolean");
export const list = kind(Array.isArray);
export const whole = kind((value) => Number.isInteger(value) || typeof value === "boolean");
export const textOrMap = oneOf(text, map);

export function oneOf(...types: readonly PropertyType[]): PropertyType {
  return kind((value) => types.some((type) => type.allows(value)));
}

export function listOf(type: PropertyType): PropertyType {
  return kind((value) => Array.isArray(value) && value.every((item) => type.allows(item)));
}

export function mapOf(type: PropertyType): PropertyType {
  return kind((value) => isMap(value) && Object.values(value).every((item) => type.allows(item)));
}

export function choiceOf(...values: readonly string[]): PropertyType {
  const quoted = values.map((value) => `'${value}'`);
  return kind(
    (value) => typeof value === "string" && values.includes(value),
    `one of the strings: ${quoted.join(" or ")}`,
  );
}

export function required(type: PropertyType): PropertyType {
  return { ...type, isRequired: true };
}

/** No function may stand for it: the transform has to know it. */
export function literal(type: PropertyType): PropertyType {
  return { ...type, isLiteral: true };
}

/** A resource or an event as it stands in a template, with its properties checked. */
export interface Source {
  readonly id: string;
  readonly properties: Values;
  readonly dependsOn: Value | undefined;
  readonly attributes: Values;
}

/** Attributes that stay with a resource as it is translated. */
const ATTRIBUTES = ["DeletionPolicy", "UpdatePolicy", "Condition", "UpdateReplacePolicy", "Metadata"];

/**
 * Reads a resource: no property that its type does not have, all that it must have, each of its kind.
 * A property that is `null` is not there.
 */
export function read(id: string, type: string, resource: Values, types: PropertyTypes): Source {
  if (resource["Type"] !== type) {
    throw invalidResource(
      id,
      Object.hasOwn(resource, "Type")
        ? `Resource has incorrect Type; expected '${type}', got '${pythonText(resource["Type"])}'`
        : "Resource dict missing key 'Type'.",
    );
  }
  const written = Object.hasOwn(resource, "Properties") ? resource["Properties"] : {};
  if (!isMap(written)) throw invalidResource(id, "Properties of a resource must be an object.");
  const properties: Values = {};
  for (const [name, value] of Object.entries(written)) {
    if (!Object.hasOwn(types, name)) {
      throw invalidResource(id, `property ${name} not defined for resource of type ${type}`);
    }
    if (value !== null) properties[name] = value;
  }
  for (const [name, type] of Object.entries(types)) check(id, name, properties[name], type);
  const attributes: Values = {};
  for (const name of ATTRIBUTES) {
    if (Object.hasOwn(resource, name)) attributes[name] = copy(resource[name] as Value);
  }
  return { id, properties, dependsOn: resource["DependsOn"], attributes };
}

function check(id: string, name: string, value: Value | undefined, type: PropertyType): void {
  if (!type.isLiteral && onlyName(value) !== undefined) return;
  if (value === undefined) {
    if (type.isRequired) throw invalidResource(id, `Missing required property '${name}'.`);
  } else if (!type.allows(value)) {
    throw invalidResource(
      id,
      type.noun === undefined
        ? `Type of property '${name}' is invalid.`
        : `Property '${name}' should be a ${type.noun}.`,
    );
  }
}
