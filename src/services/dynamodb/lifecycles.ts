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

export const indexLifecycle = defineLifecycle({
  point: "dynamodb:index-state",
  of: "a global secondary index",
  stages: {
    CREATING: { next: "ACTIVE", takesMs: CREATION_MS },
    DELETING: { takesMs: CREATION_MS },
  },
});
