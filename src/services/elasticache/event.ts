import { defineCollection } from "../../core/storage.ts";

/** What has happened to a cache, as it is kept for two weeks: by time and order. */
export interface EventRecord {
  readonly sourceType: "cache-cluster" | "replication-group";
  readonly source: string;
  readonly message: string;
  readonly atMs: number;
}

export const eventRecords = defineCollection<EventRecord>({ name: "events" });

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeEvents.html */
export const KEPT_MS = 14 * 24 * 3_600_000;
