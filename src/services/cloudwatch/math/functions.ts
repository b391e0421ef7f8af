import { across, mapPoints, type Point, type Series, scalar, type Value } from "./series.ts";
import { type Expression, MathError } from "./syntax.ts";

/** What functions know beside their parameters. */
export interface MathScope {
  readonly startMs: number;
  readonly endMs: number;
  /** The queries of this request that read a metric, by id. */
  metrics(): readonly Series[];
  /** The upper and the lower limit of what is normal for an expression. */
  band(of: Expression, deviations: number): readonly Series[];
  search(expression: string, statistic: string, periodSeconds: number | undefined): readonly Series[];
}

/** As many datapoints as one request may read. */
const MAX_SLOTS = 100_800;

type MathFunction = (parameters: readonly Value[], scope: MathScope) => Value;

/** The functions of metric math by name. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
export const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  ABS: each((series) => mapPoints(series, Math.abs), Math.abs),
  CEIL: each((series) => mapPoints(series, Math.ceil), Math.ceil),
  FLOOR: each((series) => mapPoints(series, Math.floor), Math.floor),
  LOG: each((series) => mapPoints(series, Math.log), Math.log),
  LOG10: each((series) => mapPoints(series, Math.log10), Math.log10),
  DIFF: each((series) =>
    mapPoints(series, (value, _, i) => difference(series, i, (before) => value - before)),
  ),
  DIFF_TIME: each((series) =>
    mapPoints(series, (_, atMs, i) => difference(series, i, (_before, beforeMs) => (atMs - beforeMs) / 1000)),
  ),
  RATE: each((series) =>
    mapPoints(series, (value, atMs, i) =>
      difference(series, i, (before, beforeMs) => (value - before) / ((atMs - beforeMs) / 1000)),
    ),
  ),
  RUNNING_SUM: each((series) => {
    let sum = 0;
    return mapPoints(series, (value) => {
      sum += value;
      return sum;
    });
  }),
  EPOCH: each((series) => mapPoints(series, (_, atMs) => Math.floor(atMs / 1000))),
  MINUTE: calendar((date) => date.getUTCMinutes()),
  HOUR: calendar((date) => date.getUTCHours()),
  DAY: calendar((date) => date.getUTCDay() || 7),
  DATE: calendar((date) => date.getUTCDate()),
  MONTH: calendar((date) => date.getUTCMonth() + 1),
  YEAR: calendar((date) => date.getUTCFullYear()),

  SUM: gather((values) => values.reduce((sum, value) => sum + value, 0)),
  AVG: gather((values) => values.reduce((sum, value) => sum + value, 0) / values.length),
  MIN: gather((values) => values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)),
  MAX: gather((values) => values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)),
  STDDEV: gather(standardDeviation),
  DATAPOINT_COUNT: gather((values) => values.length),
  METRIC_COUNT: ([value]) => scalar(value?.kind === "array" ? value.items.length : 1),
  FIRST: pick((items) => items[0]),
  LAST: pick((items) => items.at(-1)),
  PERIOD: ([value]) => {
    const series =
      value?.kind === "array" ? value.items[0] : value?.kind === "series" ? value.series : undefined;
    if (!series) throw new MathError("PERIOD expects a time series");
    return scalar(series.periodSeconds);
  },
  TIME_SERIES: ([value], scope) => {
    if (value?.kind !== "scalar") throw new MathError("TIME_SERIES expects a number");
    const grid = slots(scope, 60);
    return {
      kind: "series",
      series: { points: grid.map((atMs) => [atMs, value.value]), periodSeconds: 60, label: "TIME_SERIES" },
    };
  },

  IF: (parameters) => choose(parameters),
  FILL: ([value, filler], scope) => {
    if (!value || !filler) throw new MathError("FILL expects two parameters");
    return onEach(value, (series) => fill(series, filler, scope));
  },
  REMOVE_EMPTY: ([value]) => ({
    kind: "array",
    items: arrayOf(value, "REMOVE_EMPTY").filter(({ points }) => points.length > 0),
  }),
  SLICE: ([value, from, to]) => {
    const items = arrayOf(value, "SLICE");
    return { kind: "array", items: items.slice(numberOf(from, "SLICE"), to && numberOf(to, "SLICE")) };
  },
  SORT: ([value, by, order, limit]) => sort(arrayOf(value, "SORT"), by, order, limit),

  METRICS: ([text], scope) => {
    const wanted = text?.kind === "text" ? text.text : "";
    return { kind: "array", items: scope.metrics().filter(({ label }) => label.includes(wanted)) };
  },
  SEARCH: ([expression, statistic, period], scope) => {
    if (expression?.kind !== "text" || statistic?.kind !== "text")
      throw new MathError("SEARCH expects a search expression and a statistic");
    const periodSeconds = period && numberOf(period, "SEARCH");
    return { kind: "array", items: scope.search(expression.text, statistic.text, periodSeconds) };
  },
};

function each(onSeries: (series: Series) => Series, onNumber?: (value: number) => number): MathFunction {
  return ([value]) => {
    if (!value) throw new MathError("Missing parameter");
    if (value.kind === "scalar" && onNumber) return scalar(onNumber(value.value));
    return onEach(value, onSeries);
  };
}

function onEach(value: Value, change: (series: Series) => Series): Value {
  if (value.kind === "series") return { kind: "series", series: change(value.series) };
  if (value.kind === "array") return { kind: "array", items: value.items.map(change) };
  throw new MathError("Unsupported operand type: a time series is expected");
}

function calendar(part: (date: Date) => number): MathFunction {
  return each((series) => mapPoints(series, (_, atMs) => part(new Date(atMs))));
}

function difference(
  { points }: Series,
  index: number,
  of: (before: number, beforeMs: number) => number,
): number | undefined {
  const before = points[index - 1];
  return before && of(before[1], before[0]);
}

/** A series comes to one number; several series come to one series. */
function gather(combine: (values: readonly number[]) => number): MathFunction {
  return (parameters) => {
    const [value] = parameters;
    if (parameters.length === 1 && value?.kind === "series")
      return scalar(combine(value.series.points.map(([, v]) => v)));
    if (parameters.length === 1 && value?.kind === "array")
      return { kind: "series", series: across(value.items, combine) };
    const numbers = parameters.map((parameter) => {
      if (parameter.kind !== "scalar") throw new MathError("Unsupported operand types");
      return parameter.value;
    });
    if (numbers.length === 0) throw new MathError("Missing parameter");
    return scalar(combine(numbers));
  };
}

