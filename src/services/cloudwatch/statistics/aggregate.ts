/**
 * What is kept of the values of one metric in one stretch of time: enough for every statistic. The distribution is
 * exact up to a number of distinct values and then rounded, so that its size has a bound.
 */
export interface Aggregate {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Values and how often each occurred; undefined when a statistic set has hidden them. */
  readonly distribution: readonly (readonly [value: number, count: number])[] | undefined;
}

/** Distinct values that are kept exactly. */
const MOST_VALUES = 500;

export const ofValue = (value: number, count = 1): Aggregate => ({
  count,
  sum: value * count,
  min: value,
  max: value,
  distribution: [[value, count]],
});

/** Values with their counts. */
export function ofValues(values: readonly number[], counts: readonly number[] | undefined): Aggregate {
  return values.map((value, i) => ofValue(value, counts?.[i] ?? 1)).reduce(merge);
}

/** A statistic set hides its values, unless they were all the same. */
export const ofStatisticSet = (set: {
  SampleCount: number;
  Sum: number;
  Minimum: number;
  Maximum: number;
}): Aggregate => ({
  count: set.SampleCount,
  sum: set.Sum,
  min: set.Minimum,
  max: set.Maximum,
  distribution:
    set.Minimum === set.Maximum && set.Sum === set.Minimum * set.SampleCount
      ? [[set.Minimum, set.SampleCount]]
      : undefined,
});

export function merge(a: Aggregate, b: Aggregate): Aggregate {
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    distribution: a.distribution && b.distribution && mergeDistributions(a.distribution, b.distribution),
  };
}

function mergeDistributions(
  a: NonNullable<Aggregate["distribution"]>,
  b: NonNullable<Aggregate["distribution"]>,
): NonNullable<Aggregate["distribution"]> {
  const counts = new Map(a);
  for (const [value, count] of b) counts.set(value, (counts.get(value) ?? 0) + count);
  return bounded(counts);
}

/** Rounds values to fewer digits until they are few enough. */
export function bounded(counts: ReadonlyMap<number, number>): [number, number][] {
  let kept = counts;
  for (let digits = 3; kept.size > MOST_VALUES && digits > 0; digits--) {
    const rounded = new Map<number, number>();
    for (const [value, count] of kept) {
      const near = Number(value.toPrecision(digits));
      rounded.set(near, (rounded.get(near) ?? 0) + count);
    }
    kept = rounded;
  }
  return [...kept];
}
