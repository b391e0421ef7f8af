import type * as RdsData from "../../../models/generated/rds-data.ts";
import { type Parsed, parse } from "../named-parameters.ts";
import { longText } from "../values.ts";
import type { Bound } from "./messages.ts";

/** OIDs of the types that values have by themselves. */
const BOOL = 16;
const BYTEA = 17;
const INT8 = 20;
const TEXT = 25;
const FLOAT8 = 701;
/** What a text is where a hint says so. */
const HINTS: Readonly<Record<string, number>> = {
  DATE: 1082,
  DECIMAL: 1700,
  JSON: 114,
  TIME: 1083,
  TIMESTAMP: 1114,
  UUID: 2950,
};

export interface Numbered {
  readonly sql: string;
  /** The names of its parameters, in their order. */
  readonly names: readonly string[];
}

/** A statement whose parameters have numbers, `$1`, in the order in which their names come first. */
export function numbered(sql: string): Numbered {
  const { pieces, names }: Parsed = parse(sql, "postgres");
  const different = [...new Set(names)];
  const numbers = new Map(different.map((name, at) => [name, at + 1]));
  const written = pieces.map((piece, at) => {
    const name = names[at];
    return name === undefined ? piece : `${piece}$${numbers.get(name)}`;
  });
  return { sql: written.join(""), names: different };
}

/** The values of a statement's parameters. One that is not given is left out, and the server says that it is missing; one too many is not heeded. */
export function boundTo(names: readonly string[], parameters: readonly RdsData.SqlParameter[]): Bound[] {
  const given = new Map(parameters.map((parameter) => [parameter.name ?? "", parameter]));
  return names.flatMap((name) => {
    const parameter = given.get(name);
    return parameter ? [bound(parameter)] : [];
  });
}

function bound({ value = {}, typeHint }: RdsData.SqlParameter): Bound {
  if (value.booleanValue !== undefined) return { type: BOOL, text: value.booleanValue ? "t" : "f" };
  if (value.longValue !== undefined) return { type: INT8, text: longText(value.longValue) };
  if (value.doubleValue !== undefined) return { type: FLOAT8, text: String(value.doubleValue) };
  if (value.blobValue !== undefined)
    return { type: BYTEA, text: `\\x${Buffer.from(value.blobValue).toString("hex")}` };
  if (value.stringValue !== undefined)
    return { type: HINTS[typeHint ?? ""] ?? TEXT, text: value.stringValue };
  return { type: HINTS[typeHint ?? ""] ?? 0, text: null };
}