function pick(from: <T>(items: readonly T[]) => T | undefined): MathFunction {
  return ([value]) => {
    if (value?.kind === "series") return scalar(from(value.series.points)?.[1] ?? Number.NaN);
    const series = from(arrayOf(value, "FIRST and LAST"));
    if (!series) return { kind: "array", items: [] };
    return { kind: "series", series };
  };
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function choose([condition, yes, no]: readonly Value[]): Value {
  if (!condition || !yes) throw new MathError("IF expects two or three parameters");
  if (condition.kind === "scalar") {
    const chosen = condition.value !== 0 ? yes : no;
    return chosen ?? { kind: "array", items: [] };
  }
  if (condition.kind !== "series")
    throw new MathError("The condition of IF must be a time series or a number");
  const at = (value: Value | undefined): ((atMs: number) => number | undefined) => {
    if (value === undefined) return () => undefined;
    if (value.kind === "scalar") return () => value.value;
    if (value.kind !== "series") throw new MathError("IF expects time series and numbers");
    const points = new Map(value.series.points);
    return (atMs) => points.get(atMs);
  };
  const whenTrue = at(yes);
  const whenFalse = at(no);
  return {
    kind: "series",
    series: mapPoints(condition.series, (value, atMs) => (value !== 0 ? whenTrue(atMs) : whenFalse(atMs))),
  };
}

/** Every time at which a series of a period could have a value. @throws MathError when there are too many */
export function slots(
  { startMs, endMs }: Pick<MathScope, "startMs" | "endMs">,
  periodSeconds: number,
): number[] {
  const periodMs = periodSeconds * 1000;
  const length = Math.max(0, Math.ceil((endMs - startMs) / periodMs));
  if (length > MAX_SLOTS)
    throw new MathError(`The time range has ${length} periods, which exceeds the limit of ${MAX_SLOTS}`);
  return Array.from({ length }, (_, i) => startMs + i * periodMs);
}

function fill(series: Series, filler: Value, scope: MathScope): Series {
  const missing = fillerOf(filler);
  const { points } = series;
  let next = 0;
  const filled = slots(scope, series.periodSeconds).flatMap((atMs): Point[] => {
    let there = points[next];
    while (there && there[0] < atMs) there = points[++next];
    if (there?.[0] === atMs) return [there];
    const value = missing(atMs, points[next - 1], there);
    return value === undefined ? [] : [[atMs, value]];
  });
  return { ...series, points: filled };
}

/** What stands in for a missing value, from the points before and after it. */
function fillerOf(
  filler: Value,
): (atMs: number, before: Point | undefined, after: Point | undefined) => number | undefined {
  if (filler.kind === "scalar") return () => filler.value;
  if (filler.kind === "series") {
    const others = new Map(filler.series.points);
    return (atMs) => others.get(atMs);
  }
  const way = filler.kind === "text" ? filler.text : "";
  if (way === "REPEAT") return (_, before) => before?.[1];
  if (way === "LINEAR")
    return (atMs, before, after) => {
      if (!before || !after) return (before ?? after)?.[1];
      return before[1] + ((after[1] - before[1]) * (atMs - before[0])) / (after[0] - before[0]);
    };
  throw new MathError("FILL expects a number, a time series, REPEAT or LINEAR");
}

function sort(
  items: readonly Series[],
  by: Value | undefined,
  order: Value | undefined,
  limit: Value | undefined,
): Value {
  const way = by?.kind === "text" ? by.text : "";
  const gatherer = FUNCTIONS[way];
  if (!["AVG", "MIN", "MAX", "SUM"].includes(way) || !gatherer)
    throw new MathError("SORT expects AVG, MIN, MAX or SUM");
  const sign = order?.kind === "text" && order.text === "DESC" ? -1 : 1;
  const weight = (series: Series) => {
    const sum = series.points.length ? gatherer([{ kind: "series", series }], NOWHERE) : scalar(0);
    return sum.kind === "scalar" ? sum.value : 0;
  };
  const sorted = [...items].sort((a, b) => sign * (weight(a) - weight(b)));
  return { kind: "array", items: limit ? sorted.slice(0, numberOf(limit, "SORT")) : sorted };
}

export const NOWHERE: MathScope = {
  startMs: 0,
  endMs: 0,
  metrics: () => [],
  band: () => [],
  search: () => [],
};

function arrayOf(value: Value | undefined, name: string): readonly Series[] {
  if (value?.kind === "array") return value.items;
  throw new MathError(`${name} expects an array of time series`);
}

function numberOf(value: Value | undefined, name: string): number {
  if (value?.kind === "scalar") return value.value;
  throw new MathError(`${name} expects a number`);
}
