import { readJson } from "../core/read-json.ts";
import { fromBase64 } from "./bytes.ts";
import type { ResolvedShape } from "./shapes.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Reads a scalar from text (a form, a header, a query string, XML). */
export type ReadText = (text: string) => unknown;

/** Compiles the reader of a scalar; `fail` makes the error of the protocol at hand. */
export function scalarReader(shape: ResolvedShape, fail: (text: string, type: string) => Error): ReadText {
  switch (shape.type) {
    case "string":
    case "character":
      return shape.jsonvalue ? (text) => parseJsonValue(text, fail) : (text) => text;
    case "boolean":
      return (text) => {
        const lower = text.trim().toLowerCase();
        if (lower === "true" || lower === "1") return true;
        if (lower === "false" || lower === "0") return false;
        throw fail(text, "boolean");
      };
    case "blob":
      return (text) => {
        const bytes = fromBase64(text.replace(/\s+/g, ""));
        if (bytes === undefined) throw fail(text, "blob");
        return bytes;
      };
    case "timestamp":
      return (text) => {
        const date = parseTimestamp(text.trim());
        if (date === undefined) throw fail(text, "timestamp");
        return date;
      };
    case "float":
    case "double":
    case "bigDecimal":
      return (text) => {
        const trimmed = text.trim();
        if (/^([+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|NaN|-?Infinity)$/.test(trimmed)) return Number(trimmed);
        throw fail(text, "double");
      };
    default:
      return (text) => {
        const trimmed = text.trim();
        if (/^[+-]?\d{1,20}$/.test(trimmed)) return Number(trimmed);
        throw fail(text, shape.type === "long" ? "long" : "integer");
      };
  }
}

/** A member that is any JSON value, as text. */
export function parseJsonValue(text: string, fail: (text: string, type: string) => Error): unknown {
  try {
    return readJson(text);
  } catch {
    throw fail(text, "JSON value");
  }
}
