import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import { isMap, type Value, type Values } from "./sam/value.ts";

/** Helpers of the resource types: properties as templates have them, inputs as operations want them. */

/** A text of the properties; numbers and truths as templates write them. */
export function text(properties: Values, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A number: templates write them as texts, too. */
export function number(properties: Values, name: string): number | undefined {
  const value = properties[name];
  return value === undefined || value === null || value === "" ? undefined : Number(value);
}

/** A truth: `"true"` is one, too. */
export function flag(properties: Values, name: string): boolean | undefined {
  const value = properties[name];
  if (value === undefined || value === null) return undefined;
  return value === true || String(value).toLowerCase() === "true";
}

/** A text of a service as a template would write it: a number, a truth, a document. */
export function written(text: string): Value {
  if (!/^(?:true|false|-?\d+|[[{].*)$/s.test(text)) return text;
  try {
    return readJson(text) as Value;
  } catch {
    return text;
  }
}

/** Attributes of a service, those that are properties of the type. */
export function writtenAttributes(
  attributes: Readonly<Record<string, string>>,
  names: readonly string[],
): Values {
  return Object.fromEntries(
    names.flatMap((name) => (attributes[name] ? [[name, written(attributes[name])]] : [])),
  );
}

/** A document (a policy, a pattern) as text, whether the template has it as text or as a map. */
export const document = (properties: Values, name: string): string | undefined => text(properties, name);

export function list(properties: Values, name: string): Value[] {
  const value = properties[name];
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export const texts = (properties: Values, name: string): string[] => list(properties, name).map(String);

export function map(properties: Values, name: string): Values | undefined {
  const value = properties[name];
  return isMap(value) ? value : undefined;
}

/** An input without what is undefined. */
export function given<T extends Record<string, unknown>>(
  input: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
}

/** Those of the properties that are there, under their own names. */
export function pick(properties: Values, ...names: readonly string[]): Values {
  return Object.fromEntries(
    names.flatMap((name) => (properties[name] === undefined ? [] : [[name, properties[name]!]])),
  );
}

/** The tags of a resource: its own (as a list or a map), and the stack's behind them. */
export function tagsOf(
  properties: Values,
  stackTags: Readonly<Record<string, string>>,
): Record<string, string> {
  const own = properties["Tags"];
  const tags: Record<string, string> = { ...stackTags };
  if (Array.isArray(own)) {
    for (const tag of own) if (isMap(tag)) tags[String(tag["Key"])] = String(tag["Value"] ?? "");
  } else if (isMap(own)) for (const [key, value] of Object.entries(own)) tags[key] = String(value);
  return tags;
}

/** What is gone already is deleted. @param codes of the service's errors that say that it is not there */
export async function unlessGone(deletion: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof AwsError) || !(codes.includes(error.code) || error.status === 404)) throw error;
  }
}
