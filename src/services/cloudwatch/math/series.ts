/** One value at one time: epoch milliseconds, value. */
export type Point = readonly [atMs: number, value: number];

/** A time series: points in the order of time, at most one a period. */
export interface Series {
  readonly points: readonly Point[];
  readonly periodSeconds: number;
  /** The id of the query that it came from, or what stands for it. */
  readonly label: string;
  /** Its label is what it is called, also when it is alone: a group of a Metrics Insights query. */
  readonly isNamed?: true;
  /** The metric behind it, for labels. */
  readonly properties?: SeriesProperties;
  /** The units that it was put in, when these are several and none was asked for: its values are those of the first. */
  readonly units?: readonly string[];
}

export interface SeriesProperties {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly statistic: string;
  readonly account: string;
  readonly region: string;
}

/** What an expression comes to: a number (S), a time series (TS), or several (TS[]). */
export type Value =
  | { readonly kind: "scalar"; readonly value: number }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "series"; readonly series: Series }
  | { readonly kind: "array"; readonly items: readonly Series[] };

export const scalar = (value: number): Value => ({ kind: "scalar", value });

/** The points with each value changed; what comes to no number is left out. */
export const mapPoints = (
  series: Series,
  change: (value: number, atMs: number, index: number) => number | undefined,
): Series => ({
  ...series,
  points: series.points.flatMap(([atMs, value], i) => {
    const changed = change(value, atMs, i);
    return changed === undefined || !Number.isFinite(changed) ? [] : [[atMs, changed] as const];
  }),
});

/** Two series where both have a value. */
export function zip(left: Series, right: Series, combine: (a: number, b: number) => number): Series {
  const others = new Map(right.points);
  return mapPoints(
    { ...left, periodSeconds: Math.max(left.periodSeconds, right.periodSeconds) },
    (value, atMs) => {
      const other = others.get(atMs);
      return other === undefined ? undefined : combine(value, other);
    },
  );
}

/** Several series as one: at each time, what `combine` makes of the values that are there. */
export function across(items: readonly Series[], combine: (values: readonly number[]) => number): Series {
  const values = new Map<number, number[]>();
  for (const { points } of items)
    for (const [atMs, value] of points) {
      const there = values.get(atMs);
      if (there) there.push(value);
      else values.set(atMs, [value]);
    }
  const points = [...values].sort(([a], [b]) => a - b).map(([atMs, all]) => [atMs, combine(all)] as const);
  return { points, periodSeconds: items[0]?.periodSeconds ?? 60, label: items[0]?.label ?? "" };
}
