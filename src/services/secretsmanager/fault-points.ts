import type { FaultPoint } from "../../core/fault.ts";

export const READ = "secretsmanager:read";
export const ROTATE = "secretsmanager:rotate";
export const STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;

export const readPoint: FaultPoint = {
  description: "A secret's value is about to be read. `resource` is the secret's ARN.",
  effects: {
    stale: {
      description:
        "AWSCURRENT answers the value of AWSPREVIOUS: a reader that has not heard of the rotation.",
      parameters: {},
    },
    missing: { description: "The version is not found: ResourceNotFoundException.", parameters: {} },
  },
};

export const rotatePoint: FaultPoint = {
  description: `A step of a rotation is about to call the function. \`operation\` is the step: ${STEPS.join(", ")}.`,
  operations: STEPS,
  effects: {
    fail: {
      description: "The step fails without calling the function: AWSPENDING stays behind.",
      parameters: {},
    },
  },
};
