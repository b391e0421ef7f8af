import type { FaultPoint } from "../../core/fault.ts";

export const RESOURCE = "cloudformation:resource";
export const CUSTOM_RESOURCE = "cloudformation:custom-resource";

const FAILURE =
  'Resource handler returned message: "A fault was injected." (HandlerErrorCode: InternalFailure)';

export const faultPoints: Readonly<Record<string, FaultPoint>> = {
  [RESOURCE]: {
    description:
      "A resource of a stack, before it is made, changed or deleted. `operation` is CREATE, UPDATE or DELETE, `resource` is `<stack's ARN>/<logical id>`.",
    operations: ["CREATE", "UPDATE", "DELETE"],
    effects: {
      fail: {
        description:
          "It fails (CREATE_FAILED, UPDATE_FAILED, DELETE_FAILED) before its service is asked; the stack does what it does then.",
        parameters: { reason: { type: "string", description: "The reason given", default: FAILURE } },
      },
      slow: {
        description: "It takes longer.",
        parameters: {
          ms: { type: "duration", description: "How much longer", unit: "ms", min: 1, default: 30_000 },
        },
      },
    },
  },
  [CUSTOM_RESOURCE]: {
    description:
      "What a custom resource or a wait condition answers. `resource` is `<stack's ARN>/<logical id>`.",
    effects: {
      "lose-response": {
        description: "The response is thanked for and thrown away: the stack waits until its time is over.",
        parameters: {},
      },
    },
  },
};

export const failureOf = (params: Readonly<Record<string, unknown>>): string =>
  String(params["reason"] ?? FAILURE);
