/** Dates in Java's patterns (https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html), as `dateTimeConverter` takes them. */
import { isTimeZone, localToUtc, utcToLocal } from "../../../core/time-zone.ts";
import { invalidParameter } from "../errors.ts";

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September"];
MONTHS.push("October", "November", "December");
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const OFFSET = /^(?:(?:UTC|GMT)(?=[+-]|$)|)(?:([+-])(\d{1,2})(?::?(\d\d))?)?$/;

/** A pattern that has been read; `epoch` are seconds or milliseconds since 1970. */
export type DatePattern = "epoch" | readonly Part[];
type Part = { readonly literal: string } | { readonly letter: string; readonly count: number };

/** `yyyy-MM-dd'T'HH` → its letters and what stands between them. @throws InvalidParameterException for what Java would not take */
export function readDatePattern(pattern: string): DatePattern {
  if (pattern === "epoch") return pattern;
  const parts: Part[] = [];
  for (const [text, quoted, letters, other] of pattern.matchAll(
    /'((?:[^']|'')*)'|([A-Za-z])\2*|([^A-Za-z']+)/g,
  )) {
    if (letters !== undefined) {
      if (!"yuMLdEeaHhKkmsSnXxZzVO".includes(letters))
        throw invalidParameter(`Invalid date time pattern: ${pattern}`);
      parts.push({ letter: letters, count: text.length });
    } else parts.push({ literal: text === "''" ? "'" : (quoted ?? other ?? "").replaceAll("''", "'") });
  }
  return parts;
}

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  isAfternoon?: boolean;
  zone?: string;
}

/** Epoch milliseconds of a text, or undefined when it is not of the pattern. */
export function parseDate(text: string, pattern: DatePattern, timeZone: string): number | undefined {
  if (pattern === "epoch") {
    if (!/^\d{1,17}(?:\.\d+)?$/.test(text)) return undefined;
    return text.length > 11 ? Number(text) : Number(text) * 1000;
  }
  const fields: Fields = { year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, ms: 0 };
  let rest = text;
  for (const part of pattern) {
    const taken =
      "literal" in part
        ? rest.startsWith(part.literal)
          ? part.literal
          : undefined
        : take(rest, part, fields);
    if (taken === undefined) return undefined;
    rest = rest.slice(taken.length);
  }
  if (rest !== "") return undefined;
  const hour =
    fields.isAfternoon === undefined ? fields.hour : (fields.hour % 12) + (fields.isAfternoon ? 12 : 0);
  const local = Date.UTC(
    fields.year,
    fields.month - 1,
    fields.day,
    hour,
    fields.minute,
    fields.second,
    fields.ms,
  );
  const date = new Date(local);
  if (date.getUTCMonth() !== fields.month - 1 || date.getUTCDate() !== fields.day) return undefined;
  return fromLocal(local, fields.zone ?? timeZone);
}

/** Takes from the beginning of a text what a letter of the pattern stands for. */
function take(
  rest: string,
  { letter, count }: { letter: string; count: number },
  fields: Fields,
): string | undefined {
  const digits = (most: number) => new RegExp(`^\\d{${Math.min(count, most)},${most}}`).exec(rest)?.[0];
  const number = (most: number, set: (value: number) => void) => {
    const found = digits(most);
    if (found !== undefined) set(Number(found));
    return found;
  };
  const name = (names: readonly string[], set: (at: number) => void) => {
    const at = names.findIndex((one) =>
      rest.toLowerCase().startsWith((count === 3 ? one.slice(0, 3) : one).toLowerCase()),
    );
    if (at < 0) return undefined;
    set(at);
    return (names[at] ?? "").slice(0, count === 3 ? 3 : undefined);
  };
  switch (letter) {
    case "y":
    case "u":
      return number(count === 2 ? 2 : 4, (value) => {
        fields.year = count === 2 ? 2000 + value : value;
      });
    case "M":
    case "L":
      if (count >= 3)
        return name(MONTHS, (at) => {
          fields.month = at + 1;
        });
      return number(2, (value) => {
        fields.month = value;
      });
    case "d":
      return number(2, (value) => {
        fields.day = value;
      });
    case "E":
    case "e":
      return name(DAYS, () => {});
    case "H":
    case "k":
    case "h":
    case "K":
      return number(2, (value) => {
        fields.hour = value;
      });
    case "m":
      return number(2, (value) => {
        fields.minute = value;
      });
    case "s":
      return number(2, (value) => {
        fields.second = value;
      });
    case "S":
    case "n": {
      const found = new RegExp(`^\\d{${count}}`).exec(rest)?.[0];
      if (found !== undefined) fields.ms = Math.floor(Number(`0.${found}`) * 1000);
      return found;
    }
    case "a": {
      const found = /^[AP]M/i.exec(rest)?.[0];
      if (found !== undefined) fields.isAfternoon = found[0]?.toUpperCase() === "P";
      return found;
    }
    default: {
      const found =
        /^(?:Z|(?:UTC|GMT)?[+-]\d\d(?::?\d\d)?|[A-Z]{3,4}(?![A-Za-z])|[A-Za-z_]+\/[A-Za-z_/]+)/.exec(
          rest,
        )?.[0];
      if (found !== undefined) fields.zone = found === "Z" ? "UTC" : found;
      return found;
    }
  }
}

