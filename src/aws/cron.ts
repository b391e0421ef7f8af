/**
 * Schedules as AWS's services have them, in UTC: minutes, hours, day of month, month, day of week, year.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
 */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Is a day of a month, given with the month's year and number, one of those that are meant? */
  isDay(year: number, month: number, day: number): boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Reads `cron(0 8 1 * ? *)`; undefined for what is none. */
export function readCron(expression: string): Cron | undefined {
  const fields = /^cron\(([^()]+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6) return undefined;
  const [minute = "", hour = "", dayOfMonth = "", month = "", dayOfWeek = "", year = ""] = fields;
  // One of the two days says nothing.
  if ((dayOfMonth === "?") === (dayOfWeek === "?")) return undefined;
  const minutes = readField(minute, 0, 59);
  const hours = readField(hour, 0, 23);
  const months = readField(named(month, MONTHS, 1), 1, 12);
  const years = readField(year, FIRST_YEAR, LAST_YEAR);
  const isDay = dayOfWeek === "?" ? readDayOfMonth(dayOfMonth) : readDayOfWeek(named(dayOfWeek, DAYS, 1));
  return minutes && hours && months && years && isDay ? { minutes, hours, months, years, isDay } : undefined;
}

/** The first moment after another one that a schedule means; undefined when there is none any more. */
export function nextOf({ minutes, hours, months, years, isDay }: Cron, afterMs: number): number | undefined {
  const firstMs = Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const last = Date.UTC(Math.max(...years), 11, 31);
  for (let dayMs = Math.floor(firstMs / DAY_MS) * DAY_MS; dayMs <= last; dayMs += DAY_MS) {
    const day = new Date(dayMs);
    const [year, month] = [day.getUTCFullYear(), day.getUTCMonth() + 1];
    if (!years.has(year) || !months.has(month) || !isDay(year, month, day.getUTCDate())) continue;
    for (const hour of [...hours].sort((a, b) => a - b)) {
      for (const minute of [...minutes].sort((a, b) => a - b)) {
        const atMs = dayMs + (hour * 60 + minute) * MINUTE_MS;
        if (atMs >= firstMs) return atMs;
      }
    }
  }
  return undefined;
}

const named = (field: string, names: readonly string[], first: number): string =>
  field.replace(/[A-Za-z]{3}/g, (name) => {
    const at = names.indexOf(name.toUpperCase());
    return at < 0 ? name : String(at + first);
  });

// `*`, `5`, `1-5`, `1,3`, `0/15`, a star with a step, `8-17/2`
function readField(field: string, least: number, most: number): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [, from, to, step] = /^(\*|\d+)(?:-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (from === undefined || (from === "*" && to !== undefined)) return undefined;
    const first = from === "*" ? least : Number(from);
    const last = to !== undefined ? Number(to) : from === "*" || step !== undefined ? most : first;
    const by = step === undefined ? 1 : Number(step);
    if (first < least || last > most || first > last || by < 1) return undefined;
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return found;
}

type IsDay = Cron["isDay"];

const lastOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** From 1 for Sunday, as the field has it. */
const weekday = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** `L` is the last day, `15W` the weekday nearest to the 15th. */
function readDayOfMonth(field: string): IsDay | undefined {
  if (field === "L") return (year, month, day) => day === lastOf(year, month);
  const near = /^(\d+)W$/.exec(field)?.[1];
  if (near !== undefined && Number(near) >= 1 && Number(near) <= 31)
    return (year, month, day) => day === nearestWeekday(year, month, Number(near));
  const days = readField(field, 1, 31);
  return days && ((_, __, day) => days.has(day));
}

function nearestWeekday(year: number, month: number, wanted: number): number {
  const last = lastOf(year, month);
  const day = Math.min(wanted, last);
  const on = weekday(year, month, day);
  // A Saturday goes to the Friday before, a Sunday to the Monday after, but not out of the month.
  if (on === 7) return day > 1 ? day - 1 : day + 2;
  if (on === 1) return day < last ? day + 1 : day - 2;
  return day;
}

/** `2#1` is the first Monday, `6L` the last Friday; `L` alone is Saturday. */
function readDayOfWeek(field: string): IsDay | undefined {
  const [, nth, which] = /^([1-7])#([1-5])$/.exec(field) ?? [];
  if (nth !== undefined)
    return (year, month, day) =>
      weekday(year, month, day) === Number(nth) && Math.ceil(day / 7) === Number(which);
  const last = /^([1-7])L$/.exec(field)?.[1];
  if (last !== undefined)
    return (year, month, day) => weekday(year, month, day) === Number(last) && day + 7 > lastOf(year, month);
  const days = readField(field === "L" ? "7" : field, 1, 7);
  return days && ((year, month, day) => days.has(weekday(year, month, day)));
}
