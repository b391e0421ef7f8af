/**
 * Processors that change fields: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Transformation-JSONMutate.html,
 * …-StringMutate.html and …-Datatype.html. A field that is not there, or of another type, stays as it is.
 */
import { isObject } from "../../../core/json.ts";
import { type LinearRegex, linearRegex } from "../../../core/regex.ts";
import type * as Logs from "../../../models/generated/logs.ts";
import { invalidParameter } from "../errors.ts";
import { formatDate, isZone, parseDate, readDatePattern } from "./date-time.ts";
import { type Document, deleteAt, type Json, setAt, valueAt } from "./document.ts";

export type Change = (document: Document) => void;

export const addKeys =
  ({ entries }: Logs.AddKeys): Change =>
  (document) => {
    for (const { key, value, overwriteIfExists } of entries)
      setAt(document, key, value, overwriteIfExists ?? false);
  };

export const deleteKeys =
  ({ withKeys }: Logs.DeleteKeys): Change =>
  (document) => {
    for (const key of withKeys) deleteAt(document, key);
  };

/** What moves, is renamed or copied: the first two leave nothing behind. */
const carrying =
  (
    entries: readonly {
      readonly from: string;
      readonly to: string;
      readonly overwrites?: boolean | undefined;
    }[],
    leaves: boolean,
  ): Change =>
  (document) => {
    for (const { from, to, overwrites } of entries) {
      const value = valueAt(document, from);
      if (value === undefined || (!overwrites && valueAt(document, to) !== undefined)) continue;
      if (leaves) deleteAt(document, from);
      setAt(document, to, leaves ? value : structuredClone(value));
    }
  };

export const moveKeys = ({ entries }: Logs.MoveKeys): Change =>
  carrying(
    entries.map(({ source, target, overwriteIfExists }) => {
      // What is moved keeps its name under the target.
      const name = source.slice(source.lastIndexOf(".") + 1);
      return { from: source, to: `${target}.${name}`, overwrites: overwriteIfExists };
    }),
    true,
  );

export const renameKeys = ({ entries }: Logs.RenameKeys): Change =>
  carrying(
    entries.map(({ key, renameTo, overwriteIfExists }) => ({
      from: key,
      to: renameTo,
      overwrites: overwriteIfExists,
    })),
    true,
  );

export const copyValue = ({ entries }: Logs.CopyValue): Change =>
  carrying(
    entries.map(({ source, target, overwriteIfExists }) => ({
      from: source,
      to: target,
      overwrites: overwriteIfExists,
    })),
    false,
  );

export const listToMap =
  ({ source, key, valueKey, target, flatten, flattenedElement = "first" }: Logs.ListToMap): Change =>
  (document) => {
    const list = valueAt(document, source);
    if (!Array.isArray(list)) return;
    const map = new Map<string, Json[]>();
    for (const item of list) {
      if (!isObject(item)) continue;
      const name = item[key];
      const value = valueKey === undefined ? item : item[valueKey];
      if (typeof name !== "string" || value === undefined) continue;
      const there = map.get(name);
      if (there) there.push(value);
      else map.set(name, [value]);
    }
    for (const [name, values] of map) {
      const value = flatten ? values.at(flattenedElement === "first" ? 0 : -1) : values;
      setAt(document, target === undefined ? name : `${target}.${name}`, value ?? null);
    }
  };

const changingTexts =
  (keys: readonly string[], change: (text: string) => Json): Change =>
  (document) => {
    for (const key of keys) {
      const text = valueAt(document, key);
      if (typeof text === "string") setAt(document, key, change(text));
    }
  };

export const lowerCaseString = ({ withKeys }: Logs.LowerCaseString) =>
  changingTexts(withKeys, (text) => text.toLowerCase());
export const upperCaseString = ({ withKeys }: Logs.UpperCaseString) =>
  changingTexts(withKeys, (text) => text.toUpperCase());
export const trimString = ({ withKeys }: Logs.TrimString) => changingTexts(withKeys, (text) => text.trim());

const inTurn =
  (changes: readonly Change[]): Change =>
  (document) => {
    for (const change of changes) change(document);
  };

export const splitString = ({ entries }: Logs.SplitString): Change =>
  inTurn(entries.map(({ source, delimiter }) => changingTexts([source], (text) => text.split(delimiter))));

export const substituteString = ({ entries }: Logs.SubstituteString): Change =>
  inTurn(entries.map(({ source, from, to }) => changingTexts([source], substitution(from, to))));

/** Replaces all matches; `$1` and `${name}` are groups, as in Java. */
function substitution(from: string, to: string): (text: string) => string {
  let regex: LinearRegex;
  try {
    regex = linearRegex(from);
  } catch (error) {
    throw invalidParameter(`Invalid regular expression in substituteString: ${(error as Error).message}`);
  }
  return (text) => {
    let done = "";
    let rest = text;
    while (true) {
      const found = regex.exec(rest);
      const match = found?.[0];
      if (found === undefined || match === undefined) return done + rest;
      const at = rest.indexOf(match);
      const filled = to.replace(/\$(\d)|\$\{(\w+)\}/g, (_, digit: string | undefined, name: string) => {
        const group = digit === undefined ? regex.names.get(name) : Number(digit);
        return (group === undefined ? undefined : found[group]) ?? "";
      });
      done += rest.slice(0, at) + filled;
      rest = rest.slice(at + match.length);
      if (match !== "") continue;
      if (rest === "") return done;
      done += rest[0];
      rest = rest.slice(1);
    }
  };
}

const CASTS: Readonly<Record<string, (value: string | number | boolean) => Json | undefined>> = {
  integer: (value) => whole(Number(value)),
  double: (value) => finite(Number(value)),
  boolean: (value) =>
    /^(?:true|false)$/i.test(String(value)) ? String(value).toLowerCase() === "true" : undefined,
  string: String,
};

const finite = (number: number) => (Number.isFinite(number) ? number : undefined);
const whole = (number: number) => (Number.isFinite(number) ? Math.trunc(number) : undefined);

export const typeConverter =
  ({ entries }: Logs.TypeConverter): Change =>
  (document) => {
    for (const { key, type } of entries) {
      const value = valueAt(document, key);
      if (value === undefined || value === null || typeof value === "object" || value === "") continue;
      const cast = CASTS[type]?.(value);
      if (cast !== undefined) setAt(document, key, cast);
    }
  };

const DEFAULT_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

export const dateTimeConverter = (config: Logs.DateTimeConverter): Change => {
  const { source, target, sourceTimezone = "UTC", targetTimezone = "UTC" } = config;
  const patterns = config.matchPatterns.map(readDatePattern);
  const format = readDatePattern(config.targetFormat ?? DEFAULT_FORMAT);
  for (const zone of [sourceTimezone, targetTimezone])
    if (!isZone(zone)) throw invalidParameter(`Invalid timezone: ${zone}`);
  return (document) => {
    const value = valueAt(document, source);
    if (typeof value !== "string" && typeof value !== "number") return;
    for (const pattern of patterns) {
      const ms = parseDate(String(value), pattern, sourceTimezone);
      if (ms === undefined) continue;
      setAt(document, target, formatDate(ms, format, targetTimezone));
      return;
    }
  };
};
