import type { FaultPoint, Parameter } from "../../core/fault.ts";

/** Where rules act on the processes of tasks that run: as long as a rule is there, so is what it does. */
export const TASK = "ecs:task";

const percent = (description: string, fallback: number): Parameter => ({
  type: "number",
  description,
  unit: "%",
  default: fallback,
  min: 0,
  max: 100,
});
const port: Parameter = {
  type: "integer",
  description: "Port of a container.",
  required: true,
  min: 0,
  max: 65_535,
};

export const taskPoint: FaultPoint = {
  description:
    "A task that runs. `resource` is its ARN. A rule acts on every task that it matches for as long as it is there, and on those that start meanwhile.",
  effects: {
    "kill-process": {
      description: "Processes of a name are sent a signal, once.",
      parameters: {
        processName: { type: "string", description: "As `killall` knows it.", required: true },
        signal: {
          type: "string",
          description: "The signal.",
          default: "SIGTERM",
          values: ["SIGTERM", "SIGKILL"],
        },
      },
    },
    "cpu-stress": {
      description: "The task's processes have to share the processor.",
      parameters: { percent: percent("Load of the busy workers that they share it with.", 100) },
    },
    "io-stress": {
      description: "Workers of the task write through to the disk, 64 MB each, again and again.",
      parameters: {
        workers: { type: "integer", description: "How many.", default: 1, min: 1, max: 64 },
      },
    },
    "blackhole-port": {
      description:
        "Nothing gets through on connections to a port of the task, new ones and those that are there, while the rule is.",
      parameters: { port },
    },
    "slow-port": {
      description: "What comes and goes over the task's ports comes late.",
      parameters: {
        ms: { type: "number", description: "How late, each way.", unit: "ms", default: 200, min: 0 },
        jitterMs: {
          type: "number",
          description: "How much more or less than that, at most.",
          unit: "ms",
          default: 0,
          min: 0,
        },
        percentage: percent("Of the connections.", 100),
      },
    },
    "lossy-port": {
      description:
        "What comes and goes over the task's ports is lost, and sent again as TCP does: late. Of 100 % nothing gets through while the rule is there.",
      parameters: {
        percentage: percent("Of what is sent.", 7),
        flowsPercentage: percent("Of the connections that lose it.", 100),
      },
    },
  },
};
