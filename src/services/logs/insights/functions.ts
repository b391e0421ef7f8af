/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html */

import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { Value } from "./record.ts";

export const toNumber = (value: Value): number | undefined => {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? undefined : number;
};

export const toText = (value: Value): string => (value === undefined || value === null ? "" : String(value));

export const isThere = (value: Value) => value !== undefined && value !== null && value !== "";

const PERIOD_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 2_592_000_000,
  q: 7_776_000_000,
  y: 31_536_000_000,
};
const LONG_NAMES: Readonly<Record<string, string>> = {
  millisecond: "ms",
  second: "s",
  sec: "s",
  minute: "m",
  min: "m",
  hour: "h",
  hr: "h",
  day: "d",
  week: "w",
  month: "mo",
  mon: "mo",
  quarter: "q",
  qtr: "q",
  year: "y",
  yr: "y",
};

/** `5m`, `1 hour`, `30 sec` → milliseconds. */
export function periodMs(text: string): number | undefined {
  const [, count, named] = /^(\d+)\s*([a-z]+)$/i.exec(text.trim()) ?? [];
  if (named === undefined) return undefined;
  const unit = named.toLowerCase();
  const short = LONG_NAMES[unit] ?? LONG_NAMES[unit.replace(/s$/, "")] ?? unit;
  const ms = PERIOD_MS[short];
  return ms === undefined ? undefined : Number(count) * ms;
}

/** A bin's width is its argument; five minutes without one. */
export function bin(timestamp: Value, period: string): Value {
  const at = toNumber(timestamp);
  const width = periodMs(period);
  return at === undefined || width === undefined ? undefined : Math.floor(at / width) * width;
}

type Fn = (...args: Value[]) => Value;

const numeric =
  (compute: (...numbers: number[]) => number): Fn =>
  (...args) => {
    const numbers = args.map(toNumber);
    if (numbers.some((number) => number === undefined)) return undefined;
    const result = compute(...(numbers as number[]));
    return Number.isFinite(result) ? result : undefined;
  };

const within = (address: Value, network: Value, family: 4 | 6): Value => {
  const [base = "", length = ""] = toText(network).split("/");
  const isAddress = family === 4 ? isIPv4 : isIPv6;
  if (!isAddress(toText(address)) || !isAddress(base) || length === "") return false;
  const list = new BlockList();
  list.addSubnet(base, Number(length), family === 4 ? "ipv4" : "ipv6");
  return list.check(toText(address), family === 4 ? "ipv4" : "ipv6");
};

/** Functions of single rows, in lower case. */
export const FUNCTIONS: Readonly<Record<string, Fn>> = {
  abs: numeric(Math.abs),
  ceil: numeric(Math.ceil),
  floor: numeric(Math.floor),
  greatest: numeric(Math.max),
  least: numeric(Math.min),
  log: numeric(Math.log),
  sqrt: numeric(Math.sqrt),
  mod: numeric((a, b) => a % b),
  power: numeric((a, b) => a ** b),
  round: numeric((a, digits = 0) => Math.round(a * 10 ** digits) / 10 ** digits),

  ispresent: (value) => value !== undefined,
  coalesce: (...values) => values.find((value) => value !== undefined && value !== null),
  isempty: (text) => !isThere(text),
  isblank: (text) => toText(text).trim() === "",
  concat: (...texts) => texts.map(toText).join(""),
  strlen: (text) => toText(text).length,
  toupper: (text) => toText(text).toUpperCase(),
  tolower: (text) => toText(text).toLowerCase(),
  trim: (text, characters) => strip(toText(text), characters, true, true),
  ltrim: (text, characters) => strip(toText(text), characters, true, false),
  rtrim: (text, characters) => strip(toText(text), characters, false, true),
  substr: (text, start, length) =>
    toText(text).slice(Number(start), length === undefined ? undefined : Number(start) + Number(length)),
  replace: (text, from, to) => toText(text).replaceAll(toText(from), toText(to)),
  strcontains: (text, part) => (toText(text).includes(toText(part)) ? 1 : 0),
  startswith: (text, part) => toText(text).startsWith(toText(part)),
  endswith: (text, part) => toText(text).endsWith(toText(part)),

  datefloor: (at, period) => bin(at, toText(period)),
  dateceil: (at, period) => {
    const width = periodMs(toText(period));
    const ms = toNumber(at);
    return ms === undefined || width === undefined ? undefined : Math.ceil(ms / width) * width;
  },
  frommillis: (ms) => toNumber(ms),
  tomillis: (at) => toNumber(at),

  isvalidip: (ip) => isIPv4(toText(ip)) || isIPv6(toText(ip)),
  isvalidipv4: (ip) => isIPv4(toText(ip)),
  isvalidipv6: (ip) => isIPv6(toText(ip)),
  isipv4insubnet: (ip, network) => within(ip, network, 4),
  isipv6insubnet: (ip, network) => within(ip, network, 6),
  isipinsubnet: (ip, network) => within(ip, network, 4) || within(ip, network, 6),
};

function strip(text: string, characters: Value, left: boolean, right: boolean): string {
  const set = characters === undefined ? " \t\r\n" : toText(characters);
  let start = 0;
  let end = text.length;
  if (left) while (start < end && set.includes(text.charAt(start))) start++;
  if (right) while (end > start && set.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Functions over many rows, in lower case: from the values of their argument. */
export const AGGREGATES: Readonly<
  Record<string, (values: readonly Value[], rows: number, parameter?: number) => Value>
> = {
  count: (values) => values.length,
  count_distinct: (values) => new Set(values.map(toText)).size,
  sum: (values) => numbersOf(values).reduce((sum, number) => sum + number, 0),
  avg: (values) => mean(numbersOf(values)),
  min: (values) => extreme(values, -1),
  max: (values) => extreme(values, 1),
  stddev: (values) => deviation(numbersOf(values)),
  pct: (values, _, percentile = 50) => percentileOf(numbersOf(values), percentile),
  percentile: (values, _, percentile = 50) => percentileOf(numbersOf(values), percentile),
  median: (values) => percentileOf(numbersOf(values), 50),
  earliest: (values) => values[0],
  latest: (values) => values.at(-1),
  sortsfirst: (values) => [...values].sort((a, b) => compare(a, b))[0],
  sortslast: (values) => [...values].sort((a, b) => compare(a, b)).at(-1),
};

const numbersOf = (values: readonly Value[]) => values.map(toNumber).filter((number) => number !== undefined);

const mean = (numbers: readonly number[]) =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function deviation(numbers: readonly number[]): Value {
  const middle = mean(numbers);
  if (middle === undefined) return undefined;
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - middle) ** 2, 0) / numbers.length);
}

function extreme(values: readonly Value[], direction: 1 | -1): Value {
  let found: Value;
  for (const value of values) if (found === undefined || compare(value, found) * direction > 0) found = value;
  return found;
}

function percentileOf(numbers: readonly number[], percentile: number): Value {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percentile / 100) * sorted.length) - 1)];
}

/** Numbers by value, before texts by their characters; what is missing comes first. */
export function compare(a: Value, b: Value): number {
  const [x, y] = [toNumber(a), toNumber(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined) return isThere(b) ? -1 : 1;
  if (y !== undefined) return isThere(a) ? 1 : -1;
  const [s, t] = [toText(a), toText(b)];
  return s < t ? -1 : s > t ? 1 : 0;
}
