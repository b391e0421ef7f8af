import { defineLifecycle } from "../../aws/lifecycle.ts";

/** States of a multi-region key that do not last: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
export const keyLifecycle = defineLifecycle({
  point: "kms:key-state",
  of: "a multi-region key",
  stages: {
    Creating: { next: "Enabled", takesMs: 15_000 },
    Updating: { next: "Enabled", takesMs: 10_000 },
  },
});
