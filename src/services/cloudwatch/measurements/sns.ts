import type { CallRecord } from "../../../core/bus.ts";
import type { MetricsOfCalls } from "./calls.ts";

const namespace = "AWS/SNS";

/** What calls tell; deliveries the service measures itself. https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html */
export const snsCalls: MetricsOfCalls = {
  namespace,
  subject: (record) =>
    record.status === 200 && record.operation.startsWith("Publish") && topicOf(record) !== undefined
      ? `${topicOf(record)} ${messagesIn(record)}`
      : undefined,
  metrics: (record) => [
    {
      namespace,
      name: "NumberOfMessagesPublished",
      dimensions: { TopicName: topicOf(record) ?? "" },
      unit: "Count",
      value: messagesIn(record),
    },
  ],
};

function topicOf({ input }: Pick<CallRecord, "input">): string | undefined {
  const arn = input["TopicArn"] ?? input["TargetArn"];
  return typeof arn === "string" ? arn.split(":")[5] : undefined;
}

function messagesIn({ input }: Pick<CallRecord, "input">): number {
  const entries = input["PublishBatchRequestEntries"];
  return Array.isArray(entries) ? entries.length : 1;
}
