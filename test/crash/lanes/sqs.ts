import assert from "node:assert/strict";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Bed } from "../bed.ts";
import { eventually } from "../eventually.ts";
import type { Lane } from "../lane.ts";
import { drained } from "../queue.ts";

export default ({ options }: Bed): Lane[] => [messages(new SQSClient(options))];

/** Messages are sent, received and deleted; at the end there are those that were sent and not deleted. */
function messages(sqs: SQSClient): Lane {
  const QueueUrl = "crash-messages";
  const sent = new Set<string>();
  const deleted = new Set<string>();
  return {
    name: "sqs",
    setup: async () =>
      void (await sqs.send(
        new CreateQueueCommand({ QueueName: QueueUrl, Attributes: { VisibilityTimeout: "1" } }),
      )),
    write: async (n) => {
      const MessageBody = `m${n}`;
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      sent.add(MessageBody);
      if (n % 3 > 0) return;
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      for (const { Body, ReceiptHandle } of Messages) {
        // From here on nobody knows, until the answer has come.
        sent.delete(Body!);
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        deleted.add(Body!);
      }
    },
    verify: async () => {
      // What was received by somebody who is gone comes back.
      await eventually("sqs: messages are lost", async () => {
        for (const body of await drained(sqs, QueueUrl)) {
          assert.ok(!deleted.has(body), `sqs: ${body} was deleted, and is back`);
          sent.delete(body);
        }
        return { wanted: 0, found: sent.size };
      });
      deleted.clear();
    },
  };
}
