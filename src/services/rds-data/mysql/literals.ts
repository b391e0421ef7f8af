import type * as RdsData from "../../../models/generated/rds-data.ts";
import { parse } from "../named-parameters.ts";
import { longText } from "../values.ts";

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A statement with the values of its parameters in their places, as JDBC's drivers send it; undefined where one is missing. */
export function filled(
  sql: string,
  parameters: readonly RdsData.SqlParameter[],
  hasBackslashes: boolean,
): string | undefined {
  const { pieces, names } = parse(sql, "mysql");
  const given = new Map(parameters.map((parameter) => [parameter.name ?? "", parameter]));
  if (names.some((name) => !given.has(name))) return undefined;
  return pieces
    .map((piece, at) => {
      const parameter = given.get(names[at] ?? "");
      return at < names.length && parameter ? piece + literal(parameter, hasBackslashes) : piece;
    })
    .join("");
}

function literal({ value = {}, typeHint }: RdsData.SqlParameter, hasBackslashes: boolean): string {
  if (value.booleanValue !== undefined) return value.booleanValue ? "TRUE" : "FALSE";
  if (value.longValue !== undefined) return longText(value.longValue);
  if (value.doubleValue !== undefined) return double(value.doubleValue);
  if (value.blobValue !== undefined) return `x'${Buffer.from(value.blobValue).toString("hex")}'`;
  if (value.stringValue === undefined) return "NULL";
  if (typeHint === "DECIMAL" && NUMBER.test(value.stringValue)) return value.stringValue;
  return quoted(value.stringValue, hasBackslashes);
}

/** With an exponent: without one it is a decimal. */
function double(value: number): string {
  if (!Number.isFinite(value)) return `'${value}'`;
  const written = String(value);
  return written.includes("e") ? written : `${written}e0`;
}

/** @param hasBackslashes a backslash is no letter: unless the session has NO_BACKSLASH_ESCAPES */
function quoted(text: string, hasBackslashes: boolean): string {
  const escaped = hasBackslashes ? text.replaceAll("\\", "\\\\") : text;
  return `'${escaped.replaceAll("'", "''")}'`;
}
