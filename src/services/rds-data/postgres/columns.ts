import type * as RdsData from "../../../models/generated/rds-data.ts";
import type { Field } from "./messages.ts";
import { ARRAY, type ResultType } from "./types.ts";

/** What the catalog knows of a table's column. */
export interface TableColumn {
  readonly table: string;
  readonly isNotNull: boolean;
  readonly countsItself: boolean;
}

/** `oid.number` of columns, and what the catalog says of them. */
export const CATALOGUED_COLUMNS = `
  SELECT a.attrelid || '.' || a.attnum, c.relname, a.attnotnull,
    a.attidentity <> '' OR coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE '%nextval(%', false)
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND a.attrelid = ANY ($1::pg_catalog.oid[])`;

const UNKNOWN_LENGTH = 2_147_483_647;
/** Digits, or characters, by PostgreSQL's JDBC driver. */
const PRECISIONS: Readonly<Record<string, number>> = {
  bool: 1,
  int2: 5,
  int4: 10,
  oid: 10,
  int8: 19,
  float4: 8,
  float8: 17,
  date: 13,
};
const SERIALS: Readonly<Record<string, string>> = { int2: "smallserial", int4: "serial", int8: "bigserial" };
const SIGNED = /^(?:int[248]|float[48]|numeric)$/;
const WITHOUT_CASE = /^(?:oid|int[248]|float[48]|numeric|bool|date|time|timestamp|timestamptz)$/;
/** Characters of a time without its fraction. */
const TIMES: Readonly<Record<string, number>> = { time: 8, timestamp: 22, timestamptz: 28 };
const HEADER = 4;

/** A column as PostgreSQL's JDBC driver describes it: the Data API hands that on. */
export function describe(
  { name: label, modifier }: Field,
  { type: { name, jdbc }, isArray }: ResultType,
  column: TableColumn | undefined,
): RdsData.ColumnMetadata {
  const countsItself = column?.countsItself ?? false;
  const typeName = (countsItself && !isArray && SERIALS[name]) || (isArray ? `_${name}` : name);
  return {
    name: label,
    type: isArray ? ARRAY : jdbc,
    typeName,
    label,
    schemaName: "",
    tableName: column?.table ?? "",
    isAutoIncrement: countsItself,
    isSigned: SIGNED.test(name),
    isCurrency: false,
    isCaseSensitive: !WITHOUT_CASE.test(name),
    nullable: column?.isNotNull ? 0 : 1,
    precision: precisionOf(name, modifier),
    scale: scaleOf(name, modifier),
    arrayBaseColumnType: isArray ? jdbc : 0,
  };
}

function precisionOf(name: string, modifier: number): number {
  if (name === "numeric") return modifier < HEADER ? 0 : ((modifier - HEADER) >> 16) & 0xffff;
  if (name === "varchar" || name === "bpchar") return modifier < HEADER ? UNKNOWN_LENGTH : modifier - HEADER;
  const time = TIMES[name];
  if (time !== undefined) return time + fractionOf(modifier);
  return PRECISIONS[name] ?? UNKNOWN_LENGTH;
}

function scaleOf(name: string, modifier: number): number {
  if (name === "float4") return 8;
  if (name === "float8") return 17;
  if (name === "numeric") return modifier < HEADER ? 0 : (modifier - HEADER) & 0xffff;
  return Object.hasOwn(TIMES, name) ? (modifier < 0 ? 6 : modifier) : 0;
}

/** Characters of a second's fraction: its point, and its digits. */
function fractionOf(modifier: number): number {
  if (modifier === 0) return 0;
  if (modifier < 0) return 7;
  return modifier === 1 ? 3 : modifier + 1;
}
