import type { FisAction } from "../action.ts";
import {
  addFunctionRule,
  FUNCTION_PARAMETERS,
  FUNCTION_PERMISSIONS,
  FUNCTION_QUOTA,
  FUNCTION_TARGETS,
} from "../function-fault.ts";

const action: FisAction = {
  id: "aws:lambda:invocation-add-delay",
  description: "Delay the start of the target functions.",
  how: "Invocations begin so much later, and are billed for it.",
  permissions: FUNCTION_PERMISSIONS,
  targets: FUNCTION_TARGETS,
  targetQuota: FUNCTION_QUOTA,
  parameters: {
    ...FUNCTION_PARAMETERS,
    startupDelayMilliseconds: {
      type: "integer",
      min: 0,
      max: 900_000,
      description: "Time before the function's code runs, in milliseconds (default 1000).",
    },
  },
  start: (run) =>
    addFunctionRule(run, "delay", { delayMs: Number(run.parameters["startupDelayMilliseconds"] ?? "1000") }),
};

export default action;
