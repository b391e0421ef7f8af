import type { CallRecord } from "../../../core/bus.ts";
import type { MetricOfCall, MetricsOfCalls } from "./calls.ts";

const namespace = "AWS/DynamoDB";
const THROTTLED = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
]);
/** 400s that are not user errors. */
const EXPECTED = new Set(["ConditionalCheckFailedException", "TransactionConflictException"]);

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html */
export const dynamodbCalls: MetricsOfCalls = {
  namespace,
  subject: (record) => nameOf(record.input["TableName"]) ?? tablesOf(record).join(" "),
  metrics(record) {
    const { operation, status, errorCode = "" } = record;
    const metrics: MetricOfCall[] = [];
    const count = (name: string, dimensions: Readonly<Record<string, string>>) =>
      metrics.push({ namespace, name, dimensions, unit: "Count", value: 1 });
    for (const TableName of tablesOf(record)) {
      const dimensions = { TableName, Operation: operation };
      if (status === 200)
        metrics.push({
          namespace,
          name: "SuccessfulRequestLatency",
          dimensions,
          unit: "Milliseconds",
          value: "latency",
        });
      else if (status >= 500) count("SystemErrors", dimensions);
      else if (THROTTLED.has(errorCode)) count("ThrottledRequests", dimensions);
      else if (errorCode === "ConditionalCheckFailedException")
        count("ConditionalCheckFailedRequests", { TableName });
      else if (status >= 400 && !EXPECTED.has(errorCode)) count("UserErrors", dimensions);
    }
    const isUserError =
      status >= 400 && status < 500 && !THROTTLED.has(errorCode) && !EXPECTED.has(errorCode);
    if (isUserError) count("UserErrors", {});
    return metrics;
  },
};

/** Tables that a call names, also in batches and transactions. */
function tablesOf({ input }: Pick<CallRecord, "input">): string[] {
  const named = nameOf(input["TableName"]);
  if (named !== undefined) return [named];
  const { RequestItems, TransactItems } = input;
  if (typeof RequestItems === "object" && RequestItems !== null)
    return Object.keys(RequestItems).flatMap((name) => nameOf(name) ?? []);
  if (!Array.isArray(TransactItems)) return [];
  const names = TransactItems.flatMap((item) =>
    typeof item === "object" && item !== null
      ? Object.values(item as Record<string, { TableName?: unknown } | undefined>).flatMap(
          (action) => nameOf(action?.TableName) ?? [],
        )
      : [],
  );
  return [...new Set(names)];
}

/** A table may be named by its ARN. */
const nameOf = (name: unknown): string | undefined =>
  typeof name === "string" ? (name.startsWith("arn:") ? name.split("/")[1] : name) : undefined;
