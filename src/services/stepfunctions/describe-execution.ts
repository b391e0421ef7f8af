import type * as SFN from "../../models/generated/stepfunctions.ts";
import type { ExecutionRecord } from "./execution.ts";

/** For so long what has failed can be redriven: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVABLE_MS = 14 * 86_400_000;

/** Can an execution be redriven, and why not? */
export function redriveStatusOf(
  { status, endedMs = 0, mapRunArn, type }: ExecutionRecord,
  nowMs: number,
): { readonly redriveStatus: SFN.ExecutionRedriveStatus; readonly redriveStatusReason?: string } {
  if (status === "RUNNING" || status === "SUCCEEDED")
    return {
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: `Execution is ${status} and cannot be redriven`,
    };
  if (type === "EXPRESS")
    return { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: "Express executions cannot be redriven" };
  if (mapRunArn !== undefined) return { redriveStatus: "REDRIVABLE_BY_MAP_RUN" };
  if (nowMs - endedMs > REDRIVABLE_MS)
    return {
      redriveStatus: "NOT_REDRIVABLE",
      redriveStatusReason: "Execution redrivable period exceeded",
    };
  return { redriveStatus: "REDRIVABLE" };
}

export function describeExecution(
  execution: ExecutionRecord,
  nowMs: number,
  withData = true,
): SFN.DescribeExecutionOutput {
  const { output, error, cause } = execution;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: new Date(execution.startedMs),
    ...(execution.endedMs !== undefined && { stopDate: new Date(execution.endedMs) }),
    ...(withData && { input: execution.input }),
    inputDetails: { included: withData },
    ...(output !== undefined && { ...(withData && { output }), outputDetails: { included: withData } }),
    ...(withData && error !== undefined && { error }),
    ...(withData && cause !== undefined && { cause }),
    ...(execution.traceHeader !== undefined && { traceHeader: execution.traceHeader }),
    ...(execution.mapRunArn !== undefined && { mapRunArn: execution.mapRunArn }),
    ...(execution.stateMachineVersionArn !== undefined && {
      stateMachineVersionArn: execution.stateMachineVersionArn,
    }),
    ...(execution.stateMachineAliasArn !== undefined && {
      stateMachineAliasArn: execution.stateMachineAliasArn,
    }),
    redriveCount: execution.redriveCount,
    ...(execution.redrivenMs !== undefined && { redriveDate: new Date(execution.redrivenMs) }),
    ...redriveStatusOf(execution, nowMs),
  };
}
