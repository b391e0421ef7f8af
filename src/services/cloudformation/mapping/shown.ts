import { readJson } from "../../../core/read-json.ts";
import { capitalized } from "../../../core/text.ts";
import { tagsOf } from "../property.ts";
import { isMap, type Value, type Values } from "../sam/value.ts";

const unwritten = new WeakSet<object>();

/** Properties of a resource that nobody has written: it is shown as its service has it. */
export function asUnwritten(properties: Values): Values {
  unwritten.add(properties);
  return properties;
}

/**
 * What a service says of a resource, in the form in which its properties say it: under their names, whatever the service's letters,
 * and a text as a text. What the service does not say stays as it is. @param tagsIn the property that has the tags
 */
export function shown(
  properties: Readonly<Record<string, unknown>>,
  described: Readonly<Record<string, unknown>> | undefined,
  tagsIn = "Tags",
): Values | undefined {
  if (!described) return undefined;
  if (unwritten.has(properties)) return { ...asProperties(described), ...properties } as Values;
  const isTags = ([name]: readonly [string, unknown]) => name.toLowerCase() === tagsIn.toLowerCase();
  const members = Object.entries(described);
  const tags = members.find(isTags)?.[1];
  const own = properties[tagsIn];
  const rest = inForm(properties, Object.fromEntries(members.filter((one) => !isTags(one)))) as Values;
  return own === undefined || tags === undefined ? rest : { ...rest, [tagsIn]: ownTags(own, tags) };
}

/** All of a description under CloudFormation's names, which begin with a capital. */
function asProperties(described: object): Values;
function asProperties(described: unknown): Value;
function asProperties(described: unknown): Value {
  if (Array.isArray(described)) return described.map(asProperties);
  if (!isMap(described) || described instanceof Date) return readJson(JSON.stringify(described)) as Value;
  const entries = Object.entries(described).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries.map(([name, value]) => [capitalized(name), asProperties(value)]));
}

/** Those of a resource's tags that its template gives it: the stack's are not its own. */
function ownTags(own: unknown, tags: unknown): Value {
  const actual = tagsOf({ Tags: inCapitals(tags) }, {});
  if (!Array.isArray(own)) {
    return Object.fromEntries(Object.entries(actual).filter(([key]) => Object.hasOwn(own as object, key)));
  }
  return own
    .map(({ Key }) => String(Key))
    .filter((key) => Object.hasOwn(actual, key))
    .map((key) => ({ Key: key, Value: actual[key] as string }));
}

/** ECS's tags are `key` and `value`. */
const inCapitals = (tags: unknown): Value =>
  Array.isArray(tags)
    ? tags.map(({ key, value, Key = key, Value = value }) => ({ Key, Value }))
    : (tags as Value);

function inForm(wanted: unknown, actual: unknown): Value {
  if (actual === undefined || actual === null) return wanted as Value;
  if (isMap(wanted)) {
    if (typeof actual === "string") return isSameDocument(wanted, actual) ? (wanted as Value) : actual;
    const byName = new Map(Object.entries(actual).map(([name, value]) => [name.toLowerCase(), value]));
    return Object.fromEntries(
      Object.entries(wanted).map(([name, value]) => [name, inForm(value, byName.get(name.toLowerCase()))]),
    );
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(actual)) return wanted as Value;
    return actual.map((item, index) => inForm(wanted[index] ?? item, item));
  }
  return String(wanted) === String(actual) ? (wanted as Value) : (readJson(JSON.stringify(actual)) as Value);
}

/** A document that a template has as a map and a service as a text, perhaps with its signs escaped. */
function isSameDocument(wanted: unknown, text: string): boolean {
  try {
    const plain = text.startsWith("%7B") ? decodeURIComponent(text) : text;
    return JSON.stringify(readJson(plain)) === JSON.stringify(wanted);
  } catch {
    // It is no document: it says something else.
    return false;
  }
}
