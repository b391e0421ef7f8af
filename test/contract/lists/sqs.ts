import type { ListCase } from "../lists.ts";

const name = (queueUrl: string) => queueUrl.slice(queueUrl.lastIndexOf("/") + 1);

const page = { size: "MaxResults", token: "NextToken", next: "NextToken" } as const;

export const lists: readonly ListCase[] = [
  {
    service: "sqs",
    operation: "ListQueues",
    input: () => ({ QueueNamePrefix: "q" }),
    ...page,
    items: "QueueUrls",
    add: (call, QueueName) => call("CreateQueue", { QueueName }),
    remove: (call, queue) => call("DeleteQueue", { QueueUrl: queue }),
    nameOf: (queueUrl: string) => name(queueUrl),
  },
  {
    service: "sqs",
    operation: "ListDeadLetterSourceQueues",
    input: () => ({ QueueUrl: "dead" }),
    ...page,
    items: "queueUrls",
    prepare: (call) => call("CreateQueue", { QueueName: "dead" }),
    async add(call, QueueName) {
      const { Attributes } = (await call("GetQueueAttributes", {
        QueueUrl: "dead",
        AttributeNames: ["QueueArn"],
      })) as { Attributes: { QueueArn: string } };
      const RedrivePolicy = JSON.stringify({
        deadLetterTargetArn: Attributes.QueueArn,
        maxReceiveCount: 3,
      });
      await call("CreateQueue", { QueueName, Attributes: { RedrivePolicy } });
    },
    remove: (call, queue) => call("DeleteQueue", { QueueUrl: queue }),
    nameOf: (queueUrl: string) => name(queueUrl),
  },
];
