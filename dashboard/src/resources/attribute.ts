import type { Bytes } from "../api.ts";

/** A DynamoDB attribute value. */
export type Attribute = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Attribute>>;

/** As one would write it: `{"S": "a"}` is `a`, a map is JSON. */
export function plain(attribute: Attribute | undefined): unknown {
  const [type, value] = Object.entries(attribute ?? {})[0] ?? [];
  switch (type) {
    case "N":
      return Number(value);
    case "NULL":
      return null;
    case "M":
      return Object.fromEntries(Object.entries(value as Item).map(([name, member]) => [name, plain(member)]));
    case "L":
      return (value as Attribute[]).map(plain);
    case "B":
      return (value as Bytes).$base64;
    default:
      return value;
  }
}

export function attributeText(attribute: Attribute | undefined): string {
  if (attribute === undefined) return "";
  // A number is shown as it was written: it may have more digits than JavaScript's.
  if (typeof attribute["N"] === "string") return attribute["N"];
  const value = plain(attribute);
  return typeof value === "string" ? value : JSON.stringify(value);
}
