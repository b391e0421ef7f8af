import { sure } from "../../../core/sure.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";

/** What a datapoint is compared with: a fixed threshold is both. */
export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

interface Comparison {
  readonly words: string;
  /** Does it compare with a band that differs from datapoint to datapoint? */
  readonly isOfBand: boolean;
  holds(value: number, limits: Limits): boolean;
}

const fixed = (words: string, holds: (value: number, threshold: number) => boolean): Comparison => ({
  words,
  isOfBand: false,
  holds: (value, { upper }) => holds(value, upper),
});

const ofBand = (words: string, holds: Comparison["holds"]): Comparison => ({ words, isOfBand: true, holds });

const COMPARISONS: Readonly<Partial<Record<CloudWatch.ComparisonOperator, Comparison>>> = {
  GreaterThanOrEqualToThreshold: fixed("greater than or equal to", (a, b) => a >= b),
  GreaterThanThreshold: fixed("greater than", (a, b) => a > b),
  LessThanThreshold: fixed("less than", (a, b) => a < b),
  LessThanOrEqualToThreshold: fixed("less than or equal to", (a, b) => a <= b),
  LessThanLowerOrGreaterThanUpperThreshold: ofBand(
    "outside",
    (value, { lower, upper }) => value < lower || value > upper,
  ),
  LessThanLowerThreshold: ofBand("less than", (value, { lower }) => value < lower),
  GreaterThanUpperThreshold: ofBand("greater than", (value, { upper }) => value > upper),
};

export const comparisonOf = (operator: CloudWatch.ComparisonOperator): Comparison =>
  sure(COMPARISONS[operator]); // The model has no other.
