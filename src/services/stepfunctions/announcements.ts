import { AwsError } from "../../core/aws-error.ts";
import type { ServiceHost } from "../../core/service.ts";
import { redriveStatusOf } from "./describe-execution.ts";
import type { ExecutionRecord } from "./execution.ts";

/** Tells the default bus that an execution has another status. https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
export function announce(host: ServiceHost, execution: ExecutionRecord): void {
  if (!host.serves("events")) return;
  const { account, region, arn, parentId, machine } = execution;
  const { redriveStatus, redriveStatusReason } = redriveStatusOf(execution, host.clock.now());
  const nothing = null;
  const detail = {
    executionArn: arn,
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
  host
    .call(
      "events",
      "PutEvents",
      {
        Entries: [
          {
            Source: "aws.states",
            DetailType: "Step Functions Execution Status Change",
            Resources: [arn],
            Detail: JSON.stringify(detail),
          },
        ],
      },
      {
        account,
        region,
        as: "states.amazonaws.com",
        origin: `execution(${machine})`,
        ...(parentId && { parentId }),
      },
    )
    .catch((error) => {
      // A bus that takes nothing is the bus' affair.
      if (!(error instanceof AwsError)) host.log.error("stepfunctions: an event could not be sent", error);
    });
}
