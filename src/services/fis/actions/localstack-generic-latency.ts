import type { FisAction } from "../action.ts";
import { CALL_PARAMETERS, callsOf, checkCalls, untilStopped } from "../localstack-fault.ts";

const action: FisAction = {
  id: "localstack:generic:latency",
  description: "Delay API calls, until the experiment is stopped.",
  takesAnyParameter: true,
  parameters: {
    ...CALL_PARAMETERS,
    latencyMilliseconds: {
      type: "number",
      required: true,
      min: 0,
      description: "Delay in milliseconds.",
    },
  },
  lasts: untilStopped,
  check: checkCalls,
  start(run) {
    run.addRule({
      effect: "latency",
      params: { ms: Number(run.parameters["latencyMilliseconds"]) },
      match: callsOf(run),
    });
  },
};

export default action;
