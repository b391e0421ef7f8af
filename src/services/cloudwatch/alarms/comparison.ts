import { sure } from "../../../core/sure.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";

interface Comparison {
  readonly words: string;
  holds(value: number, threshold: number): boolean;
}

/** The operators that compare with a fixed threshold. */
export const COMPARISONS: Readonly<Partial<Record<CloudWatch.ComparisonOperator, Comparison>>> = {
  GreaterThanOrEqualToThreshold: { words: "greater than or equal to", holds: (a, b) => a >= b },
  GreaterThanThreshold: { words: "greater than", holds: (a, b) => a > b },
  LessThanThreshold: { words: "less than", holds: (a, b) => a < b },
  LessThanOrEqualToThreshold: { words: "less than or equal to", holds: (a, b) => a <= b },
};

export const comparisonOf = (operator: CloudWatch.ComparisonOperator): Comparison =>
  sure(COMPARISONS[operator]); // An alarm with another operator is not made.
