import type { Transition } from "../../../aws/lifecycle.ts";
import { awsError } from "../../../core/aws-error.ts";
import { defineCollection, type Store } from "../../../core/storage.ts";
import type { Frequency } from "./found.ts";

/** A time in which events were analysed; without an end it goes on. */
interface Span {
  readonly fromMs: number;
  readonly toMs?: number;
}

/** An anomaly detector as it is kept. */
export interface Detector {
  readonly id: string;
  readonly arn: string;
  readonly name?: string;
  readonly logGroupArn: string;
  readonly frequency: Frequency;
  readonly filterPattern?: string;
  readonly kmsKeyId?: string;
  readonly visibleDays: number;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** When it was analysing; it is paused when the last has an end. */
  readonly spans: readonly Span[];
  readonly transition?: Transition;
  readonly tags: Readonly<Record<string, string>>;
}

/** What somebody has said of a pattern, or of one anomaly of it. */
export interface Verdict {
  readonly suppressedAtMs?: number;
  /** Absent: for good. */
  readonly suppressedUntilMs?: number;
  readonly isBaseline?: boolean;
}

/** Key: [id]. */
export const detectorCollection = defineCollection<Detector>({ name: "anomaly-detectors" });

/** Key: [detector's id, "pattern" or "anomaly", its id]. */
export const verdictCollection = defineCollection<Verdict>({ name: "anomaly-verdicts" });

const ARN = /^arn:[^:]+:logs:[^:]*:[^:]*:anomaly-detector:([^:]+)$/;

/** Inferred text. */
export const detectorNotFound = awsError(
  "ResourceNotFoundException",
  400,
  "The specified anomaly detector does not exist.",
);

export const detectorOf = (store: Store, arn: string): Detector | undefined =>
  store.collection(detectorCollection).get([ARN.exec(arn)?.[1] ?? ""]);

/** @throws AwsError when there is no such detector */
export function requireDetector(store: Store, arn: string): Detector {
  const found = detectorOf(store, arn);
  if (!found) throw detectorNotFound();
  return found;
}

export const isPaused = ({ spans }: Detector): boolean => spans.at(-1)?.toMs !== undefined;
