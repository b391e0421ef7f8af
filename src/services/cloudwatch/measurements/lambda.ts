import type { CallRecord, EndedCall } from "../../../core/bus.ts";
import type { MetricsOfCalls } from "./calls.ts";

const namespace = "AWS/Lambda";

/**
 * Invocations that a rule throttled before Lambda saw them. All others Lambda measures itself, since most of them are
 * not calls of a client.
 */
export const lambdaCalls: MetricsOfCalls = {
  namespace,
  subject: (record) => (isThrottledByRule(record) ? functionOf(record) : undefined),
  metrics(record) {
    const FunctionName = functionOf(record);
    const dimensions: Record<string, string>[] = FunctionName === undefined ? [{}] : [{}, { FunctionName }];
    return dimensions.map((each) => ({
      namespace,
      name: "Throttles",
      dimensions: each,
      unit: "Count",
      value: 1,
    }));
  },
};

const isThrottledByRule = ({ operation, errorCode, decisions }: EndedCall): boolean =>
  errorCode === "TooManyRequestsException" &&
  operation.startsWith("Invoke") &&
  decisions.some(({ fired, point }) => fired && point === "api");

/** The function's name, also where it is named by an ARN or with a qualifier. */
function functionOf({ input }: Pick<CallRecord, "input">): string | undefined {
  const given = input["FunctionName"];
  if (typeof given !== "string") return undefined;
  const parts = given.split(":");
  const at = parts.indexOf("function");
  return at < 0 ? parts[0] : parts[at + 1];
}
