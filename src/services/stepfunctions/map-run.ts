import { defineCollection } from "../../core/storage.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";

/** The run of a distributed Map, by its ARN. */
export interface MapRunRecord {
  readonly arn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly label: string;
  readonly startedMs: number;
  readonly endedMs?: number | undefined;
  readonly status: SFN.MapRunStatus;
  readonly maxConcurrency: number;
  readonly toleratedFailurePercentage: number;
  readonly toleratedFailureCount: number;
  readonly items: MapRunCounts;
  readonly executions: MapRunCounts;
  readonly redriveCount: number;
  readonly redrivenMs?: number | undefined;
}

export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
  readonly resultsWritten: number;
}

export const mapRunRecords = defineCollection<MapRunRecord>({
  name: "map-runs",
  indexes: { execution: ({ executionArn, startedMs }) => [executionArn, startedMs] },
});

/** What a child of a map run is given, by the run's ARN and the child's place, until the run is over. */
export interface MapItem {
  readonly input: string;
  /** How many items are in it. */
  readonly items: number;
}

export const mapItems = defineCollection<MapItem>({ name: "map-items" });

export const NO_COUNTS: MapRunCounts = {
  pending: 0,
  running: 0,
  succeeded: 0,
  failed: 0,
  timedOut: 0,
  aborted: 0,
  total: 0,
  resultsWritten: 0,
};
