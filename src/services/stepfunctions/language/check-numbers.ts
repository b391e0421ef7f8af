import type { Findings } from "./findings.ts";
import { type Json, type JsonObject, memberOf } from "./json.ts";
import { expressionIn } from "./jsonata.ts";

interface Range {
  readonly least?: number;
  readonly most?: number;
  readonly isFloat?: true;
}

const MOST_SECONDS = 99_999_999;

/** Between what the numbers of states, and of what is within them, may be (measured on AWS by others; what is not told has no bound). */
export const STATE_NUMBERS: Readonly<Record<string, Range>> = {
  TimeoutSeconds: { least: 1, most: MOST_SECONDS },
  HeartbeatSeconds: { least: 1, most: MOST_SECONDS },
  Seconds: { least: 0, most: MOST_SECONDS },
  MaxConcurrency: { least: 0 },
  ToleratedFailureCount: { least: 0 },
  ToleratedFailurePercentage: { least: 0, most: 100, isFloat: true },
};
export const ROOT_NUMBERS: Readonly<Record<string, Range>> = {
  TimeoutSeconds: { least: 0, most: MOST_SECONDS },
};
export const RETRY_NUMBERS: Readonly<Record<string, Range>> = {
  IntervalSeconds: { least: 0, most: MOST_SECONDS },
  MaxAttempts: { least: 0, most: 99_999_999 },
  BackoffRate: { least: 1, isFloat: true },
  MaxDelaySeconds: { least: 1, most: 31_622_400 },
};
export const READER_NUMBERS: Readonly<Record<string, Range>> = {
  MaxItems: { least: 0, most: 100_000_000 },
};
export const BATCHER_NUMBERS: Readonly<Record<string, Range>> = {
  MaxItemsPerBatch: { least: 0 },
  MaxInputBytesPerBatch: { least: 0, most: 262_144 },
};

/** Numbers that are none, or beyond what they may be; an expression of JSONata is asked when it is evaluated. */
export function checkNumbers(
  value: JsonObject,
  ranges: Readonly<Record<string, Range>>,
  place: string,
  findings: Findings,
  isJsonata = false,
): void {
  for (const [field, range] of Object.entries(ranges)) {
    const given = memberOf(value, field);
    if (given === undefined || (isJsonata && expressionIn(given) !== undefined)) continue;
    const said = wrongWith(given, range);
    if (said !== undefined) findings.error(said, `${place}/${field}`);
  }
}

function wrongWith(given: Json, { least, most, isFloat }: Range): string | undefined {
  const said = (bound: number) => (isFloat ? bound.toFixed(1) : String(bound));
  if (typeof given !== "number" || !(isFloat || Number.isInteger(given)))
    return `Expected value of type ${isFloat ? "Float" : "Integer"}`;
  if (least !== undefined && given < least) return `Minimum value is ${said(least)}`;
  if (most !== undefined && given > most) return `Maximum value is ${said(most)}`;
  return undefined;
}
