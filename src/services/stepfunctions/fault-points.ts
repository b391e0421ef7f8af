import type { FaultPoint } from "../../core/fault.ts";

export const TASK = "states:task";
export const CALLBACK = "states:callback";
export const HEARTBEAT = "states:heartbeat";
export const TRANSITION = "states:transition";
export const CHILD = "states:map-child";

const failure = {
  error: {
    type: "string",
    description: "The error's name, as Retry and Catch match it.",
    default: "States.TaskFailed",
  },
  cause: {
    type: "string",
    description: "What is said about it.",
    default: "This fails because a fault was injected.",
  },
} as const;

/** Where rules can strike in Step Functions. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [TASK]: {
    description: "An attempt of a task, before its service is called. The operation is the state's name.",
    effects: {
      fail: { description: "The attempt fails with an error of any name.", parameters: failure },
    },
    generic: true,
  },
  [CALLBACK]: {
    description:
      "A callback of a task (SendTaskSuccess, SendTaskFailure). The operation is the state's name.",
    effects: {
      lose: { description: "It is acknowledged, and never reaches its task.", parameters: {} },
    },
  },
  [HEARTBEAT]: {
    description: "A heartbeat of a task. The operation is the state's name.",
    effects: { miss: { description: "It is acknowledged, and does not count.", parameters: {} } },
  },
  [TRANSITION]: {
    description:
      "The transition of a Standard execution into a state, whose name is the operation. Latency here is a throttled execution.",
    effects: {
      "history-full": {
        description: "The execution's history has reached its limit: it fails as after 25,000 events.",
        parameters: {},
      },
    },
    generic: true,
  },
  [CHILD]: {
    description:
      "The work on an item (or batch) of a distributed Map. The operation is the Map state's name.",
    effects: { fail: { description: "The child execution fails.", parameters: failure } },
  },
};
