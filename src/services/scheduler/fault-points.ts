import type { FaultPoint } from "../../core/fault.ts";

export const DUE = "scheduler:due";
export const INVOKE = "scheduler:invoke";

const copies = {
  type: "integer",
  description: "How many times more",
  default: 1,
  min: 1,
  max: 100,
} as const;
const later = {
  type: "duration",
  unit: "ms",
  description: "How much later",
  required: true,
  min: 0,
} as const;

/** Where rules can strike in Scheduler. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [DUE]: {
    description: "A schedule is due. `resource` is its ARN.",
    effects: {
      skip: { description: "Nothing is called this time.", parameters: {} },
      delay: { description: "The target is called later.", parameters: { ms: later } },
      duplicate: { description: "The target is called more than once.", parameters: { copies } },
    },
  },
  [INVOKE]: {
    description:
      "The call of a schedule's target, each attempt on its own. `resource` is the schedule or the target.",
    generic: true,
    effects: {
      fail: {
        description:
          "The attempt fails and is made again by the retry policy, then the dead-letter queue is told.",
        parameters: { code: { type: "string", description: "The error's code", default: "InternalError" } },
      },
      delay: { description: "The call is made later.", parameters: { ms: later } },
      duplicate: { description: "The call is made more than once.", parameters: { copies } },
    },
  },
};