/** A moment in a pattern. */
export function formatDate(ms: number, pattern: DatePattern, timeZone: string): string {
  if (pattern === "epoch") return String(ms);
  const offset = offsetOf(timeZone);
  const local = new Date(offset === undefined ? utcToLocal(ms, timeZone) : ms + offset);
  const zone = offset ?? local.getTime() - Math.floor(ms / 1000) * 1000;
  return pattern
    .map((part) =>
      "literal" in part ? part.literal : formatted(part, local, ((ms % 1000) + 1000) % 1000, zone, timeZone),
    )
    .join("");
}

function formatted(
  { letter, count }: { letter: string; count: number },
  local: Date,
  ms: number,
  zoneMs: number,
  timeZone: string,
): string {
  const padded = (value: number) => String(value).padStart(count, "0");
  const named = (names: readonly string[], at: number) =>
    (names[at] ?? "").slice(0, count === 3 ? 3 : undefined);
  const hour = local.getUTCHours();
  switch (letter) {
    case "y":
    case "u":
      return count === 2
        ? String(local.getUTCFullYear() % 100).padStart(2, "0")
        : padded(local.getUTCFullYear());
    case "M":
    case "L":
      return count >= 3 ? named(MONTHS, local.getUTCMonth()) : padded(local.getUTCMonth() + 1);
    case "d":
      return padded(local.getUTCDate());
    case "E":
    case "e":
      return named(DAYS, local.getUTCDay()).slice(0, count < 4 ? 3 : undefined);
    case "H":
      return padded(hour);
    case "k":
      return padded(hour || 24);
    case "h":
      return padded(hour % 12 || 12);
    case "K":
      return padded(hour % 12);
    case "m":
      return padded(local.getUTCMinutes());
    case "s":
      return padded(local.getUTCSeconds());
    case "S":
    case "n":
      return String(ms).padStart(3, "0").padEnd(count, "0").slice(0, count);
    case "a":
      return hour < 12 ? "AM" : "PM";
    case "z":
    case "V":
      return timeZone;
    default: {
      if (zoneMs === 0 && letter === "X") return "Z";
      const minutes = Math.abs(zoneMs) / 60_000;
      const colon = letter !== "Z" && count === 3 ? ":" : "";
      const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
      const minute =
        letter !== "Z" && count === 1 && minutes % 60 === 0 ? "" : `${colon}${two(minutes % 60)}`;
      return `${zoneMs < 0 ? "-" : "+"}${two(minutes / 60)}${minute}`;
    }
  }
}

/** Of `UTC+1`, `+01:00` or `Z`; undefined for a zone of the data base. */
function offsetOf(timeZone: string): number | undefined {
  const found = OFFSET.exec(timeZone === "Z" ? "UTC" : timeZone);
  if (!found) return undefined;
  const [, sign, hours = "0", minutes = "0"] = found;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function fromLocal(local: number, timeZone: string): number | undefined {
  const offset = offsetOf(timeZone);
  if (offset !== undefined) return local - offset;
  // Letters that are no zone.
  if (!isTimeZone(timeZone)) return undefined;
  const ms = ((local % 1000) + 1000) % 1000;
  const found = localToUtc(local - ms, timeZone);
  return found === undefined ? undefined : found + ms;
}

export const isZone = (timeZone: string): boolean => offsetOf(timeZone) !== undefined || isTimeZone(timeZone);
