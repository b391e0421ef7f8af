import type { Service, ServiceFactory } from "../../core/service.ts";
import { activities } from "./activities.ts";
import { aliases } from "./aliases.ts";
import { callbacks } from "./callbacks.ts";
import { executions } from "./executions.ts";
import { history } from "./history.ts";
import { mapRuns } from "./map-runs.ts";
import { requestChecks } from "./request-checks.ts";
import { Runner } from "./runner.ts";
import { startExecution } from "./start-execution.ts";
import { stateMachines } from "./state-machines.ts";
import { tags } from "./tags.ts";
import { testState } from "./test-state.ts";
import { versions } from "./versions.ts";

/** AWS Step Functions: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
const stepfunctions: ServiceFactory = (host): Service => {
  const runner = new Runner(host);
  return {
    name: "stepfunctions",
    validation: requestChecks,
    operations: {
      ...stateMachines,
      ...versions,
      ...aliases,
      ...startExecution(runner),
      ...executions(runner),
      ...history,
      ...mapRuns(runner),
      ...activities(runner),
      ...callbacks(runner),
      ...testState(runner),
      ...tags,
    },
    start: () => runner.resume(),
    stop: () => runner.stop(),
    isBusy: () => runner.isBusy,
  };
};

export default stepfunctions;
