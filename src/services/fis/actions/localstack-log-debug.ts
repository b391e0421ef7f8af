import type { FisAction } from "../action.ts";
import { untilStopped } from "../localstack-fault.ts";

const action: FisAction = {
  id: "localstack:log-debug",
  description: "Write a line to Squall's log when the action starts and when it ends.",
  takesAnyParameter: true,
  parameters: {
    message: { type: "string", description: "What the line says beside the action's name." },
  },
  lasts: untilStopped,
  start(run) {
    const say = (what: string) =>
      run.log.info(
        `Action "${run.name}" of ${run.experiment.id} ${what}. ${run.parameters["message"] ?? ""}`.trim(),
      );
    say("starts");
    return () => say("ends");
  },
};

export default action;
