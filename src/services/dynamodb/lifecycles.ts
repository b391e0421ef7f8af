import { defineLifecycle } from "../../aws/lifecycle.ts";

/** About as long as AWS takes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html */
const CREATION_MS = 8_000;

export const tableLifecycle = defineLifecycle({
  point: "dynamodb:table-state",
  of: "a table",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: CREATION_MS },
    UPDATING: { next: "ACTIVE", takesMs: CREATION_MS },
    DELETING: { takesMs: CREATION_MS },
  },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BackupDetails.html */
export const backupLifecycle = defineLifecycle({
  point: "dynamodb:backup-state",
  of: "an on-demand backup",
  stages: { CREATING: { next: "AVAILABLE", takesMs: 3_000 } },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExportDescription.html and API_ImportTableDescription.html */
export const exportLifecycle = defineLifecycle({
  point: "dynamodb:export-state",
  of: "an export to S3",
  stages: { IN_PROGRESS: { next: "COMPLETED", takesMs: 60_000, failed: "FAILED" } },
});
export const importLifecycle = defineLifecycle({
  point: "dynamodb:import-state",
  of: "an import from S3",
  stages: { IN_PROGRESS: { next: "COMPLETED", takesMs: 60_000, failed: "FAILED" } },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_KinesisDataStreamDestination.html */
export const destinationLifecycle = defineLifecycle({
  point: "dynamodb:destination-state",
  of: "a Kinesis destination of a table (the resource is the table)",
  stages: {
    ENABLING: { next: "ACTIVE", takesMs: 10_000, failed: "ENABLE_FAILED" },
    UPDATING: { next: "ACTIVE", takesMs: 5_000 },
    DISABLING: { next: "DISABLED", takesMs: 10_000 },
  },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContributorInsights.html */
export const insightsLifecycle = defineLifecycle({
  point: "dynamodb:insights-state",
  of: "a table's or an index's Contributor Insights (the resource is the table)",
  stages: {
    ENABLING: { next: "ENABLED", takesMs: 5_000, failed: "FAILED" },
    DISABLING: { next: "DISABLED", takesMs: 5_000, failed: "FAILED" },
  },
});

/** A minute, mostly; AWS promises an hour: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
export const timeToLiveLifecycle = defineLifecycle({
  point: "dynamodb:ttl-state",
  of: "a table's time to live (the resource is the table)",
  stages: {
    ENABLING: { next: "ENABLED", takesMs: 60_000 },
    DISABLING: { next: "DISABLED", takesMs: 60_000 },
  },
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicaDescription.html (ReplicaStatus) */
export const replicaLifecycle = defineLifecycle({
  point: "dynamodb:replica-state",
  of: "a replica of a global table (the resource is the table in the replica's region)",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: 60_000, failed: "CREATION_FAILED" },
    UPDATING: { next: "ACTIVE", takesMs: CREATION_MS },
    DELETING: { takesMs: 30_000 },
  },
});

export const indexLifecycle = defineLifecycle({
  point: "dynamodb:index-state",
  of: "a global secondary index",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: CREATION_MS },
    DELETING: { takesMs: CREATION_MS },
  },
});
