import { placeholdersOf } from "../../aws/input-template.ts";
import { type Arn, parseArn } from "../../core/arn.ts";
import { JsonTextError, parseJsonText, placeIn } from "../../core/json-text.ts";
import type { Context } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { checkDeadLetterQueue } from "./dead-letter.ts";
import { checkTasks } from "./ecs-checks.ts";
import {
  parameterInvalid,
  roleNeeded,
  ruleHasNoRole,
  targetNotServed,
  targetUnsupported,
  validation,
} from "./errors.ts";
import type { RuleRecord } from "./rule.ts";
import { PREDEFINED } from "./target-input.ts";

/** What takes events, by the service in its ARN, and the service that is called for it. */
const TAKERS: Readonly<Record<string, string>> = {
  lambda: "lambda",
  sqs: "sqs",
  sns: "sns",
  kinesis: "kinesis",
  logs: "logs",
  states: "stepfunctions",
  events: "events",
  "execute-api": "execute-api",
  firehose: "firehose",
  ssm: "ssm",
  ecs: "ecs",
};

/** What takes events on AWS and not here: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
const TAKERS_ON_AWS: ReadonlySet<string> = new Set([
  "appsync",
  "batch",
  "codebuild",
  "codepipeline",
  "glue",
  "inspector",
  "redshift",
  "redshift-serverless",
  "sagemaker",
  "ssm-incidents",
]);

/** What its own policy lets a rule send to; all else is called as a role: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html */
const BY_POLICY: ReadonlySet<string> = new Set(["lambda", "sqs", "sns", "logs", "execute-api"]);

/** Whose target each kind of parameters is for, as measured on AWS, which takes SqsParameters with any target. */
const PARAMETERS = {
  AppSyncParameters: ["appsync"],
  BatchParameters: ["batch"],
  EcsParameters: ["ecs"],
  HttpParameters: ["events", "execute-api"],
  KinesisParameters: ["kinesis"],
  RedshiftDataParameters: ["redshift", "redshift-serverless"],
  RunCommandParameters: ["ssm"],
  SageMakerPipelineParameters: ["sagemaker"],
} as const satisfies Partial<Record<keyof Events.Target, readonly string[]>>;

/** @throws ValidationException; NotImplemented for a target that nothing here could take */
export function checkTargets(targets: readonly Events.Target[], rule: RuleRecord, ctx: Context): void {
  const ids = new Set<string>();
  for (const { Id } of targets) {
    if (ids.has(Id)) throw parameterInvalid("targets", `More than one target with Id '${Id}' is provided.`);
    ids.add(Id);
  }
  for (const target of targets) {
    const arn = checkArn(target.Arn, ctx);
    checkRole(target, arn, rule);
    checkParameters(target, arn);
    checkInput(target);
    checkDeadLetterQueue(target.DeadLetterConfig?.Arn, ctx);
  }
}

function checkArn(given: string, { host }: Context): Arn {
  const arn = parseArn(given);
  if (!arn) throw parameterInvalid(given, "Provided Arn is not in correct format.");
  const service = Object.hasOwn(TAKERS, arn.service) ? TAKERS[arn.service] : undefined;
  if (service === undefined && !TAKERS_ON_AWS.has(arn.service)) throw targetUnsupported(arn.service);
  if (service === undefined || !(service === "execute-api" || host.serves(service)))
    throw targetNotServed(arn.service);
  return arn;
}

function checkRole({ Arn, RoleArn }: Events.Target, { service }: Arn, rule: RuleRecord): void {
  if (RoleArn !== undefined || BY_POLICY.has(service)) return;
  throw service === "kinesis" ? ruleHasNoRole(rule.name, Arn) : roleNeeded(Arn);
}

function checkParameters(target: Events.Target, arn: Arn): void {
  const { service, resource } = arn;
  for (const [name, services] of Object.entries(PARAMETERS) as [keyof typeof PARAMETERS, readonly string[]][])
    if (target[name] !== undefined && !services.includes(service))
      throw validation(`Parameter(s) ${name} not supported for target: ${target.Id}.`);
  if (service === "sqs" && resource.endsWith(".fifo") && !target.SqsParameters?.MessageGroupId)
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
  if (service === "ecs") checkTasks(target, arn);
}

function checkInput({ Id, Input, InputPath, InputTransformer }: Events.Target): void {
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1)
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  if (Input !== undefined) checkJson(Input, Id);
  const paths = InputTransformer?.InputPathsMap ?? {};
  for (const path of [InputPath ?? "", ...Object.values(paths)])
    if (path !== "" && !isPath(path)) throw validation(`InputPath for target ${Id} is invalid.`);
  if (InputTransformer) checkTemplate(InputTransformer.InputTemplate, Object.keys(paths), Id);
}

function checkJson(text: string, id: string): void {
  try {
    parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const place = placeIn(text, error.index, "shown").replace(/^\n at /, "");
    throw validation(`JSON syntax error in input for target ${id}: ${place}`);
  }
}

/** Steps are names and numbers: names in brackets and quotes, which JSONPath knows, are refused. */
const isPath = (path: string): boolean => path.startsWith("$") && !/\[\s*['"]/.test(path);

/** Stands only in a template that is an object. */
const WHOLE_EVENT = "aws.events.event.json";

function checkTemplate(template: string, names: readonly string[], id: string): void {
  const known = new Set([...PREDEFINED, ...names]);
  for (const name of placeholdersOf(template)) {
    if (!known.has(name))
      throw validation(`InputTemplate for target ${id} contains invalid placeholder ${name}.`);
    if (name === WHOLE_EVENT && !template.trimStart().startsWith("{"))
      throw validation(
        `InputTemplate for target ${id} contains placeholder ${name} valid only for JSON template.`,
      );
  }
}
