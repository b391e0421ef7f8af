/** Values in HTTP headers: lists, dates, JSON. */
import { fromBase64, utf8 } from "./bytes.ts";
import { parseJsonValue, type ReadText, scalarReader } from "./scalars.ts";
import type { ResolvedShape } from "./shapes.ts";
import { scalarText } from "./xml-writer.ts";

/** Compiles the reader of one header. `item` is the resolved member shape of a list. */
export function headerReader(
  shape: ResolvedShape,
  item: ResolvedShape | undefined,
  fail: (text: string, type: string) => Error,
): ReadText {
  if (shape.jsonvalue) {
    return (text) => parseJsonValue(utf8(fromBase64(text) ?? new Uint8Array()), fail);
  }
  if (shape.type !== "list" || item === undefined) return scalarReader(shape, fail);
  const read = scalarReader(item, fail);
  const split = item.type === "timestamp" && item.timestampFormat === undefined ? splitDates : splitList;
  return (text) => split(text).map(read);
}

/** Compiles the writer of one header. */
export function headerWriter(
  shape: ResolvedShape,
  item: ResolvedShape | undefined,
): (value: unknown) => string {
  if (shape.jsonvalue) return (value) => Buffer.from(JSON.stringify(value), "utf8").toString("base64");
  if (shape.type !== "list" || item === undefined) return scalarText(shape, "rfc822");
  const write = scalarText(item, "rfc822");
  const quote = item.type === "string" ? quoted : (text: string) => text;
  return (value) => Array.from(value as Iterable<unknown>, (entry) => quote(write(entry))).join(", ");
}

/** A value that HTTP can carry: text beyond ASCII as S3 answers it, control characters dropped. */
export function headerSafe(text: string): string {
  if (/^[\t\x20-\x7e]*$/.test(text)) return text;
  const clean = text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, "");
  return /^[\t\x20-\x7e]*$/.test(clean) ? clean : encodedWord(clean);
}

/** A word of RFC 2047 as S3 writes it, as recorded: quoted where more is plain than is not, else in base64. */
export function encodedWord(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  const plain = text.match(/[\t\r\n\x20-\x7e]/g)?.length ?? 0;
  if (plain <= text.length - plain) return `=?UTF-8?B?${bytes.toString("base64")}?=`;
  const quoted = bytes.toString("latin1").replace(/[^\x20-\x7e]|[=_?]/g, (one) => {
    return `=${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `=?UTF-8?Q?${quoted.replaceAll(" ", "_")}?=`;
}

const quoted = (text: string) => (/[",]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text);

/** Splits at commas that are not in quotes. */
function splitList(text: string): string[] {
  const values = text.match(/"(?:[^"\\]|\\.)*"|[^,"]+/g) ?? [];
  return values
    .map((value) => value.trim())
    .filter((value) => value !== "")
    .map((value) => (value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value));
}

/** HTTP dates have a comma of their own: every second one separates. */
function splitDates(text: string): string[] {
  return (text.match(/[^,]+,[^,]+/g) ?? [text]).map((value) => value.trim());
}
