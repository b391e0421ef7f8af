import type { FaultPoint } from "../../core/fault.ts";

/** Where rules meet a message on its way to a receiver. A message is hit once at most. */
export const DELIVER = "sqs:deliver";

export const deliverPoint: FaultPoint = {
  description:
    "A message is about to be given to a receiver. It is hit once at most. `resource` is the queue's ARN, `input` the message.",
  effects: {
    duplicate: {
      description: "The message is delivered, and so are copies of it with the same MessageId.",
      parameters: {
        copies: { type: "integer", description: "How many copies", default: 1, min: 1, max: 10 },
        delay: {
          type: "duration",
          description: "How long the copies stay away",
          unit: "ms",
          default: 0,
          min: 0,
        },
      },
    },
    reorder: {
      description: "The message goes behind all others that are there, in a FIFO queue within its group.",
      parameters: {},
    },
    delay: {
      description: "The message is held back, as if it had been sent with that delay.",
      parameters: {
        delay: { type: "duration", description: "How long", unit: "ms", required: true, min: 0 },
      },
    },
    drop: {
      description: "The message is lost: no receiver ever gets it.",
      parameters: {},
    },
  },
};
