import type { Aggregate } from "./aggregate.ts";

/** Computes one number from what was aggregated; undefined when it cannot be told. */
export type Statistic = (aggregate: Aggregate) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => (count === 0 ? undefined : sum / count),
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

const PERCENTILE = /^p(\d{1,3}(?:\.\d{1,10})?)$/;
/** `tm90`, `wm90`, `tc90`, `ts90`: from the start up to a percentile. */
const TRIMMED_SHORT = /^(tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/i;
/** `TM(10%:90%)`, `TC(0.005:0.030)`, `PR(:300)`. */
const TRIMMED = /^(TM|WM|TC|TS|PR)\(([\d.]*%?):([\d.]*%?)\)$/;

export const isSimple = (text: string): boolean => Object.hasOwn(SIMPLE, text);

/**
 * A statistic by its name: `Average`, `p99.9`, `tm90`, `TC(0.005:0.030)`, `IQM`; undefined for no statistic.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function parseStatistic(text: string): Statistic | undefined {
  if (isSimple(text)) return SIMPLE[text];
  const percentile = PERCENTILE.exec(text)?.[1];
  if (percentile !== undefined) return isShare(percentile) ? percentileOf(Number(percentile)) : undefined;
  if (text === "IQM") return trimmed("TM", percent(25), percent(75));
  const [, word, share] = TRIMMED_SHORT.exec(text) ?? [];
  if (word !== undefined && share !== undefined)
    return isShare(share) ? trimmed(word.toUpperCase(), undefined, percent(Number(share))) : undefined;
  const [, kind, low = "", high = ""] = TRIMMED.exec(text) ?? [];
  if (kind === undefined || (low === "" && high === "")) return undefined;
  const from = bound(low);
  const to = bound(high);
  if (from === null || to === null) return undefined;
  return kind === "PR" ? percentRank(from, to) : trimmed(kind, from, to);
}

const isShare = (text: string) => Number(text) <= 100;

/** A bound of a trimmed statistic: a percentile, or a value of the metric. */
type Bound = { readonly percent: number } | { readonly value: number };
const percent = (share: number): Bound => ({ percent: share });

/** null for no bound at all that makes sense. */
function bound(text: string): Bound | undefined | null {
  if (text === "") return undefined;
  const number = Number(text.replace(/%$/, ""));
  if (!Number.isFinite(number)) return null;
  if (!text.endsWith("%")) return { value: number };
  return number <= 100 ? { percent: number } : null;
}

/** By nearest rank. Not for metrics with negative values, as CloudWatch has it. */
const percentileOf =
  (share: number): Statistic =>
  (aggregate) => {
    const sorted = sortedValues(aggregate);
    if (!sorted) return undefined;
    const rank = Math.max(1, Math.ceil((share / 100) * aggregate.count));
    let seen = 0;
    for (const [value, count] of sorted) {
      seen += count;
      if (seen >= rank) return value;
    }
    return aggregate.max;
  };

/** Mean (TM), winsorized mean (WM), count (TC) or sum (TS) of what lies between two bounds. */
function trimmed(kind: string, from: Bound | undefined, to: Bound | undefined): Statistic {
  return (aggregate) => {
    const sorted = sortedValues(aggregate);
    if (!sorted) return undefined;
    const low = valueAt(from, aggregate) ?? Number.NEGATIVE_INFINITY;
    const high = valueAt(to, aggregate) ?? Number.POSITIVE_INFINITY;
    let count = 0;
    let sum = 0;
    for (const [value, times] of sorted) {
      const inside = value >= low && value <= high;
      if (kind === "WM") sum += Math.min(Math.max(value, low), high) * times;
      else if (inside) sum += value * times;
      if (inside || kind === "WM") count += times;
    }
    if (kind === "TC") return count;
    if (kind === "TS") return sum;
    return count === 0 ? undefined : sum / count;
  };
}

function valueAt(at: Bound | undefined, aggregate: Aggregate): number | undefined {
  if (!at) return undefined;
  return "value" in at ? at.value : percentileOf(at.percent)(aggregate);
}

/** The share of values, in percent, between two values. */
function percentRank(from: Bound | undefined, to: Bound | undefined): Statistic {
  const count = trimmed("TC", from, to);
  return (aggregate) => {
    const inside = count(aggregate);
    return inside === undefined ? undefined : (100 * inside) / aggregate.count;
  };
}

function sortedValues({ distribution, min }: Aggregate) {
  return distribution && min >= 0 ? [...distribution].sort(([a], [b]) => a - b) : undefined;
}
