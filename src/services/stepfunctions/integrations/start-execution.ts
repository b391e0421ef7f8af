import { AwsError } from "../../../core/aws-error.ts";
import { StateFailure } from "../language/failure.ts";
import { isObject, type Json, type JsonObject } from "../language/json.ts";
import type { Integration, TaskRequest } from "./integration.ts";
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
    const stop = () => void stopExecution(arn, request);
    request.signal.addEventListener("abort", stop, { once: true });
    try {
      await request.run.around.ended(arn, request.signal);
    } finally {
      request.signal.removeEventListener("abort", stop);
    }
    const described = await request.call("stepfunctions", "DescribeExecution", { executionArn: arn });
    const result = shown(described, request.pattern === ".sync:2");
    if (described["status"] === "SUCCEEDED") return result;
    throw new StateFailure("States.TaskFailed", JSON.stringify(result), "task");
  },
};

/** Who is not waited for any more is stopped, as AWS does. */
async function stopExecution(executionArn: string, { run, options }: TaskRequest): Promise<void> {
  if (!run.isStopped) return;
  try {
    const { signal: _, ...rest } = options;
    await run.host.call("stepfunctions", "StopExecution", { executionArn }, rest);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    run.host.log.warn(`An execution that nobody waits for could not be stopped: ${error.message}`);
  }
}

/** What DescribeExecution says, as a task's result; with `.sync:2` inputs and outputs are JSON. */
function shown(described: Record<string, unknown>, parsed: boolean): JsonObject {
  const result: Record<string, Json> = {};
  for (const [name, value] of Object.entries(described).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const title = name.charAt(0).toUpperCase() + name.slice(1);
    if (value instanceof Date) result[title] = value.getTime();
    else if (parsed && (name === "input" || name === "output"))
      result[title] = JSON.parse(String(value)) as Json;
    else if (name.endsWith("Details")) result[title] = { Included: true };
    else if (value !== undefined) result[title] = value as Json;
  }
  return result;
}
