import type { FaultPoint } from "../../core/fault.ts";

/** Where rules can strike in SNS. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  "sns:deliver": {
    description: "The delivery of a message to one subscription, each attempt on its own.",
    generic: true,
    effects: {
      fail: {
        description:
          "The attempt fails: with a status from 500 on (or 429) it is tried again by policy, below it is final.",
        parameters: {
          status: {
            type: "integer",
            description: "The status that the endpoint seems to answer",
            default: 500,
            min: 400,
            max: 599,
          },
          message: { type: "string", description: "What the endpoint seems to say" },
        },
      },
      delay: {
        description: "The message arrives later.",
        parameters: {
          ms: { type: "duration", unit: "ms", description: "How much later", required: true, min: 0 },
        },
      },
      duplicate: {
        description: "The message arrives more than once.",
        parameters: {
          copies: { type: "integer", description: "How many times more", default: 1, min: 1, max: 100 },
        },
      },
      drop: { description: "The message is lost, and nobody is told.", parameters: {} },
    },
  },
};
