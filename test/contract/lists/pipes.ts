import { arn, type ListCase } from "../lists.ts";

export const lists: readonly ListCase[] = [
  {
    service: "pipes",
    operation: "ListPipes",
    size: "Limit",
    token: "NextToken",
    next: "NextToken",
    items: "Pipes",
    add: (call, Name) =>
      call("CreatePipe", {
        Name,
        DesiredState: "STOPPED",
        Source: arn("sqs", call.account, "from"),
        Target: arn("sqs", call.account, "to"),
        RoleArn: `arn:aws:iam::${call.account}:role/pipe`,
      }),
    remove: (call, Name) => call("DeletePipe", { Name }),
    nameOf: ({ Name }: { Name: string }) => Name,
  },
];
