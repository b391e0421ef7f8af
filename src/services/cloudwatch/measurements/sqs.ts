import type { CallRecord } from "../../../core/bus.ts";
import type { MetricsOfCalls } from "./calls.ts";

const namespace = "AWS/SQS";
const COUNTED: Readonly<Record<string, string>> = {
  SendMessage: "NumberOfMessagesSent",
  SendMessageBatch: "NumberOfMessagesSent",
  DeleteMessage: "NumberOfMessagesDeleted",
  DeleteMessageBatch: "NumberOfMessagesDeleted",
};

/** What calls tell; what was received the service measures itself. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html */
export const sqsCalls: MetricsOfCalls = {
  namespace,
  subject: (record) =>
    record.status === 200 && COUNTED[record.operation] !== undefined
      ? `${queueOf(record)} ${messagesIn(record)}`
      : undefined,
  metrics(record) {
    const QueueName = queueOf(record);
    const name = COUNTED[record.operation];
    if (QueueName === undefined || name === undefined) return [];
    return [{ namespace, name, dimensions: { QueueName }, unit: "Count", value: messagesIn(record) }];
  },
};

function queueOf({ input }: Pick<CallRecord, "input">): string | undefined {
  const url = input["QueueUrl"];
  return typeof url === "string" ? url.split("/").at(-1) : undefined;
}

function messagesIn({ input }: Pick<CallRecord, "input">): number {
  const entries = input["Entries"];
  return Array.isArray(entries) ? entries.length : 1;
}
