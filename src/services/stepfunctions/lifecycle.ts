import { defineLifecycle } from "../../aws/lifecycle.ts";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html (status) */
export const machineLifecycle = defineLifecycle({
  point: "stepfunctions:state-machine-state",
  of: "a state machine",
  stages: { DELETING: { takesMs: 10_000 } },
});
