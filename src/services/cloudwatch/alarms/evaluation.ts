/**
 * M out of N: whether an alarm's datapoints make it ALARM, OK or INSUFFICIENT_DATA, with the treatment of missing data.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import type { StateValue } from "./alarm.ts";
import type { Limits } from "./comparison.ts";

/** Periods before the evaluated ones that are looked at when some are missing. */
export const EXTRA_PERIODS = 2;

export interface EvaluatedPoint {
  readonly atMs: number;
  readonly value: number;
  readonly sampleCount?: number;
  /** Of an alarm on a band: what was normal then. */
  readonly band?: Limits;
}

export interface Criteria {
  /** N: how many datapoints are compared. */
  readonly evaluationPeriods: number;
  /** M: how many of them must be breaching. */
  readonly datapointsToAlarm: number;
  readonly treatMissing: "missing" | "ignore" | "breaching" | "notBreaching";
  breaches(point: EvaluatedPoint): boolean;
}

/** What came of an evaluation. Without `state` the alarm stays as it is. */
export interface Verdict {
  readonly state?: StateValue;
  /** The datapoints that were compared, oldest first. */
  readonly evaluated: readonly EvaluatedPoint[];
  /** How many missing datapoints were taken for breaching or not breaching (or for unknown). */
  readonly filled: number;
}

/**
 * @param range a place for each period of the evaluation range, oldest first; N of them are evaluated, the ones before
 * stand in for missing ones
 */
export function judge(range: readonly (EvaluatedPoint | undefined)[], criteria: Criteria): Verdict {
  const { evaluationPeriods, datapointsToAlarm, treatMissing } = criteria;
  const there = range.filter((point) => point !== undefined);
  const evaluated = there.slice(-evaluationPeriods);
  const filled = evaluationPeriods - evaluated.length;
  if (there.length === 0) {
    const state = {
      missing: "INSUFFICIENT_DATA",
      ignore: undefined,
      breaching: "ALARM",
      notBreaching: "OK",
    } as const;
    return { ...withState(state[treatMissing]), evaluated, filled };
  }
  const breaching = evaluated.filter((point) => criteria.breaches(point)).length;
  const counted = breaching + (treatMissing === "breaching" ? filled : 0);
  if (counted >= datapointsToAlarm) return { state: "ALARM", evaluated, filled };
  const undecided =
    filled > 0 && breaching === evaluated.length && (treatMissing === "missing" || treatMissing === "ignore");
  if (!undecided) return { state: "OK", evaluated, filled };
  // All that is there is breaching, but it is too little. A breaching datapoint that is old enough decides.
  const oldest = range.findIndex((point) => point !== undefined);
  const isOldEnough = range.length - oldest >= datapointsToAlarm;
  return { ...withState(isOldEnough && treatMissing === "missing" ? "ALARM" : undefined), evaluated, filled };
}

const withState = (state: StateValue | undefined) => (state ? { state } : {});
