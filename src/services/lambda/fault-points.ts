import type { FaultPoint } from "../../core/fault.ts";

/** Where rules can strike in Lambda. */
export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  "lambda:invoke": {
    description: "An invocation of a function, synchronous or from a queue.",
    effects: {
      error: {
        description:
          "The invocation fails with a function error, instead of running the handler or after it.",
        parameters: {
          preventExecution: {
            type: "boolean",
            description: "True: the handler does not run.",
            default: true,
          },
          errorType: {
            type: "string",
            description: "`errorType` of the payload.",
            default: "FaultInjectedError",
          },
          errorMessage: {
            type: "string",
            description: "`errorMessage` of the payload.",
            default: "This invocation fails because a fault was injected.",
          },
        },
      },
      delay: {
        description: "Waits before the handler starts; the function's timeout runs meanwhile.",
        parameters: {
          delayMs: {
            type: "integer",
            description: "How long.",
            unit: "ms",
            default: 1000,
            min: 0,
            max: 900_000,
          },
        },
      },
      "http-response": {
        description: "Answers as an HTTP integration, instead of running the handler or after it.",
        parameters: {
          statusCode: { type: "integer", description: "The HTTP status.", default: 500, min: 0, max: 999 },
          contentType: {
            type: "string",
            description: "The Content-Type header.",
            default: "application/json",
          },
          body: { type: "string", description: "The body.", default: "" },
          preventExecution: {
            type: "boolean",
            description: "True: the handler does not run.",
            default: true,
          },
        },
      },
      throttle: { description: "Refused with TooManyRequestsException.", parameters: {} },
      timeout: {
        description: "The response is kept back until the function times out.",
        parameters: {},
      },
      crash: {
        description: "The function's process is killed in the middle of the invocation.",
        parameters: {
          afterMs: {
            type: "integer",
            description: "How long it runs before.",
            unit: "ms",
            default: 0,
            min: 0,
          },
        },
      },
      duplicate: {
        description: "An asynchronous event is delivered more than once.",
        parameters: {
          times: { type: "integer", description: "How often in all.", default: 2, min: 2, max: 100 },
        },
      },
    },
  },
  "lambda:init": {
    description: "The start of an execution environment.",
    effects: {
      delay: {
        description: "A slow cold start: waits before the init phase, within its 10 seconds' shadow.",
        parameters: {
          delayMs: {
            type: "integer",
            description: "How long.",
            unit: "ms",
            default: 1000,
            min: 0,
            max: 900_000,
          },
        },
      },
    },
  },
  "esm:poll": {
    description: "An event source mapping asks its source for records.",
    effects: {},
    generic: true,
  },
};
