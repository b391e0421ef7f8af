import { defineCheck } from "../check.ts";
import { statesOf } from "../states-language.ts";

/** What a task has when it says nothing: more than three years. */
const FOREVER_S = 99_999_999;

export default defineCheck({
  id: "task-never-times-out",
  title: "A task waits for somebody else, and for as long as it takes",
  why: "A callback that is lost, a worker that dies, a job that hangs: the task waits for 99,999,999 seconds, more than three years, and its execution with it.",
  mend: "Give the task TimeoutSeconds, and HeartbeatSeconds when its worker can send heartbeats.",
  *look({ resources }) {
    for (const { machine, name, stateName, state } of statesOf(resources)) {
      const { Resource = "", TimeoutSeconds, TimeoutSecondsPath } = state;
      const waits = /\.waitForTaskToken$|\.sync(?::2)?$|:activity:/.test(Resource);
      const isForever =
        TimeoutSecondsPath === undefined &&
        (TimeoutSeconds === undefined || Number(TimeoutSeconds) >= FOREVER_S);
      if (state.Type === "Task" && waits && isForever)
        yield { where: machine, what: `${stateName} of ${name} has no TimeoutSeconds` };
    }
  },
});
