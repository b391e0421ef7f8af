import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import type { Integration } from "./integration.ts";
import { optimizedFailure } from "./task-errors.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html */
export const events: Integration = {
  kind: "service",
  actions: { putEvents: ["", ".waitForTaskToken"] },
  async request({ parameters, run, call }) {
    let result: JsonObject;
    try {
      const input = sdkInput("events", "PutEvents", withExecution(parameters, run.execution));
      result = await sdkOutput("events", "PutEvents", await call("events", "PutEvents", input));
    } catch (error) {
      throw optimizedFailure(error, "EventBridge", "AmazonCloudWatchEvents", run.host.random.uuid());
    }
    const answer: JsonObject = {
      Entries: result["Entries"] ?? [],
      FailedEntryCount: result["FailedEntryCount"] ?? 0,
    };
    if (answer["FailedEntryCount"] !== 0)
      throw new StateFailure("EventBridge.FailedEntry", JSON.stringify(answer), "task");
    return answer;
  },
};

/** Each entry names the execution and its state machine among its resources. */
function withExecution(
  parameters: Json,
  execution: { readonly arn: string; readonly stateMachineArn: string },
): Json {
  if (!isObject(parameters) || !Array.isArray(parameters["Entries"])) return parameters;
  const entries = (parameters["Entries"] as readonly Json[]).map((entry) =>
    isObject(entry)
      ? {
          ...entry,
          Resources: [
            ...(Array.isArray(entry["Resources"]) ? (entry["Resources"] as readonly Json[]) : []),
            execution.arn,
            execution.stateMachineArn,
          ],
        }
      : entry,
  );
  return { ...parameters, Entries: entries };
}
