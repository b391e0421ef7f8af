import type { TimestampFormat } from "../models/model.ts";

const ISO = /^[+-]?\d{4,6}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
const HTTP_DATE =
  /^[A-Za-z]{3},? \d{1,2}[ -][A-Za-z]{3}[ -]\d{2,4} \d\d:\d\d:\d\d(\.\d+)?( GMT| UTC| [+-]\d{4})?$/;
const EPOCH = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Reads a timestamp in any of AWS's formats (AWS is lenient here, too); undefined when it is none. */
export function parseTimestamp(text: string): Date | undefined {
  if (EPOCH.test(text)) return fromEpochSeconds(Number(text));
  if (!ISO.test(text) && !HTTP_DATE.test(text)) return undefined;
  // A date and time without a zone is UTC on the wire.
  const zoned = /T\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text) ? `${text}Z` : text;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Epoch seconds, with a fraction, to a date; undefined when it is not a time. */
export function fromEpochSeconds(seconds: number): Date | undefined {
  const date = new Date(Math.round(seconds * 1000));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Epoch seconds with milliseconds as fraction. */
export function toEpochSeconds(date: Date): number {
  return date.getTime() / 1000;
}

/** Writes a timestamp as text. `milliseconds`: keep `.000` (S3 and EC2 do, the other XML services do not). */
export function formatTimestamp(date: Date, format: TimestampFormat, milliseconds = false): string {
  if (format === "unixTimestamp") return String(toEpochSeconds(date));
  if (format === "rfc822") return date.toUTCString();
  const iso = date.toISOString();
  return milliseconds ? iso : iso.replace(".000Z", "Z");
}

/** What a handler may give as a timestamp. */
export function asDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (typeof value === "number") return new Date(value);
  const date = parseTimestamp(String(value));
  if (date === undefined) throw new TypeError(`not a timestamp: ${String(value)}`);
  return date;
}
