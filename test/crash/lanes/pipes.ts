import {
  CreatePipeCommand,
  DeletePipeCommand,
  DescribePipeCommand,
  PipesClient,
} from "@aws-sdk/client-pipes";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Bed } from "../bed.ts";
import { Acknowledged, type Lane } from "../lane.ts";

export default (bed: Bed): Lane[] => [pipes(bed)];

/** Pipes that are stopped: what runs is its queues' and functions' affair. */
function pipes({ options }: Bed): Lane {
  const client = new PipesClient(options);
  const sqs = new SQSClient(options);
  const acknowledged = new Acknowledged("pipes");
  let queue = "";
  return {
    name: "pipes",
    setup: async () => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "piped" }));
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
      );
      queue = Attributes!["QueueArn"]!;
    },
    write: async (n) => {
      await client.send(
        new CreatePipeCommand({
          Name: `pipe-${n}`,
          RoleArn: "arn:aws:iam::000000000000:role/r",
          Source: queue,
          Target: queue,
          DesiredState: "STOPPED",
        }),
      );
      acknowledged.add(`pipe-${n}`);
    },
    verify: () =>
      acknowledged.verify(
        async (Name) => (await client.send(new DescribePipeCommand({ Name }))).Source === queue,
        (Name) => client.send(new DeletePipeCommand({ Name })),
      ),
  };
}
