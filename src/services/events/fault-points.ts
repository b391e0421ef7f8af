import type { FaultPoint } from "../../core/fault.ts";

export const DELIVER = "events:deliver";
export const SCHEDULE = "events:schedule";

/** Where rules can strike in EventBridge. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [DELIVER]: {
    description:
      "The delivery of an event to one target of a rule, each attempt on its own. `resource` is the rule, its bus or the target.",
    generic: true,
    effects: {
      fail: {
        description:
          "The attempt fails and is tried again by the target's retry policy, then goes to its dead-letter queue.",
        parameters: {
          code: { type: "string", description: "The error's code", default: "INTERNAL_ERROR" },
          message: { type: "string", description: "What the target seems to say" },
          final: { type: "boolean", description: "No further attempt is made", default: false },
        },
      },
      delay: {
        description: "The event arrives later.",
        parameters: {
          ms: { type: "duration", unit: "ms", description: "How much later", required: true, min: 0 },
        },
      },
      reorder: {
        description: "The event arrives later by a time that is drawn, so that later ones overtake it.",
        parameters: {
          ms: { type: "duration", unit: "ms", description: "How much later at most", default: 5000, min: 1 },
        },
      },
      duplicate: {
        description: "The event arrives more than once.",
        parameters: {
          copies: { type: "integer", description: "How many times more", default: 1, min: 1, max: 100 },
        },
      },
      drop: { description: "The event is lost, and nobody is told.", parameters: {} },
    },
  },
  [SCHEDULE]: {
    description: "A rule's schedule is due.",
    effects: {
      skip: { description: "Nothing happens this time.", parameters: {} },
      delay: {
        description: "It happens later.",
        parameters: {
          ms: { type: "duration", unit: "ms", description: "How much later", required: true, min: 0 },
        },
      },
      duplicate: {
        description: "It happens more than once.",
        parameters: {
          copies: { type: "integer", description: "How many times more", default: 1, min: 1, max: 100 },
        },
      },
    },
  },
};
