import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "pipes",
    type: "pipe",
    create: async (call, Name) =>
      String(
        (
          await call("CreatePipe", {
            Name,
            DesiredState: "STOPPED",
            Source: `arn:aws:sqs:us-east-1:${call.account}:from`,
            Target: `arn:aws:sqs:us-east-1:${call.account}:to`,
            RoleArn: `arn:aws:iam::${call.account}:role/pipe`,
          })
        )["Arn"],
      ),
  },
];
