import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html: `State` of a new function or version, `LastUpdateStatus` of a change */
export const functionLifecycle = defineLifecycle({
  point: "lambda:function-state",
  of: "a function or version: its creation (`Pending`), and a change of it (`InProgress`)",
  stages: {
    Pending: { next: "Active", takesMs: 3_000, failed: "Failed" },
    InProgress: { next: "Successful", takesMs: 2_000, failed: "Failed" },
  },
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html (State): they lead to `Enabled` or `Disabled` */
export const eventSourceLifecycle = defineLifecycle({
  point: "lambda:event-source-state",
  of: "an event source mapping",
  stages: {
    Creating: { takesMs: 20_000 },
    Enabling: { takesMs: 20_000 },
    Disabling: { takesMs: 20_000 },
    Updating: { takesMs: 20_000 },
    Deleting: { takesMs: 20_000 },
  },
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetProvisionedConcurrencyConfig.html (Status) */
export const provisionedLifecycle = defineLifecycle({
  point: "lambda:provisioned-state",
  of: "a provisioned concurrency configuration (the resource is the alias or version)",
  stages: { IN_PROGRESS: { next: "READY", takesMs: 60_000, failed: "FAILED" } },
});
