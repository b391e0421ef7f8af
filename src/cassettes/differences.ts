import { NEVER_SAME } from "../core/site.ts";
import { withoutVarying } from "../core/varying.ts";

/** The most that are told of one call. */
const MOST = 20;

/**
 * Where two plain values differ, without what is made anew in each run: `output.Attributes.DelaySeconds: "5" there, "0" here`.
 */
export function differencesOf(there: unknown, here: unknown): string[] {
  const found: string[] = [];
  compare(there, here, "", found);
  return found.slice(0, MOST);
}

function compare(there: unknown, here: unknown, path: string, found: string[]): void {
  if (isGroup(there) && isGroup(here) && Array.isArray(there) === Array.isArray(here)) {
    if ("$time" in there && "$time" in here) return;
    for (const name of new Set([...Object.keys(there), ...Object.keys(here)])) {
      const [a, b] = [there, here].map((group) => (group as Record<string, unknown>)[name]);
      if (isOpaque(name) && typeof a === "string" && typeof b === "string") continue;
      compare(a, b, path === "" ? name : `${path}.${name}`, found);
    }
  } else if (masked(there) !== masked(here))
    found.push(`${path}: ${shown(there)} there, ${shown(here)} here`);
}

/** Members whose text only its maker understands, however it looks: that there is one is all that can be compared. */
const isOpaque = (name: string): boolean => NEVER_SAME.has(name) || OPAQUE.test(name);
const OPAQUE = /(?:Token|Marker|Handle|Iterator|UploadId|RevisionId|RequestId)$/i;

const isGroup = (value: unknown): value is object => typeof value === "object" && value !== null;

/** A text for each value; what varies looks the same. */
const masked = (value: unknown): string =>
  typeof value === "string" ? withoutVarying(value) : withoutVarying(JSON.stringify(value) ?? "nothing");

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
