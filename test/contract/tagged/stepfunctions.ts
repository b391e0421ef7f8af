import type { TaggedCase } from "../tagged.ts";

const DEFINITION = JSON.stringify({ StartAt: "P", States: { P: { Type: "Pass", End: true } } });

export const tagged: readonly TaggedCase[] = [
  {
    service: "stepfunctions",
    type: "state-machine",
    create: async (call, name) =>
      String(
        (
          await call("CreateStateMachine", {
            name,
            definition: DEFINITION,
            roleArn: "arn:aws:iam::000000000000:role/machine",
          })
        )["stateMachineArn"],
      ),
  },
  {
    service: "stepfunctions",
    type: "activity",
    create: async (call, name) => String((await call("CreateActivity", { name }))["activityArn"]),
  },
];
