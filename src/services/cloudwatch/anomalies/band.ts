/**
 * ANOMALY_DETECTION_BAND: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#using-anomaly-detection-math
 *
 * AWS learns from up to two weeks of data, by a model that is not public. Here what is expected at a time is the mean of the two
 * weeks before it, and the band is as many standard deviations wide, on both sides, as the expression says.
 */
import type { Point, Series } from "../math/series.ts";

export const TRAINING_MS = 14 * 86_400_000;
/** Of fewer datapoints nothing can be said. */
const LEAST_POINTS = 2;

export interface Excluded {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The upper and the lower limit, at each of `times`.
 * @param learnt what the series was, two weeks before the first time and until the last
 */
export function bandOf(
  learnt: Series,
  times: readonly number[],
  deviations: number,
  excluded: readonly Excluded[] = [],
): { upper: Series; lower: Series } {
  const isExcluded = (atMs: number) => excluded.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  const points = learnt.points.filter(([atMs]) => !isExcluded(atMs));
  const upper: Point[] = [];
  const lower: Point[] = [];
  let count = 0;
  let sum = 0;
  let squares = 0;
  // Of the first point, so that squares of large and alike values do not lose what tells them apart.
  const origin = points[0]?.[1] ?? 0;
  const take = (value: number, sign: 1 | -1) => {
    const distance = value - origin;
    count += sign;
    sum += sign * distance;
    squares += sign * distance * distance;
  };
  let next = 0;
  let oldest = 0;
  for (const atMs of times) {
    for (let point = points[next]; point && point[0] < atMs; point = points[++next]) take(point[1], 1);
    for (
      let point = points[oldest];
      point && oldest < next && point[0] < atMs - TRAINING_MS;
      point = points[++oldest]
    )
      take(point[1], -1);
    if (count < LEAST_POINTS) continue;
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 0));
    upper.push([atMs, origin + mean + deviations * deviation]);
    lower.push([atMs, origin + mean - deviations * deviation]);
  }
  const of = (limit: Point[], name: string): Series => ({
    points: limit,
    periodSeconds: learnt.periodSeconds,
    label: `${learnt.label} (expected ${name})`,
    isNamed: true,
  });
  return { upper: of(upper, "upper"), lower: of(lower, "lower") };
}
