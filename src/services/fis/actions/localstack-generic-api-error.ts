import type { FisAction, ParameterValues } from "../action.ts";
import { CALL_PARAMETERS, callsOf, checkCalls, untilStopped } from "../localstack-fault.ts";

const MESSAGE = "Failing as per Fault Injection Simulator configuration";

/** A latency alone only delays; with anything that describes an error it delays and then fails. */
function onlyDelays({ latency, exception, errorCode, percentage }: ParameterValues): boolean {
  return (
    latency !== undefined && exception === undefined && errorCode === undefined && percentage === undefined
  );
}

const action: FisAction = {
  id: "localstack:generic:api-error",
  description: "Make API calls fail with the given error, until the experiment is stopped.",
  takesAnyParameter: true,
  parameters: {
    ...CALL_PARAMETERS,
    percentage: {
      type: "number",
      min: 0,
      max: 100,
      description: "Share of calls that fail (default 100).",
    },
    exception: { type: "string", description: "Error code (default InternalError)." },
    errorCode: { type: "integer", min: 300, max: 599, description: "HTTP status (default 500)." },
    latency: {
      type: "number",
      min: 0,
      description: "Delay in seconds. When it stands alone, calls are only delayed.",
    },
  },
  lasts: untilStopped,
  check: checkCalls,

  start(run) {
    const { latency, exception = "InternalError", errorCode = "500", percentage = "100" } = run.parameters;
    const match = callsOf(run);
    if (latency !== undefined) {
      run.addRule({ effect: "latency", params: { ms: Number(latency) * 1000 }, match });
    }
    if (onlyDelays(run.parameters)) return;
    run.addRule({
      effect: "error",
      params: {
        // A code goes into headers and XML: what cannot stand there is left out.
        code: exception.replace(/[^\w.:#/-]/g, "").slice(0, 256) || "InternalError",
        status: Number(errorCode),
        message: MESSAGE,
      },
      match,
      percentage: Number(percentage),
    });
  },
};

export default action;
