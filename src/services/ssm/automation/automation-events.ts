import { announce } from "../../../aws/announce.ts";
import { makeArn } from "../../../core/arn.ts";
import type { ServiceHost } from "../../../core/service.ts";
import type { ExecutionRecord, StepRecord } from "./execution.ts";

/** How an execution of a runbook, or a step of it, is by now: https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
export function announceAutomation(host: ServiceHost, execution: ExecutionRecord, step?: StepRecord): void {
  const { account, region, id, documentName, documentVersion } = execution;
  const from = { account, region, origin: `automation(${documentName})` };
  void announce(host, "aws.ssm", from, () => {
    const { startedMs, endedMs, status } = step ?? execution;
    const arn = (resource: string) => makeArn("ssm", region, account, resource);
    return {
      detailType: `EC2 Automation ${step ? "Step" : "Execution"} Status-change Notification`,
      resources: [
        arn(`automation-execution/${id}`),
        arn(`automation-definition/${documentName}:${documentVersion}`),
      ],
      detail: {
        ExecutionId: id,
        Definition: documentName,
        DefinitionVersion: Number(documentVersion),
        Status: status,
        StartTime: spokenTime(startedMs),
        ...(endedMs !== undefined && { EndTime: spokenTime(endedMs), Time: endedMs - startedMs }),
        ...(step ? { StepName: step.name, Action: step.action } : { ExecutedBy: execution.executedBy }),
      },
    };
  });
}

/** `Nov 29, 2024 7:43:25 PM` */
function spokenTime(ms: number): string {
  const at = new Date(ms);
  const day = at.toLocaleDateString("en-US", { dateStyle: "medium", timeZone: "UTC" });
  const time = at.toLocaleTimeString("en-US", { timeStyle: "medium", timeZone: "UTC" });
  return `${day} ${time.replace(/\s/g, " ")}`;
}
