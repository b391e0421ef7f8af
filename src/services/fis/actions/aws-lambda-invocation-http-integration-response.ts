import type { FisAction } from "../action.ts";
import {
  addFunctionRule,
  FUNCTION_PARAMETERS,
  FUNCTION_PERMISSIONS,
  FUNCTION_QUOTA,
  FUNCTION_TARGETS,
} from "../function-fault.ts";

const action: FisAction = {
  id: "aws:lambda:invocation-http-integration-response",
  description: "Change what the target functions answer to HTTP integrations.",
  how: "Invocations answer the status code, instead of the handler or after it.",
  permissions: FUNCTION_PERMISSIONS,
  targets: FUNCTION_TARGETS,
  targetQuota: FUNCTION_QUOTA,
  parameters: {
    ...FUNCTION_PARAMETERS,
    contentTypeHeader: {
      type: "string",
      required: true,
      description: "Content type of the response.",
    },
    statusCode: {
      type: "integer",
      required: true,
      min: 0,
      max: 999,
      description: "HTTP status of the response (000 to 999).",
    },
    preventExecution: {
      type: "boolean",
      required: true,
      description: "Whether the response is returned without running the function.",
    },
  },
  start: (run) =>
    addFunctionRule(run, "http-response", {
      statusCode: Number(run.parameters["statusCode"]),
      contentType: run.parameters["contentTypeHeader"],
      preventExecution: run.parameters["preventExecution"] === "true",
    }),
};

export default action;
