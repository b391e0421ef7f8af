import type { JobRecord } from "../../aws/jobs.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Logs from "../../models/generated/logs.ts";

export type QueryStatus = "Running" | "Complete" | "Failed" | "Cancelled";

/** A query that was started. */
export interface StartedQuery extends JobRecord {
  readonly id: string;
  readonly text: string;
  readonly groups: readonly string[];
  /** Epoch milliseconds, both included. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  readonly createdAtMs: number;
  readonly status: QueryStatus;
  readonly statistics: Required<
    Pick<Logs.QueryStatistics, "recordsMatched" | "recordsScanned" | "bytesScanned">
  >;
}

/** Key: [id]. */
export const queryCollection = defineCollection<StartedQuery>({ name: "queries" });

/** What queries found. Key: [query's id]. */
export const queryResultCollection = defineCollection<Logs.QueryResults>({ name: "query-results" });

/** Key: [id]. The values are what DescribeQueryDefinitions answers. */
export const queryDefinitionCollection = defineCollection<Logs.QueryDefinition & { readonly name: string }>({
  name: "query-definitions",
});
