import { isSdkService } from "../../aws/sdk-operation.ts";
import { type Arn, parseArn } from "../../core/arn.ts";
import { isObject } from "../../core/json.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context } from "../../core/service.ts";
import type * as Scheduler from "../../models/generated/scheduler.ts";
import {
  apiUnsupported,
  inputIsNoJson,
  inputMissing,
  parametersMissing,
  parametersUnsupported,
  targetIsElsewhere,
  targetNotServed,
  targetUnsupported,
  validation,
} from "./errors.ts";
import { onlyReads, type UniversalTarget, universalTarget } from "./universal-target.ts";

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

/** What does so on AWS and not here. */
const TEMPLATED_ON_AWS: ReadonlySet<string> = new Set([
  "codebuild",
  "codepipeline",
  "inspector",
  "sagemaker",
]);

/** Whose target each kind of parameters is for. */
const PARAMETERS = {
  EcsParameters: "ecs",
  EventBridgeParameters: "events",
  KinesisParameters: "kinesis",
  SageMakerPipelineParameters: "sagemaker",
  SqsParameters: "sqs",
} as const satisfies Partial<Record<keyof Scheduler.Target, string>>;

/** Whose input is JSON: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html#scheduler-Type-Target-Input */
const TAKES_JSON: ReadonlySet<string> = new Set(["lambda", "states", "events"]);

/** @throws ValidationException; NotImplemented for a target that nothing here could take */
export function checkTarget(target: Scheduler.Target, ctx: Context): void {
  const universal = universalTarget(target.Arn);
  if (universal) checkUniversal(universal, target, ctx);
  else checkTemplated(target, ctx);
}

function checkUniversal(
  { service, action, operation }: UniversalTarget,
  target: Scheduler.Target,
  { host }: Context,
): void {
  if (!isSdkService(service)) throw targetUnsupported(service);
  if (!operation || onlyReads(operation)) throw apiUnsupported(action);
  if (!host.serves(operation.service)) throw targetNotServed(operation.service);
  for (const name of Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[])
    if (target[name] !== undefined) throw parametersUnsupported(name);
  if (target.Input === undefined) throw inputMissing();
  if (!isObject(parsed(target.Input)))
    throw validation("The Input of a universal target must be a JSON object.");
}

function checkTemplated(target: Scheduler.Target, ctx: Context): void {
  const arn = parseArn(target.Arn);
  if (!arn) throw validation("Provided Arn is not in correct format.");
  const service = Object.hasOwn(TEMPLATED, arn.service) ? TEMPLATED[arn.service] : undefined;
  if (service === undefined && !TEMPLATED_ON_AWS.has(arn.service)) throw targetUnsupported(arn.service);
  if (service === undefined || !ctx.host.serves(service)) throw targetNotServed(arn.service);
  if (arn.region !== "" && arn.region !== ctx.region) throw targetIsElsewhere(ctx.region);
  checkParameters(target, arn);
  if (target.Input === undefined || !TAKES_JSON.has(arn.service)) return;
  const input = parsed(target.Input);
  if (arn.service === "events" && !isObject(input))
    throw validation("The Input of a target that is an event bus must be a JSON object.");
}

function checkParameters(target: Scheduler.Target, { service, resource }: Arn): void {
  for (const [name, of] of Object.entries(PARAMETERS) as [keyof typeof PARAMETERS, string][])
    if (target[name] !== undefined && of !== service) throw parametersUnsupported(name);
  const { EventBridgeParameters, KinesisParameters, EcsParameters, SqsParameters } = target;
  if (service === "events" && !EventBridgeParameters) throw parametersMissing("EventBridgeParameters");
  if (service === "kinesis" && !KinesisParameters) throw parametersMissing("KinesisParameters");
  if (service === "ecs" && !EcsParameters) throw parametersMissing("EcsParameters");
  if (EcsParameters?.LaunchType === "FARGATE" && !EcsParameters.NetworkConfiguration)
    throw validation(
      "Parameter NetworkConfiguration must be specified for the target when launch type is FARGATE.",
    );
  if (service !== "sqs") return;
  const isFifo = resource.endsWith(".fifo");
  const hasGroup = SqsParameters?.MessageGroupId !== undefined;
  if (isFifo && !hasGroup) throw parametersMissing("SqsParameters");
  if (!isFifo && hasGroup) throw validation("Parameters MessageGroupId not valid for the target.");
}

/** @throws ValidationException */
function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    throw inputIsNoJson();
  }
}
