/**
 * AWS's cron expressions: `minutes hours day-of-month month day-of-week year`.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
 */
import { localToUtc, utcToLocal } from "./time-zone.ts";

export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: ReadonlySet<number>;
  readonly years: ReadonlySet<number>;
  /** Does a day match? Days and months count from 1, days of the week from Sunday, 1. */
  isDay(day: number, weekday: number, daysInMonth: number): boolean;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIRST_YEAR = 1970;
const LAST_YEAR = 2199;

interface Bounds {
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

/** @returns undefined for what is no expression */
export function parseCron(text: string): Cron | undefined {
  const fields = text.split(" ");
  if (fields.length !== 6) return undefined;
  const [minuteField, hourField, dayField, monthField, weekdayField, yearField] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  // Exactly one of the days is left open.
  if ((dayField === "?") === (weekdayField === "?")) return undefined;
  const minutes = valuesOf(minuteField, { from: 0, to: 59 });
  const hours = valuesOf(hourField, { from: 0, to: 23 });
  const months = valuesOf(monthField, { from: 1, to: 12, names: MONTHS });
  const years = valuesOf(yearField, { from: FIRST_YEAR, to: LAST_YEAR });
  const isDay = weekdayField === "?" ? dayOfMonth(dayField) : dayOfWeek(weekdayField);
  if (!minutes || !hours || !months || !years || !isDay) return undefined;
  return { minutes, hours, months: new Set(months), years: new Set(years), isDay };
}

/** `*`, `1,2`, `1-5`, `0/15`, `1-30/5`: the values, in order. */
function valuesOf(field: string, bounds: Bounds): number[] | undefined {
  const found = new Set<number>();
  for (const part of field.split(",")) {
    const [range, step, more] = part.split("/") as [string, string?, string?];
    if (more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined;
    const [low, high, surplus] = range.split("-") as [string, string?, string?];
    if (surplus !== undefined) return undefined;
    const from = low === "*" ? bounds.from : valueIn(low, bounds);
    const open = low === "*" || step !== undefined ? bounds.to : from;
    const to = high === undefined ? open : valueIn(high, bounds);
    if (from === undefined || to === undefined || (low === "*" && high !== undefined)) return undefined;
    if (from > to) return undefined;
    for (let value = from; value <= to; value += Number(step ?? 1)) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

function valueIn(text: string, { from, to, names = [] }: Bounds): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return from + named;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= from && value <= to ? value : undefined;
}

/** `L`: the month's last day; `15W`: the weekday nearest to the 15th, within the month. */
function dayOfMonth(field: string): Cron["isDay"] | undefined {
  if (field === "L") return (day, _, daysInMonth) => day === daysInMonth;
  const near = /^(\d{1,2})W$/.exec(field)?.[1];
  if (near !== undefined) {
    const wanted = Number(near);
    if (wanted < 1 || wanted > 31) return undefined;
    return (day, weekday, daysInMonth) =>
      wanted <= daysInMonth && day === nearestWeekday(wanted, weekdayAt(wanted, day, weekday), daysInMonth);
  }
  const days = valuesOf(field, { from: 1, to: 31 });
  return days && ((day) => days.includes(day));
}

const SATURDAY = 7;
const SUNDAY = 1;

/** The day of the week that another day of the same month is. */
const weekdayAt = (wanted: number, day: number, weekday: number) =>
  ((((weekday - 1 + wanted - day) % 7) + 7) % 7) + 1;

function nearestWeekday(wanted: number, weekday: number, daysInMonth: number): number {
  if (weekday === SATURDAY) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === SUNDAY) return wanted === daysInMonth ? wanted - 2 : wanted + 1;
  return wanted;
}

/** `6L`: the month's last Friday; `6#3`: its third; `L`: Saturdays. */
function dayOfWeek(field: string): Cron["isDay"] | undefined {
  const bounds = { from: 1, to: 7, names: WEEKDAYS };
  if (field === "L") return (_, weekday) => weekday === SATURDAY;
  const last = /^(\w{1,3})L$/i.exec(field)?.[1];
  if (last !== undefined) {
    const wanted = valueIn(last, bounds);
    return wanted === undefined
      ? undefined
      : (day, weekday, daysInMonth) => weekday === wanted && day + 7 > daysInMonth;
  }
  const [, name, ordinal] = /^(\w{1,3})#([1-5])$/.exec(field) ?? [];
  if (name !== undefined) {
    const wanted = valueIn(name, bounds);
    return wanted === undefined
      ? undefined
      : (day, weekday) => weekday === wanted && Math.ceil(day / 7) === Number(ordinal);
  }
  const days = valuesOf(field, bounds);
  return days && ((_, weekday) => days.includes(weekday));
}

const DAY_MS = 86_400_000;

/**
 * When an expression is due next on a zone's wall clock: what spring leaves out is skipped, what autumn shows twice counts once.
 * @returns undefined when it is not due any more
 */
export function nextOf(cron: Cron, after: number, timeZone: string): number | undefined {
  const local = utcToLocal(after, timeZone);
  // Where clocks go back, the time that they show has been already: an hour earlier may be due later.
  for (let day = Math.floor(local / DAY_MS) - 1; ; day++) {
    const date = new Date(day * DAY_MS);
    const year = date.getUTCFullYear();
    if (year > LAST_YEAR) return undefined;
    const month = date.getUTCMonth();
    if (!cron.years.has(year)) {
      day = Date.UTC(year + 1, 0, 1) / DAY_MS - 1;
      continue;
    }
    if (!cron.months.has(month + 1)) {
      day = Date.UTC(year, month + 1, 1) / DAY_MS - 1;
      continue;
    }
    const daysInMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    if (!cron.isDay(date.getUTCDate(), date.getUTCDay() + 1, daysInMonth)) continue;
    const due = firstOn(cron, day * DAY_MS, after, timeZone);
    if (due !== undefined) return due;
  }
}

/** The first moment of a day that is due and later. */
function firstOn(cron: Cron, dayMs: number, after: number, timeZone: string): number | undefined {
  let first: number | undefined;
  for (const hour of cron.hours) {
    for (const minute of cron.minutes) {
      const localMs = dayMs + hour * 3_600_000 + minute * 60_000;
      // No zone is further from another than that.
      if (localMs + 2 * DAY_MS < after) continue;
      const due = localToUtc(localMs, timeZone);
      if (due !== undefined && due > after && (first === undefined || due < first)) first = due;
      if (first !== undefined && timeZone === "UTC") return first;
    }
    if (first !== undefined) return first;
  }
  return first;
}
