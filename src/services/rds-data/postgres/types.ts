import type { Kind } from "../values.ts";

/** A type of PostgreSQL's that the Data API returns: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api-operations.html */
export interface PostgresType {
  readonly name: string;
  readonly kind: Kind;
  /** A constant of `java.sql.Types`, as PostgreSQL's JDBC driver has it. */
  readonly jdbc: number;
  /** Values that are written otherwise than the server writes them. */
  readonly form?: "time" | "timestamp" | "timestamptz";
}

const OTHER = 1111;
const VARCHAR = 12;
export const ARRAY = 2003;

const SCALARS: Readonly<Record<number, PostgresType>> = {
  16: { name: "bool", kind: "boolean", jdbc: -7 },
  17: { name: "bytea", kind: "blob", jdbc: -2 },
  19: { name: "name", kind: "string", jdbc: VARCHAR },
  20: { name: "int8", kind: "long", jdbc: -5 },
  21: { name: "int2", kind: "long", jdbc: 5 },
  23: { name: "int4", kind: "long", jdbc: 4 },
  25: { name: "text", kind: "string", jdbc: VARCHAR },
  26: { name: "oid", kind: "long", jdbc: -5 },
  114: { name: "json", kind: "string", jdbc: OTHER },
  650: { name: "cidr", kind: "string", jdbc: OTHER },
  700: { name: "float4", kind: "double", jdbc: 7 },
  701: { name: "float8", kind: "double", jdbc: 8 },
  869: { name: "inet", kind: "string", jdbc: OTHER },
  1042: { name: "bpchar", kind: "string", jdbc: 1 },
  1043: { name: "varchar", kind: "string", jdbc: VARCHAR },
  1082: { name: "date", kind: "string", jdbc: 91 },
  1083: { name: "time", kind: "string", jdbc: 92, form: "time" },
  1114: { name: "timestamp", kind: "string", jdbc: 93, form: "timestamp" },
  1184: { name: "timestamptz", kind: "string", jdbc: 93, form: "timestamptz" },
  1700: { name: "numeric", kind: "decimal", jdbc: 2 },
  // What a function gives that gives nothing (pg_sleep).
  2278: { name: "void", kind: "string", jdbc: OTHER },
  2950: { name: "uuid", kind: "string", jdbc: OTHER },
  3802: { name: "jsonb", kind: "string", jdbc: OTHER },
};

/** OIDs of arrays, and those of their elements. */
const ARRAYS: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  3807: 3802,
};

/** A type of a result: of an array, that of its elements. */
export interface ResultType {
  readonly type: PostgresType;
  readonly isArray: boolean;
}

export function typeOf(oid: number): ResultType | undefined {
  const element = ARRAYS[oid];
  const type = SCALARS[element ?? oid];
  return type && { type, isArray: element !== undefined };
}

/** What the catalog knows of a type that is not built in. */
export interface Catalogued {
  readonly name: string;
  /** `e` is an enumeration. */
  readonly sort: string;
}

/** Enumerations, and what the extension pgvector brings. */
export function furtherType({ name, sort }: Catalogued): ResultType | undefined {
  if (sort === "e") return { type: { name, kind: "string", jdbc: VARCHAR }, isArray: false };
  if (name === "vector") return { type: { name, kind: "string", jdbc: OTHER }, isArray: false };
  return undefined;
}

/** How the Data API writes the names of types that it knows and does not return; it writes all others as the catalog does. */
const LOUD =
  /^(?:bit|box|circle|daterange|int4range|int8range|interval|jsonpath|line|lseg|macaddr8?|money|numrange|path|point|polygon|record|timetz|tsrange|tstzrange|unknown|varbit)$/;

/** `INTERVAL`, `"CHAR"`, `INTERVAL[]`, `regclass` */
export function unsupportedName(name: string): string {
  if (name.startsWith("_")) return `${unsupportedName(name.slice(1))}[]`;
  if (name === "char") return '"CHAR"';
  return LOUD.test(name) ? name.toUpperCase() : name;
}
