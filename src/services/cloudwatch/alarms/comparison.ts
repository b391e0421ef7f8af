import { sure } from "../../../core/sure.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";

/** What a datapoint is compared with: a fixed threshold is both. */
export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

type Comparison = {
  holds(value: number, limits: Limits): boolean;
} & (
  | { readonly isOfBand: false; readonly words: string }
  /** With a band that differs from datapoint to datapoint: beyond which of its limits? */
  | { readonly isOfBand: true; readonly limits: readonly (keyof Limits)[] }
);

const fixed = (words: string, holds: (value: number, threshold: number) => boolean): Comparison => ({
  words,
  isOfBand: false,
  holds: (value, { upper }) => holds(value, upper),
});

const ofBand = (...limits: readonly (keyof Limits)[]): Comparison => ({
  isOfBand: true,
  limits,
  holds: (value, { lower, upper }) =>
    limits.some((limit) => (limit === "lower" ? value < lower : value > upper)),
});

const COMPARISONS: Readonly<Partial<Record<CloudWatch.ComparisonOperator, Comparison>>> = {
  GreaterThanOrEqualToThreshold: fixed("greater than or equal to", (a, b) => a >= b),
  GreaterThanThreshold: fixed("greater than", (a, b) => a > b),
  LessThanThreshold: fixed("less than", (a, b) => a < b),
  LessThanOrEqualToThreshold: fixed("less than or equal to", (a, b) => a <= b),
  LessThanLowerOrGreaterThanUpperThreshold: ofBand("lower", "upper"),
  LessThanLowerThreshold: ofBand("lower"),
  GreaterThanUpperThreshold: ofBand("upper"),
};

export const comparisonOf = (operator: CloudWatch.ComparisonOperator): Comparison =>
  sure(COMPARISONS[operator]); // The model has no other.
