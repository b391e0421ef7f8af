import { readJson } from "../../../core/read-json.ts";
import { capitalized } from "../../../core/text.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import { awaitJob } from "./awaited-job.ts";
import type { Integration } from "./integration.ts";
import { withMetadata } from "./sdk-metadata.ts";
import { optimizedFailure } from "./task-errors.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html */
export const startExecution: Integration = {
  kind: "service",
  actions: { startExecution: ["", ".sync", ".sync:2", ".waitForTaskToken"] },

  async request({ parameters, run, call }) {
    const given = isObject(parameters) ? parameters : {};
    const requestId = run.host.random.uuid();
    const { Input, Name, StateMachineArn, TraceHeader } = given;
    try {
      const answer = await call<{ executionArn: string; startDate: Date }>(
        "stepfunctions",
        "StartExecution",
        {
          stateMachineArn: StateMachineArn,
          ...(Name !== undefined && Name !== null && { name: Name }),
          ...(Input !== undefined &&
            Input !== null && { input: typeof Input === "string" ? Input : JSON.stringify(Input) }),
          ...(typeof TraceHeader === "string" && { traceHeader: TraceHeader }),
        },
      );
      const output: JsonObject = {
        ExecutionArn: answer.executionArn,
        StartDate: new Date(answer.startDate).getTime(),
      };
      return withMetadata(output, "json", {
        requestId,
        nowMs: run.nowMs,
        length: JSON.stringify(output).length,
      });
    } catch (error) {
      throw optimizedFailure(error, "StepFunctions", "AWSStepFunctions", requestId);
    }
  },

  jobOf: (answer) => answer["ExecutionArn"] ?? null,

  async waitFor(job, request) {
    const arn = String(job);
    const input = { executionArn: arn };
    const stop = { what: "An execution", service: "stepfunctions", operation: "StopExecution", input };
    await awaitJob(request, stop, (signal) => request.run.around.ended(arn, signal));
    const described = await request.call("stepfunctions", "DescribeExecution", input);
    const result = shown(described, request.pattern === ".sync:2");
    if (described["status"] === "SUCCEEDED") return result;
    throw new StateFailure("States.TaskFailed", JSON.stringify(result), "task");
  },
};

/** What DescribeExecution says, as a task's result; with `.sync:2` inputs and outputs are JSON. */
function shown(described: Record<string, unknown>, parsed: boolean): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(described).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const title = capitalized(name);
    if (value instanceof Date) result[title] = value.getTime();
    else if (parsed && (name === "input" || name === "output"))
      result[title] = readJson(String(value)) as Json;
    else if (name.endsWith("Details")) result[title] = { Included: true };
    else if (value !== undefined) result[title] = value as Json;
  }
  return result;
}
