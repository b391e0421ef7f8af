import type { AlarmNotice } from "./alarm-receivers.ts";

/** A step of a policy, as both services of scaling have it. */
interface Step {
  readonly MetricIntervalLowerBound?: number;
  readonly MetricIntervalUpperBound?: number;
  readonly ScalingAdjustment: number;
}

/** What a policy does in steps, whichever service has it. */
export interface Steps {
  readonly AdjustmentType?: string;
  readonly StepAdjustments?: readonly Step[];
  readonly MinAdjustmentMagnitude?: number;
}

/**
 * The capacity that a step scaling policy leads to.
 * @returns undefined when none of its steps is for that breach
 * https://docs.aws.amazon.com/autoscaling/application/userguide/step-scaling-policy-overview.html
 */
export function stepped(
  { AdjustmentType, StepAdjustments = [], MinAdjustmentMagnitude = 0 }: Steps,
  current: number,
  { value, threshold }: AlarmNotice,
): number | undefined {
  const step = stepOf(
    StepAdjustments,
    value === undefined || threshold === undefined ? undefined : value - threshold,
  );
  if (!step) return undefined;
  const by = step.ScalingAdjustment;
  if (AdjustmentType === "ExactCapacity") return by;
  if (AdjustmentType !== "PercentChangeInCapacity") return current + by;
  const share = (current * by) / 100;
  // Away from zero below one, else towards it.
  const whole = Math.abs(share) < 1 ? Math.sign(share) : Math.trunc(share);
  return current + Math.sign(whole) * Math.max(Math.abs(whole), MinAdjustmentMagnitude);
}

/** @param breach by how much the threshold is passed; undefined for an alarm that was set by hand, which the first step is for (inferred) */
function stepOf(steps: readonly Step[], breach: number | undefined): Step | undefined {
  const near = (step: Step) =>
    Math.min(
      ...[step.MetricIntervalLowerBound, step.MetricIntervalUpperBound].map((at) => Math.abs(at ?? Infinity)),
    );
  if (breach === undefined) return [...steps].sort((a, b) => near(a) - near(b))[0];
  return steps.find((step) => {
    const from = step.MetricIntervalLowerBound ?? -Infinity;
    const to = step.MetricIntervalUpperBound ?? Infinity;
    // A bound belongs to the step that is further from the threshold.
    return from >= 0 ? breach >= from && breach < to : breach > from && breach <= to;
  });
}

/**
 * The capacity at which a metric that is shared by all of it would be at its target.
 * @param at how much of the metric there is at this capacity, and how much there should be, in the same unit
 */
export function tracked(
  current: number,
  { value, target }: { readonly value: number | undefined; readonly target: number },
  direction: "out" | "in",
): number {
  // Nothing is known of an alarm that was set by hand: one more, or one less (inferred).
  if (value === undefined) return direction === "out" ? current + 1 : current - 1;
  const wanted = Math.ceil((current * value) / target);
  return direction === "out" ? Math.max(current + 1, wanted) : Math.min(current, wanted);
}

/** Between which capacities what is scaled is to be. */
interface Limits {
  readonly min: number;
  readonly max: number;
}

/** The limits that a scheduled action leaves: the one that it does not say gives way to the one that it does. */
export const limitsBy = (
  before: Limits,
  { min, max }: { readonly [L in keyof Limits]: number | undefined },
): Limits => ({
  min: min ?? Math.min(before.min, max ?? Infinity),
  max: max ?? Math.max(before.max, min ?? 0),
});
