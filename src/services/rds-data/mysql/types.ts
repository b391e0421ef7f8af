import type * as RdsData from "../../../models/generated/rds-data.ts";
import { unsupportedType } from "../errors.ts";
import { withFraction } from "../times.ts";
import type { Kind, Value } from "../values.ts";
import type { Field } from "./packets.ts";

/** https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
const TYPES: Readonly<Record<number, string>> = {
  0: "DECIMAL",
  1: "TINYINT",
  2: "SMALLINT",
  3: "INT",
  4: "FLOAT",
  5: "DOUBLE",
  6: "NULL",
  7: "TIMESTAMP",
  8: "BIGINT",
  9: "MEDIUMINT",
  10: "DATE",
  11: "TIME",
  12: "DATETIME",
  13: "YEAR",
  15: "VARCHAR",
  16: "BIT",
  245: "JSON",
  246: "DECIMAL",
  249: "TINYBLOB",
  250: "MEDIUMBLOB",
  251: "LONGBLOB",
  252: "BLOB",
  253: "VARCHAR",
  254: "CHAR",
  255: "GEOMETRY",
};

/** Constants of `java.sql.Types`, as MySQL's JDBC driver has them. */
const JDBC: Readonly<Record<string, number>> = {
  BIT: -7,
  TINYINT: -6,
  SMALLINT: 5,
  MEDIUMINT: 4,
  INT: 4,
  BIGINT: -5,
  FLOAT: 7,
  DOUBLE: 8,
  DECIMAL: 3,
  DATE: 91,
  TIME: 92,
  DATETIME: 93,
  TIMESTAMP: 93,
  CHAR: 1,
  VARCHAR: 12,
  TINYTEXT: -1,
  TEXT: -1,
  MEDIUMTEXT: -1,
  LONGTEXT: -1,
  JSON: -1,
  BINARY: -2,
  VARBINARY: -3,
  TINYBLOB: -4,
  BLOB: -4,
  MEDIUMBLOB: -4,
  LONGBLOB: -4,
  NULL: 0,
};

const NOT_NULL = 1;
const UNSIGNED = 32;
const BINARY_COLLATION = 128;
const AUTO_INCREMENT = 512;
/** The character set of bytes. */
const BINARY = 63;
/** The most bytes of a character of the session. */
const CHARACTER_BYTES = 4;
const INTEGER = /INT$/;

/** A column of a result, as MySQL's JDBC driver has it: the Data API hands that on. */
export interface MysqlColumn {
  readonly kind: Kind;
  readonly type: string;
  /** A BIT or a TINYINT of one digit: true or false. */
  readonly isBit: boolean;
}

/** @throws UnsupportedResultException: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api-operations.html */
export function columnOf(field: Field): MysqlColumn {
  const type = nameOf(field);
  if (type === "YEAR" || type === "GEOMETRY") throw unsupportedType(type);
  const isBit = field.length === 1 && (type === "BIT" || type === "TINYINT");
  return { kind: isBit ? "boolean" : kindOf(type), type: isBit ? "BIT" : type, isBit };
}

function nameOf({ type, charset, length }: Field): string {
  const name = TYPES[type] ?? `UNKNOWN(${type})`;
  if (charset === BINARY)
    return name === "VARCHAR" ? "VARBINARY" : name === "CHAR" ? "BINARY" : blobOf(name, length);
  return name.endsWith("BLOB") ? blobOf(name, length).replace("BLOB", "TEXT") : name;
}

/** The server calls all of them BLOB, and says how long they may be. */
function blobOf(name: string, length: number): string {
  if (name !== "BLOB") return name;
  if (length <= 0xff * CHARACTER_BYTES) return "TINYBLOB";
  if (length <= 0xffff * CHARACTER_BYTES) return "BLOB";
  return length <= 0xffffff * CHARACTER_BYTES ? "MEDIUMBLOB" : "LONGBLOB";
}

function kindOf(type: string): Kind {
  if (INTEGER.test(type)) return "long";
  if (type === "FLOAT" || type === "DOUBLE") return "double";
  if (type === "DECIMAL") return "decimal";
  // Several bits are bytes.
  return type === "BIT" || type.endsWith("BLOB") || type.endsWith("BINARY") ? "blob" : "string";
}

/** Reads a value as the server writes it. */
export function read(bytes: Buffer | null, { kind, type, isBit }: MysqlColumn): Value {
  if (bytes === null) return null;
  if (kind === "blob") return bytes;
  // A bit comes as a byte, a digit as a text.
  if (isBit) return bytes.length === 1 && bytes[0] !== 0 && bytes[0] !== 0x30;
  const text = bytes.toString("utf8");
  if (kind === "long") return BigInt(text);
  if (kind === "double") return Number(text);
  return /^(?:TIME|DATETIME|TIMESTAMP)$/.test(type) ? withFraction(text) : text;
}

export function describe(field: Field, { type, kind }: MysqlColumn): RdsData.ColumnMetadata {
  const isUnsigned = (field.flags & UNSIGNED) !== 0;
  const isText = kind === "string" && field.charset !== BINARY;
  return {
    name: field.name,
    type: JDBC[type] ?? 12,
    typeName: INTEGER.test(type) && isUnsigned ? `${type} UNSIGNED` : type,
    label: field.label,
    schemaName: "",
    tableName: field.table,
    isAutoIncrement: (field.flags & AUTO_INCREMENT) !== 0,
    isSigned: /long|double|decimal/.test(kind) && !isUnsigned,
    isCurrency: false,
    isCaseSensitive: isText && (field.flags & BINARY_COLLATION) !== 0,
    nullable: (field.flags & NOT_NULL) === 0 ? 1 : 0,
    precision: isText ? Math.floor(field.length / CHARACTER_BYTES) : precisionOf(field, kind),
    scale: kind === "decimal" ? field.decimals : 0,
    arrayBaseColumnType: 0,
  };
}

/** Of a decimal its sign and its point are no digits. */
function precisionOf({ length, decimals, flags }: Field, kind: Kind): number {
  if (kind !== "decimal") return length;
  return length - ((flags & UNSIGNED) === 0 ? 1 : 0) - (decimals > 0 ? 1 : 0);
}
