import { byCodePoint, text } from "./python-json.ts";
import { isMap, type Value } from "./value.ts";

const STEP = "    ";

/** JSON with its keys in order, one member a line, as Python writes it with an indent of four. */
export function indentedJson(value: Value, indent = ""): string {
  const inner = indent + STEP;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + indentedJson(item, inner)).join(",\n")}\n${indent}]`;
  }
  if (!isMap(value)) return typeof value === "string" ? text(value) : JSON.stringify(value);
  const names = Object.keys(value).sort(byCodePoint);
  if (names.length === 0) return "{}";
  const members = names.map((name) => `${inner}${text(name)}: ${indentedJson(value[name] as Value, inner)}`);
  return `{\n${members.join(",\n")}\n${indent}}`;
}
