import type { TaggedCase } from "../tagged.ts";

export const tagged: readonly TaggedCase[] = [
  {
    service: "sqs",
    type: "queue",
    async create(call, QueueName) {
      await call("CreateQueue", { QueueName });
      const { Attributes } = await call("GetQueueAttributes", {
        QueueUrl: QueueName,
        AttributeNames: ["QueueArn"],
      });
      return (Attributes as { QueueArn: string }).QueueArn;
    },
  },
];
