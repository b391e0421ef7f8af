/** Wall clocks of time zones, by Node's own tables. */

const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_FORMATS = 500;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    if (formats.size >= MOST_FORMATS) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

/** Is it a zone of the IANA data base (`Europe/Berlin`)? */
export function isTimeZone(name: string): boolean {
  if (/^[+-]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What a zone's wall clock shows at a moment, as if it were UTC: epoch milliseconds, whole seconds. */
export function utcToLocal(ms: number, timeZone: string): number {
  if (timeZone === "UTC") return Math.floor(ms / 1000) * 1000;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(ms)) parts[type] = Number(value);
  const { year = 0, month = 1, day, hour, minute, second } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const DAY_MS = 86_400_000;

/**
 * The moment at which a zone's wall clock shows a time: the first one of two in autumn, undefined for a time that a zone
 * leaves out in spring.
 */
export function localToUtc(localMs: number, timeZone: string): number | undefined {
  if (timeZone === "UTC") return localMs;
  const offsets = [localMs - DAY_MS, localMs + DAY_MS].map((ms) => utcToLocal(ms, timeZone) - ms);
  const moments = [...new Set(offsets)]
    .map((offset) => localMs - offset)
    .filter((moment) => utcToLocal(moment, timeZone) === localMs);
  return moments.length === 0 ? undefined : Math.min(...moments);
}
