import { isMap, type Value } from "./value.ts";

/** How Python's `json.dumps` writes a value with its keys in order: hashes in logical ids are taken of that text. */
export function pythonJson(
  value: Value,
  form: { readonly item: string; readonly colon: string } = COMPACT,
): string {
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, form)).join(form.item)}]`;
  if (!isMap(value)) return typeof value === "string" ? text(value) : JSON.stringify(value);
  const members = Object.keys(value)
    .sort(byCodePoint)
    .map((name) => `${text(name)}${form.colon}${pythonJson(value[name] as Value, form)}`);
  return `{${members.join(form.item)}}`;
}

const COMPACT = { item: ",", colon: ":" };

/** How Python shows a value within a message: `None`, `True`, `['a']`. */
export function pythonText(value: Value | undefined): string {
  return typeof value === "string" ? value : representation(value);
}

function representation(value: Value | undefined): string {
  if (value === undefined || value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(representation).join(", ")}]`;
  if (!isMap(value)) return String(value);
  const members = Object.entries(value).map(([name, item]) => `'${name}': ${representation(item)}`);
  return `{${members.join(", ")}}`;
}

/** A text in quotes, all in ASCII. */
export function text(value: string): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Python compares texts by their code points, JavaScript by UTF-16 units. */
export function byCodePoint(one: string, other: string): number {
  if (one === other) return 0;
  const left = [...one];
  const right = [...other];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    // Both have a character there: the index is below both lengths.
    const step = (left[index]!.codePointAt(0) ?? 0) - (right[index]!.codePointAt(0) ?? 0);
    if (step !== 0) return step;
  }
  return left.length - right.length;
}
