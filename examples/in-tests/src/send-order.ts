import { SendMessageCommand, SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";

/** Sends an order to a queue; the SDK retries what AWS says may be retried. */
export async function sendOrder(
  config: SQSClientConfig,
  queueUrl: string,
  order: { id: string },
): Promise<string> {
  const sqs = new SQSClient({ ...config, maxAttempts: 3 });
  const { MessageId } = await sqs.send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(order) }),
  );
  return MessageId ?? "";
}
