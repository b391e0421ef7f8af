import { announce as announceEvent } from "../../aws/announce.ts";
import type { ServiceHost } from "../../core/service.ts";
import { redriveStatusOf } from "./describe-execution.ts";
import type { ExecutionRecord } from "./execution.ts";

/** Tells the default bus that an execution has another status. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function announce(host: ServiceHost, execution: ExecutionRecord): void {
  const { account, region, arn, parentId, machine } = execution;
  const from = {
    account,
    region,
    as: "states.amazonaws.com",
    origin: `execution(${machine})`,
    ...(parentId && { parentId }),
  };
  void announceEvent(host, "aws.states", from, () => ({
    detailType: "Step Functions Execution Status Change",
    resources: [arn],
    detail: detailOf(execution, host.clock.now()),
  }));
}

function detailOf(execution: ExecutionRecord, nowMs: number): object {
  const { redriveStatus, redriveStatusReason } = redriveStatusOf(execution, nowMs);
  const nothing = null;
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.name,
    status: execution.status,
    startDate: execution.startedMs,
    stopDate: execution.endedMs ?? nothing,
    input: execution.input,
    inputDetails: { included: true },
    output: execution.output ?? nothing,
    outputDetails: execution.output === undefined ? nothing : { included: true },
    error: execution.error ?? nothing,
    cause: execution.cause ?? nothing,
    stateMachineVersionArn: execution.stateMachineVersionArn ?? nothing,
    stateMachineAliasArn: execution.stateMachineAliasArn ?? nothing,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redrivenMs ?? nothing,
    redriveStatus,
    redriveStatusReason: redriveStatusReason ?? nothing,
  };
}
