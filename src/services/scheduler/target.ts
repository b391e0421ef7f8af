import { type Delivery, deliver } from "../../aws/deliver.ts";
import { overridesIn, runTasks } from "../../aws/ecs-target.ts";
import { type SdkOperation, sdkOperation } from "../../aws/sdk-operation.ts";
import { sdkInput } from "../../aws/sdk-shapes.ts";
import { parseArn } from "../../core/arn.ts";
import type { CallOptions, Context, ServiceHost } from "../../core/service.ts";
import { isoSeconds } from "../../core/text.ts";
import type * as Scheduler from "../../models/generated/scheduler.ts";
import { targetNotServed, validation } from "./errors.ts";
import type { Where } from "./schedule.ts";

/** What a target is kept and shown with that says nothing: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html has the numbers; that GetSchedule shows them is as Terraform and Moto have it. */
const DEFAULT_RETRY_POLICY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };

export const retryPolicyOf = ({ RetryPolicy }: Scheduler.Target): Required<Scheduler.RetryPolicy> => ({
  ...DEFAULT_RETRY_POLICY,
  ...RetryPolicy,
});

const UNIVERSAL = /^arn:[^:]*:scheduler:::aws-sdk:([^:]+):(\w+)$/;

/** What takes the input as it is: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html */
const TEMPLATED: Readonly<Record<string, string>> = {
  lambda: "lambda",
  sqs: "sqs",
  sns: "sns",
  kinesis: "kinesis",
  events: "events",
  states: "stepfunctions",
  firehose: "firehose",
  ecs: "ecs",
};

/** The operation that a universal target is. */
const universal = (arn: string): SdkOperation | undefined => {
  const [, service, action] = UNIVERSAL.exec(arn) ?? [];
  return service === undefined || action === undefined ? undefined : sdkOperation(service, action);
};

/** @throws ValidationException; NotImplemented for a target that nothing here could take */
export function checkTarget(target: Scheduler.Target, { host }: Context): void {
  const { Arn, Input, EventBridgeParameters, KinesisParameters, SqsParameters } = target;
  if (UNIVERSAL.test(Arn)) {
    const operation = universal(Arn);
    if (!operation) throw validation(`${Arn} is not a supported target.`);
    if (
      /^(?:Get|Describe|List|Poll|Receive|Search|Scan|Query|Select|Read|Batch(?:Get|Describe))/.test(
        operation.operation,
      )
    )
      throw validation(`${Arn} is not a supported target.`);
    if (!host.serves(operation.service)) throw targetNotServed(operation.service);
    if (Input !== undefined && objectOf(Input) === undefined)
      throw validation("The Input of a universal target must be a JSON object.");
    return;
  }
  const arn = parseArn(Arn);
  if (!arn) throw validation(`Provided Arn is not in correct format.`);
  const service = Object.hasOwn(TEMPLATED, arn.service) ? TEMPLATED[arn.service] : undefined;
  if (service === undefined || !host.serves(service)) throw targetNotServed(arn.service);
  if (arn.service === "events" && !EventBridgeParameters)
    throw validation("EventBridgeParameters must be provided for a target that is an event bus.");
  if (arn.service === "events" && Input !== undefined && objectOf(Input) === undefined)
    throw validation("The Input of a target that is an event bus must be a JSON object.");
  if (arn.service === "kinesis" && !KinesisParameters)
    throw validation("KinesisParameters must be provided for a target that is a stream.");
  if (arn.service === "ecs" && !target.EcsParameters)
    throw validation("EcsParameters must be provided for a target that is a cluster.");
  if (arn.service === "sqs" && arn.resource.endsWith(".fifo") && !SqsParameters?.MessageGroupId)
    throw validation("SqsParameters must be provided for a target that is a FIFO queue.");
}

function objectOf(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

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
  if (UNIVERSAL.test(target.Arn) || parseArn(target.Arn)?.service === "events") return "{}";
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
  const call = universal(target.Arn);
  if (call) {
    const { service, operation } = call;
    await host.call(service, operation, sdkInput(service, operation, JSON.parse(body)), options);
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
