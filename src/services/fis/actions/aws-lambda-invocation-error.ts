import type { FisAction } from "../action.ts";
import {
  addFunctionRule,
  FUNCTION_PARAMETERS,
  FUNCTION_PERMISSIONS,
  FUNCTION_QUOTA,
  FUNCTION_TARGETS,
} from "../function-fault.ts";

const action: FisAction = {
  id: "aws:lambda:invocation-error",
  description: "Mark invocations of the target functions as failed.",
  how: "Invocations fail, with or without running the handler.",
  permissions: FUNCTION_PERMISSIONS,
  targets: FUNCTION_TARGETS,
  targetQuota: FUNCTION_QUOTA,
  parameters: {
    ...FUNCTION_PARAMETERS,
    preventExecution: {
      type: "boolean",
      required: true,
      description: "Whether the error is returned without running the function.",
    },
  },
  start: (run) =>
    addFunctionRule(run, "error", { preventExecution: run.parameters["preventExecution"] === "true" }),
};

export default action;
