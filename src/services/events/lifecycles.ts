import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Connection.html (ConnectionState) */
export const connectionLifecycle = defineLifecycle({
  point: "events:connection-state",
  of: "a connection",
  stages: {
    AUTHORIZING: { next: "AUTHORIZED", takesMs: 2000, failed: "FAILED_CONNECTIVITY" },
    UPDATING: { next: "AUTHORIZED", takesMs: 2000, failed: "FAILED_CONNECTIVITY" },
    DEAUTHORIZING: { next: "DEAUTHORIZED", takesMs: 2000 },
  },
});

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Archive.html (State) */
export const archiveLifecycle = defineLifecycle({
  point: "events:archive-state",
  of: "an archive",
  stages: {
    CREATING: { next: "ENABLED", takesMs: 2000, failed: "CREATE_FAILED" },
    UPDATING: { next: "ENABLED", takesMs: 2000, failed: "UPDATE_FAILED" },
  },
});

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Replay.html (State) */
export const replayLifecycle = defineLifecycle({
  point: "events:replay-state",
  of: "a replay",
  stages: {
    STARTING: { next: "COMPLETED", takesMs: 60_000, failed: "FAILED" },
  },
});
