import assert from "node:assert/strict";
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { arn, type Bed } from "../bed.ts";
import type { Lane } from "../lane.ts";
import { drained } from "../queue.ts";

export default ({ options }: Bed): Lane[] => [fanOut(new SNSClient(options), new SQSClient(options))];

/** What was published reaches the queue that is subscribed, though the process was killed before it was delivered. */
function fanOut(sns: SNSClient, sqs: SQSClient): Lane {
  const TopicArn = arn("sns", "crash-topic");
  const QueueUrl = "crash-subscriber";
  const published = new Set<string>();
  return {
    name: "sns",
    setup: async () => {
      await sqs.send(new CreateQueueCommand({ QueueName: QueueUrl }));
      await sns.send(new CreateTopicCommand({ Name: "crash-topic" }));
      await sns.send(
        new SubscribeCommand({
          TopicArn,
          Protocol: "sqs",
          Endpoint: arn("sqs", QueueUrl),
          Attributes: { RawMessageDelivery: "true" },
        }),
      );
    },
    write: async (n) => {
      await sns.send(new PublishCommand({ TopicArn, Message: `p${n}` }));
      published.add(`p${n}`);
    },
    verify: async () => {
      for (const untilMs = Date.now() + 10_000; published.size > 0 && Date.now() < untilMs; ) {
        for (const body of await drained(sqs, QueueUrl)) published.delete(body);
      }
      assert.deepEqual([...published], [], "sns: published, and never delivered");
    },
  };
}
