import { rawJson } from "../core/raw-json.ts";
import type { ShapeType } from "../models/model.ts";
import { fromBase64, toBase64 } from "./bytes.ts";
import { serializationException } from "./errors.ts";
import { parseJsonValue } from "./scalars.ts";
import type { ResolvedShape } from "./shapes.ts";
import type { Leaves, Read, Write } from "./structured.ts";
import { asDate, formatTimestamp, fromEpochSeconds, parseTimestamp, toEpochSeconds } from "./timestamp.ts";

/**
 * How JSON spells scalars. `dynamodb`: that service says "cannot be converted to String" where the others say
 * "can not be converted to a String"; `apigateway`: that one names Java's own class of what came.
 */
export function jsonLeaves(dialect: Dialect): Leaves {
  const wrong = (value: unknown, javaType: string) =>
    serializationException(wrongScalar(value, javaType, dialect));
  const readers: Partial<Record<ShapeType, Read>> = {
    boolean: (value) => (typeof value === "boolean" ? value : readBoolean(value, wrong)),
    string: (value) => {
      if (typeof value === "string") return value;
      throw wrong(value, "String");
    },
    blob: (value) => readBlob(value, wrong),
    timestamp: (value) => readTimestamp(value, wrong),
    float: (value) => readFloat(value, "Float", wrong),
    double: (value) => readFloat(value, "Double", wrong),
    bigDecimal: (value) => readFloat(value, "BigDecimal", wrong),
  };
  return {
    read(shape) {
      if (shape.jsonvalue) return (value) => parseJsonValue(String(value), () => wrong(value, "String"));
      return readers[shape.type === "character" ? "string" : shape.type] ?? integerReader(shape, wrong);
    },
    // DynamoDB tells times as doubles, too: `1.79586127E9`.
    write: (shape) =>
      dialect === "dynamodb" && shape.type === "timestamp"
        ? (value) => jsonDouble(toEpochSeconds(asDate(value)))
        : jsonLeafWriter(shape),
    emptyTexts: dialect === "apigateway",
    wrongType: (value, shape) => {
      const text = dialect === "dynamodb" ? wrongInDynamoDb(value, shape) : wrongCollection(value, shape);
      return serializationException(text);
    },
  };
}

type Dialect = "dynamodb" | "coral" | "apigateway";
type Wrong = (value: unknown, javaType: string) => Error;

function readBoolean(value: unknown, wrong: Wrong): boolean {
  if (typeof value === "string") {
    if (/^(true|1|yes)$/i.test(value)) return true;
    if (/^(false|0|no)$/i.test(value)) return false;
    throw serializationException("Unexpected token received from parser");
  }
  throw wrong(value, "Boolean");
}

function integerReader(shape: ResolvedShape, wrong: Wrong): Read {
  const javaType =
    { byte: "Byte", short: "Short", long: "Long", bigInteger: "BigInteger" }[shape.type as string] ??
    "Integer";
  return (value) => {
    // AWS drops the fraction of an integer silently.
    if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
    // Exact as it is, where a service wants that. That more than 64 bits are refused, is inferred.
    if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return rawJson(String(value));
    throw wrong(value, javaType);
  };
}

function readFloat(value: unknown, javaType: string, wrong: Wrong): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw wrong(value, javaType);
}

function readBlob(value: unknown, wrong: Wrong): Uint8Array {
  if (typeof value === "string") {
    if (value.length % 4 !== 0) {
      throw serializationException(
        `Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
      );
    }
    const bytes = fromBase64(value);
    if (bytes === undefined) throw serializationException("Invalid Base64 character");
    return bytes;
  }
  if (typeof value === "object") throw wrong(value, "java.nio.ByteBuffer");
  throw serializationException("only base-64-encoded strings are convertible to bytes");
}

function readTimestamp(value: unknown, wrong: Wrong): Date {
  const date =
    typeof value === "number"
      ? fromEpochSeconds(value)
      : typeof value === "string"
        ? parseTimestamp(value)
        : undefined;
  if (date === undefined) throw wrong(value, "Date");
  return date;
}

function jsonLeafWriter(shape: ResolvedShape): Write {
  switch (shape.type) {
    case "string":
    case "character":
      if (shape.jsonvalue) return (value) => JSON.stringify(value);
      return (value) => (typeof value === "string" ? value : String(value));
    case "boolean":
      return (value) => value === true || value === "true";
    case "blob":
      return toBase64;
    case "timestamp": {
      const format = shape.timestampFormat ?? "unixTimestamp";
      return (value) =>
        format === "unixTimestamp" ? toEpochSeconds(asDate(value)) : formatTimestamp(asDate(value), format);
    }
    case "float":
    case "double":
      return jsonDouble;
    default:
      return jsonNumber;
  }
}

function jsonNumber(value: unknown): unknown {
  // Raw JSON: an integer that no number of JavaScript's holds.
  if (typeof value === "object" && value !== null) return value;
  const number = Number(value);
  // JSON has no word for these: AWS writes them as strings.
  return Number.isFinite(number) ? number : String(number);
}

/** Whole doubles stay doubles, `30.0`: readers of languages that tell numbers apart see by it what they have. */
function jsonDouble(value: unknown): unknown {
  const number = jsonNumber(value);
  return Number.isSafeInteger(number) ? rawJson(`${number}.0`) : number;
}

function wrongScalar(value: unknown, javaType: string, dialect: Dialect): string {
  if (Array.isArray(value)) {
    return `Unrecognized collection type class ${javaType.includes(".") ? javaType : `java.lang.${javaType}`}`;
  }
  const dot = dialect === "dynamodb" ? "" : ".";
  if (typeof value === "object") return `Start of structure or map found where not expected${dot}`;
  const token = tokenOf(value);
  if (dialect === "dynamodb") return `${token} cannot be converted to ${javaType}`;
  if (dialect === "apigateway") return `class ${javaClassOf(value)} can not be converted to an ${javaType}`;
  return `${token} can not be converted to ${/^[AEIOU]/.test(javaType) ? "an" : "a"} ${javaType}`;
}

function wrongCollection(value: unknown, { type }: ResolvedShape): string {
  if (type === "list") {
    return isObject(value) ? "Start of structure or map found where not expected." : "Expected list or null";
  }
  if (Array.isArray(value)) return "Start of list found where not expected";
  return type === "map" ? "Expected map or null" : "Unexpected value type in payload";
}

function wrongInDynamoDb(value: unknown, shape: ResolvedShape): string {
  if (!isObject(value)) {
    return shape.shape === "AttributeValue" ? "Unexpected value type in payload" : "Unexpected field type";
  }
  if (!Array.isArray(value)) return "Start of structure or map found where not expected";
  const java = (name: string) => `com.amazonaws.dynamodb.v20120810.${name}`;
  if (shape.type === "structure") return `Unrecognized collection type class ${java(shape.shape)}`;
  return `Unrecognized collection type java.util.Map<java.lang.String, ${java(shape.value?.shape ?? "")}>`;
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;

function javaClassOf(value: unknown): string {
  if (typeof value === "boolean") return "java.lang.Boolean";
  return typeof value === "number"
    ? "com.amazon.coral.value.json.numbers.TruncatingBigNumber"
    : "java.lang.String";
}

function tokenOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  if (typeof value === "bigint") return "NUMBER_VALUE";
  if (typeof value === "number") return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
  return "STRING_VALUE";
}
