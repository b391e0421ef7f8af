import { defineCheck } from "../check.ts";
import { type LookedState, statesOf } from "../states-language.ts";

/** Whoever comes here has succeeded, and nothing was done. */
const isSilentEnd = (state: LookedState | undefined): boolean =>
  state !== undefined && (state.Type === "Succeed" || (state.Type === "Pass" && state.End === true));

export default defineCheck({
  id: "catch-swallows",
  title: "A state machine catches every error and succeeds",
  why: "An execution that has failed counts as one that succeeded: no alarm on ExecutionsFailed rings, and there is nothing to redrive.",
  mend: "Let the Catch lead to a state that tells somebody (a queue, a topic) and then to a Fail, or catch by name only what is expected.",
  *look({ resources }) {
    for (const { machine, name, stateName, state, beside } of statesOf(resources)) {
      for (const { ErrorEquals = [], Next = "" } of state.Catch ?? []) {
        if (!ErrorEquals.includes("States.ALL") || !isSilentEnd(beside[Next])) continue;
        yield {
          where: machine,
          what: `whatever goes wrong in ${stateName} of ${name} ends in ${Next}, as a success`,
        };
      }
    }
  },
});
