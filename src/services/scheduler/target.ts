import { type Delivery, deliver } from "../../aws/deliver.ts";
import { overridesIn, runTasks } from "../../aws/ecs-target.ts";
import { sdkInput } from "../../aws/sdk-shapes.ts";
import { parseArn } from "../../core/arn.ts";
import { readJson } from "../../core/read-json.ts";
import type { CallOptions, ServiceHost } from "../../core/service.ts";
import { isoSeconds } from "../../core/text.ts";
import type * as Scheduler from "../../models/generated/scheduler.ts";
import type { Where } from "./schedule.ts";
import { universalTarget } from "./universal-target.ts";

/** What a target is kept and shown with that says nothing: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html has the numbers; that GetSchedule shows them is as Terraform and Moto have it. */
const DEFAULT_RETRY_POLICY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

export const retryPolicyOf = ({ RetryPolicy }: Scheduler.Target): Required<Scheduler.RetryPolicy> => ({
  ...DEFAULT_RETRY_POLICY,
  ...RetryPolicy,
});

/** One invocation of a schedule's target, as it waits. */
export interface Invocation {
  readonly scheduleArn: string;
  readonly target: Scheduler.Target;
  /** When it was due, in epoch milliseconds. */
  readonly dueMs: number;
  readonly executionId: string;
}

/** The input with what Scheduler knows of the invocation: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
export function inputOf(invocation: Invocation, where: Where, attempt: number): string {
  const { target, scheduleArn, executionId, dueMs } = invocation;
  const time = isoSeconds(dueMs);
  const known: Readonly<Record<string, string>> = {
    "schedule-arn": scheduleArn,
    "scheduled-time": time,
    "execution-id": executionId,
    "attempt-number": String(attempt),
  };
  if (target.Input !== undefined)
    return target.Input.replace(
      /<aws\.scheduler\.([a-z-]+)>/g,
      (whole, name: string) => known[name] ?? whole,
    );
  // A universal target without Input is refused now; an earlier edition has kept some.
  if (universalTarget(target.Arn) || parseArn(target.Arn)?.service === "events") return "{}";
  return JSON.stringify({
    version: "0",
    id: executionId,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: where.account,
    time,
    region: where.region,
    resources: [scheduleArn],
    detail: "{}",
  });
}

/** Calls a target. @throws AwsError of the target */
export async function callTarget(
  host: ServiceHost,
  where: Where,
  { target, scheduleArn }: Invocation,
  body: string,
): Promise<void> {
  const options: CallOptions = {
    as: target.RoleArn,
    sourceArn: scheduleArn,
    origin: `schedule(${scheduleArn.split("/").at(-1)})`,
    account: where.account,
    region: where.region,
  };
  const call = universalTarget(target.Arn)?.operation;
  if (call) {
    const { service, operation } = call;
    await host.call(service, operation, sdkInput(service, operation, readJson(body)), options);
    return;
  }
  const { EcsParameters } = target;
  if (EcsParameters) {
    const startedBy = `chronos-schedule/${scheduleArn.split("/").at(-1)}`;
    const overrides = target.Input === undefined ? undefined : overridesIn(body);
    return runTasks(host.call, target.Arn, EcsParameters, overrides, options, startedBy);
  }
  const { EventBridgeParameters: entry, KinesisParameters, SqsParameters } = target;
  const delivery: Delivery = {
    body,
    ...(entry && {
      entry: { source: entry.Source, detailType: entry.DetailType, resources: [scheduleArn] },
    }),
    ...(KinesisParameters && { partitionKey: KinesisParameters.PartitionKey }),
    ...(SqsParameters?.MessageGroupId !== undefined && { groupId: SqsParameters.MessageGroupId }),
  };
  await deliver(host.call, target.Arn, delivery, options);
}
