import { rawJson } from "../../core/raw-json.ts";
import type * as RdsData from "../../models/generated/rds-data.ts";

/** What a column's values are to the Data API. */
export type Kind = "boolean" | "long" | "double" | "decimal" | "string" | "blob";

/** A value of a result. Longs are exact, decimals stay texts. */
export type Value = null | boolean | bigint | number | string | Uint8Array | readonly Value[];

/** A column of a result. */
export interface Column {
  readonly label: string;
  /** Of an array: that of its elements. */
  readonly kind: Kind;
  readonly metadata?: RdsData.ColumnMetadata;
}

type Options = RdsData.ResultSetOptions;

/** A value as a field. */
export function fieldOf(value: Value, kind: Kind, options: Options): RdsData.Field {
  if (value === null) return { isNull: true };
  if (Array.isArray(value)) return { arrayValue: arrayOf(value, kind, options) };
  switch (typeOf(value as string, kind, options)) {
    case "boolean":
      return { booleanValue: Boolean(value) };
    case "long":
      return { longValue: longOf(value) };
    case "double":
      return { doubleValue: Number(value) };
    case "blob":
      return { blobValue: value as Uint8Array };
    default:
      return { stringValue: String(value) };
  }
}

/** Values of a result in JSON, as they stand in `formattedRecords`: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api-json.html */
export function jsonOf(value: Value, kind: Kind, options: Options): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map((item: Value) => jsonOf(item, kind, options));
  switch (typeOf(value as string, kind, options)) {
    case "boolean":
      return Boolean(value);
    case "long":
      return rawJson(String(value));
    case "double":
      return doubleJson(Number(value));
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return String(value);
  }
}

function arrayOf(values: readonly Value[], kind: Kind, options: Options): RdsData.ArrayValue {
  // Nulls stand among them.
  const of = <T>(read: (value: Value) => T): T[] =>
    values.map((value) => (value === null ? (null as T) : read(value)));
  if (kind === "boolean") return { booleanValues: of(Boolean) };
  if (kind === "long" && options.longReturnType !== "STRING") return { longValues: of(longOf) };
  if (kind === "double") return { doubleValues: of(Number) };
  return { stringValues: of(String) };
}

/**
 * As what a value is given: numbers are texts where somebody wants that, or where nobody wants otherwise. That an unsigned one
 * which is no long is a text, and such a decimal a double, is inferred.
 */
function typeOf(value: string, kind: Kind, { longReturnType, decimalReturnType }: Options): Kind {
  if (kind === "long") return longReturnType === "STRING" || !isLong(value) ? "string" : "long";
  if (kind !== "decimal") return kind;
  if (decimalReturnType !== "DOUBLE_OR_LONG") return "string";
  return WHOLE.test(value) && isLong(value) ? "long" : "double";
}

/** Without a fraction, and with not more digits than a long has. */
const WHOLE = /^-?\d{1,19}$/;

function isLong(value: string): boolean {
  const long = BigInt(value);
  return BigInt.asIntN(64, long) === long;
}

/** Exact: what a number of JavaScript's cannot hold is written as it is. */
function longOf(value: Value): number {
  const long = BigInt(value as string);
  const number = Number(long);
  return Number.isSafeInteger(number) ? number : (rawJson(String(long)) as number);
}

/** A long that came in, which may be raw JSON, too. */
export const longText = (long: number): string => JSON.stringify(long);

/** `10.0`, as Java writes it. */
const doubleJson = (number: number): unknown =>
  Number.isSafeInteger(number) ? rawJson(`${number}.0`) : Number.isFinite(number) ? number : String(number);
