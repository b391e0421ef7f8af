import { placeholdersOf } from "../../aws/input-template.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { parameterInvalid, ruleIsManaged, targetNotServed, tooMany, validation } from "./errors.ts";
import { findRule, ruleRecords } from "./rule.ts";
import { PREDEFINED } from "./target-input.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MOST_TARGETS = 5;

/** What rules send to: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html */
export const targets: Handlers<Events.Operations> = {
  PutTargets(input, ctx) {
    const rule = findRule(input.Rule, input.EventBusName, ctx);
    for (const target of input.Targets) checkTarget(target, ctx);
    const given = new Map(input.Targets.map((target) => [target.Id, target]));
    const kept = rule.targets.filter(({ Id }) => !given.has(Id));
    if (kept.length + given.size > MOST_TARGETS) throw tooMany();
    ctx.store
      .collection(ruleRecords)
      .put([rule.bus, rule.name], { ...rule, targets: [...kept, ...given.values()] });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  RemoveTargets(input, ctx) {
    const rule = findRule(input.Rule, input.EventBusName, ctx);
    if (rule.managedBy !== undefined && !input.Force) throw ruleIsManaged(rule.name);
    const kept = rule.targets.filter(({ Id }) => !input.Ids.includes(Id));
    ctx.store.collection(ruleRecords).put([rule.bus, rule.name], { ...rule, targets: kept });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
};

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

/** @throws ValidationException; NotImplemented for a target that nothing here could take */
function checkTarget(target: Events.Target, { host }: Context): void {
  const arn = parseArn(target.Arn);
  if (!arn) throw parameterInvalid(target.Arn, "Provided Arn is not in correct format.");
  const service = Object.hasOwn(TAKERS, arn.service) ? TAKERS[arn.service] : undefined;
  if (service === undefined || !(service === "execute-api" || host.serves(service)))
    throw targetNotServed(arn.service);
  if (arn.service === "sqs" && arn.resource.endsWith(".fifo") && !target.SqsParameters?.MessageGroupId)
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
  if (arn.service === "ecs" && !target.EcsParameters)
    throw validation(`Parameter(s) EcsParameters must be specified for target: ${target.Id}.`);
  const { Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1)
    throw validation(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  if (Input !== undefined && !isJson(Input))
    throw validation(`JSON syntax error in Input for target ${target.Id}.`);
  if (InputPath !== undefined && InputPath !== "" && !InputPath.startsWith("$"))
    throw validation(`InputPath for target ${target.Id} is invalid.`);
  if (!InputTransformer) return;
  const known = new Set([...PREDEFINED, ...Object.keys(InputTransformer.InputPathsMap ?? {})]);
  for (const name of placeholdersOf(InputTransformer.InputTemplate)) {
    if (!known.has(name))
      throw validation(`InputTemplate for target ${target.Id} contains invalid placeholder ${name}.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
