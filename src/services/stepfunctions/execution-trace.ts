import { readTraceHeader, seconds, traceHeaderOf, tracerOf } from "../../aws/tracing.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { ExecutionRecord } from "./execution.ts";

/** An execution that is traced: its segment, and what its tasks carry. */
export interface ExecutionTrace {
  readonly id: string;
  readonly root: string;
  readonly parent?: string;
}

/**
 * Whether an execution of a machine with tracing is traced: as the header that it was started with says, or one a second and 5 % of the
 * others. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
 */
export function traceExecution(
  host: ServiceHost,
  stateMachineArn: string,
  traceHeader: string | undefined,
): ExecutionTrace | undefined {
  const { sampled, root, parent } = tracerOf(host).decideAlone(readTraceHeader(traceHeader), stateMachineArn);
  if (!sampled) return undefined;
  return { id: host.random.hex(16), root, ...(parent !== undefined && { parent }) };
}

/** What the calls of an execution's tasks carry. */
export function taskHeaderOf({ trace, traceHeader }: ExecutionRecord): string | undefined {
  if (!trace) return traceHeader;
  return traceHeaderOf({ root: trace.root, parent: trace.id, sampled: true });
}

/** It has ended: its segment is sent. */
export function sendTrace(host: ServiceHost, execution: ExecutionRecord): void {
  const { trace, account, region, arn, machine, stateMachineArn, status, startedMs, endedMs } = execution;
  if (!trace) return;
  const hasFailed = status === "FAILED" || status === "TIMED_OUT";
  const segment = {
    name: machine,
    id: trace.id,
    trace_id: trace.root,
    parent_id: trace.parent,
    origin: "AWS::StepFunctions::StateMachine",
    start_time: seconds(startedMs),
    end_time: seconds(endedMs ?? host.clock.now()),
    resource_arn: stateMachineArn,
    aws: { execution_arn: arn, account_id: account, operation: "StartExecution" },
    ...(hasFailed && { fault: true, cause: { message: execution.cause ?? execution.error ?? status } }),
  };
  const parentId = execution.parentId;
  void tracerOf(host).send([segment], { account, region }, { ...(parentId !== undefined && { parentId }) });
}
