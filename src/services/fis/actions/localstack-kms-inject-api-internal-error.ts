import type { FisAction } from "../action.ts";
import { untilStopped } from "../localstack-fault.ts";

const action: FisAction = {
  id: "localstack:kms:inject-api-internal-error",
  description: "Make calls of KMS fail with an internal error, until the experiment is stopped.",
  takesAnyParameter: true,
  parameters: {
    percentage: {
      type: "number",
      min: 0,
      max: 100,
      description: "Share of calls that fail (default 100).",
    },
  },
  lasts: untilStopped,
  start(run) {
    run.addRule({
      effect: "error",
      params: {
        code: "InternalError",
        status: 500,
        message: "Failing as per Fault Injection Simulator configuration",
      },
      match: { service: "kms", region: run.experiment.region, account: run.experiment.accounts },
      percentage: Number(run.parameters["percentage"] ?? "100"),
    });
  },
};

export default action;
