import { setOwn } from "../../../core/own.ts";
import { readJson } from "../../../core/read-json.ts";
import { isMap, isSame, type Value, type Values } from "../sam/value.ts";
import { invalidRequest } from "./errors.ts";

/** One step of a patch document: https://www.rfc-editor.org/rfc/rfc6902 */
interface Step {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Value;
}

/** What a patch document makes of properties; they stay as they are. @throws InvalidRequestException */
export function patched(properties: Values, document: string): Values {
  let changed: Value = structuredClone(properties);
  for (const step of stepsOf(document)) changed = applied(changed, step);
  if (!isMap(changed)) throw invalidRequest("The patch leaves no properties");
  return changed;
}

function stepsOf(document: string): Step[] {
  let steps: unknown;
  try {
    steps = readJson(document);
  } catch {
    throw invalidRequest("PatchDocument is not valid JSON");
  }
  const isStep = (step: unknown) =>
    isMap(step) && typeof step["op"] === "string" && typeof step["path"] === "string";
  if (!Array.isArray(steps) || !steps.every(isStep))
    throw invalidRequest("PatchDocument must be a list of JSON Patch operations");
  return steps as Step[];
}

function applied(document: Value, { op, path, from, value }: Step): Value {
  switch (op) {
    case "add":
      return put(document, path, wanted(value, op), true);
    case "replace":
      at(document, path);
      return put(document, path, wanted(value, op), false);
    case "remove":
      return removed(document, path);
    case "move":
      return put(removed(document, wanted(from, op)), path, at(document, wanted(from, op)), true);
    case "copy":
      return put(document, path, structuredClone(at(document, wanted(from, op))), true);
    case "test":
      if (!isSame(at(document, path), value)) throw invalidRequest(`Test of ${path} failed`);
      return document;
    default:
      throw invalidRequest(`Unknown operation ${op} in PatchDocument`);
  }
}

function wanted<T>(value: T | undefined, op: string): T {
  if (value === undefined) throw invalidRequest(`The operation ${op} lacks a member`);
  return value;
}

/** The names of a JSON Pointer: https://www.rfc-editor.org/rfc/rfc6901 */
function namesOf(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw invalidRequest(`${pointer} is not a JSON Pointer`);
  return pointer
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function at(document: Value, pointer: string): Value {
  let value: Value | undefined = document;
  for (const name of namesOf(pointer))
    value = Array.isArray(value)
      ? value[Number(name)]
      : isMap(value) && Object.hasOwn(value, name)
        ? value[name]
        : undefined;
  if (value === undefined) throw invalidRequest(`noSuchPath in source, path provided: ${pointer}`);
  return value;
}

function put(document: Value, pointer: string, value: Value, inserts: boolean): Value {
  const names = namesOf(pointer);
  const last = names.pop();
  if (last === undefined) return value;
  const parent = at(document, pointerOf(names));
  if (Array.isArray(parent)) {
    const index = last === "-" ? parent.length : Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length)
      throw invalidRequest(`noSuchPath in source, path provided: ${pointer}`);
    parent.splice(index, inserts ? 0 : 1, value);
  } else if (isMap(parent)) setOwn(parent, last, value);
  else throw invalidRequest(`noSuchPath in source, path provided: ${pointer}`);
  return document;
}

function removed(document: Value, pointer: string): Value {
  at(document, pointer);
  const names = namesOf(pointer);
  const last = names.pop();
  if (last === undefined) return {};
  const parent = at(document, pointerOf(names));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isMap(parent)) delete parent[last];
  return document;
}

const pointerOf = (names: readonly string[]): string =>
  names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
