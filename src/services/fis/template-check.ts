import type * as FIS from "../../models/generated/fis.ts";
import type { FisAction } from "./action.ts";
import { wrongParameters } from "./action-parameters.ts";
import { actionNotFound, quotaExceeded, validation } from "./errors.ts";
import { ANY_RESOURCE, type ResourceTypes } from "./resource-types.ts";
import { parseSelectionMode } from "./selection-mode.ts";
import { wrongOrder } from "./start-after.ts";
import type { Blueprint, TemplateAction } from "./template.ts";

/** https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
const ACTIONS_PER_TEMPLATE = 20;
const STOP_CONDITIONS_PER_TEMPLATE = 5;
const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/.+/;
const ALARM_ARN = /^arn:aws[\w-]*:cloudwatch:[\w-]+:\d{12}:alarm:.+/;
const REPORT_DURATION = /^PT(?:\d+H)?(?:\d+M)?(?:\d+S)?$/;

/** What is needed to check a template: the actions that it names, by the ids that it uses. */
export interface TemplateWorld {
  readonly actions: ReadonlyMap<string, FisAction>;
  readonly types: ResourceTypes;
  readonly strict: boolean;
}

/**
 * Checks everything that AWS checks when a template is created or updated, in one order: roles and options, targets,
 * actions, their order, stop conditions.
 * @returns warnings: the actions that do not act yet
 * @throws ValidationException, ResourceNotFoundException for an unknown action, ServiceQuotaExceededException
 */
export function checkTemplate(template: Blueprint, world: TemplateWorld): string[] {
  // LocalStack's own examples have a role ARN that is none.
  if (world.strict && !ROLE_ARN.test(template.roleArn)) throw validation("Invalid roleArn.");
  for (const [name, target] of Object.entries(template.targets)) checkTarget(name, target, world);
  const count = Object.keys(template.actions).length;
  if (count > ACTIONS_PER_TEMPLATE) {
    throw quotaExceeded(
      `A template can have at most ${ACTIONS_PER_TEMPLATE} actions; this one has ${count}.`,
    );
  }
  for (const [name, action] of Object.entries(template.actions)) checkAction(name, action, template, world);
  const wrong = wrongOrder(template.actions);
  if (wrong !== undefined) throw validation(wrong);
  checkStopConditions(template.stopConditions, world.strict);
  checkLogs(template.logConfiguration);
  checkReport(template.reportConfiguration);
  return warningsOf(template, world);
}

function checkTarget(name: string, target: FIS.ExperimentTemplateTarget, { types }: TemplateWorld): void {
  const type = types.named(target.resourceType ?? "");
  const known = type === undefined ? undefined : types.get(type);
  if (type === undefined || known === undefined) {
    throw validation(`Unknown resource type "${target.resourceType}" found in target "${name}".`);
  }
  const { parameters = {}, byParametersOnly } = known;
  const has = (list: object | undefined) => list !== undefined && Object.keys(list).length > 0;
  const { resourceArns, resourceTags, filters } = target;
  if (byParametersOnly && has(resourceArns)) {
    throw validation(`TargetResourceType ${type} does not support resourceArns.`);
  }
  if (byParametersOnly && has(resourceTags)) {
    throw validation(`TargetResourceType ${type} does not support resourceTags.`);
  }
  if (has(resourceArns) && has(resourceTags)) {
    throw validation(`Target "${name}" cannot specify both resourceArns and resourceTags.`);
  }
  if (has(resourceArns) && has(filters)) {
    throw validation(`Target "${name}" cannot specify both resourceArns and filters.`);
  }
  if (!has(resourceArns) && !has(resourceTags) && !has(filters) && !has(target.parameters)) {
    throw validation(`Target "${name}" must specify resourceArns, resourceTags, filters or parameters.`);
  }
  if (parseSelectionMode(target.selectionMode ?? "") === undefined) {
    throw validation(
      `Invalid selectionMode "${target.selectionMode}" found in target "${name}": it must be ALL, COUNT(n) or PERCENT(n).`,
    );
  }
  for (const key of Object.keys(target.parameters ?? {})) {
    if (!Object.hasOwn(parameters, key)) {
      throw validation(`Unexpected parameter "${key}" found in target "${name}".`);
    }
  }
  for (const [key, { required }] of Object.entries(parameters)) {
    if (required && target.parameters?.[key] === undefined) {
      throw validation(`Missing required parameter "${key}" in target "${name}".`);
    }
  }
}

function checkAction(
  name: string,
  given: TemplateAction,
  { targets }: Blueprint,
  { actions, types, strict }: TemplateWorld,
): void {
  const action = actions.get(given.actionId);
  if (action === undefined) throw actionNotFound(given.actionId);
  const wrong = wrongParameters(name, action, given.parameters ?? {}, strict);
  if (wrong !== undefined) throw validation(wrong);
  for (const [key, targetName] of Object.entries(given.targets ?? {})) {
    const type = action.targets?.[key];
    if (type === undefined) throw validation(`Unexpected target "${key}" found in action "${name}".`);
    const target = Object.hasOwn(targets, targetName) ? targets[targetName] : undefined;
    if (target === undefined) throw validation(`Unknown target "${targetName}" found in action "${name}".`);
    if (type !== ANY_RESOURCE && types.named(target.resourceType ?? "") !== type) {
      throw validation(
        `Target "${targetName}" of action "${name}" has resource type ${target.resourceType}; the action needs ${type}.`,
      );
    }
    if (strict) checkPicked(action, type, target);
  }
  for (const key of Object.keys(action.targets ?? {})) {
    const isOptional = !strict && action.optionalTargets?.includes(key);
    if (given.targets?.[key] === undefined && !isOptional) {
      throw validation(`Missing required target "${key}" in action "${name}".`);
    }
  }
}

/** AWS's words are known for pods; that it has the same for these is inferred. */
function checkPicked(
  { targetsOnlyBy }: FisAction,
  type: string,
  { resourceArns = [], resourceTags = {} }: FIS.ExperimentTemplateTarget,
): void {
  if (targetsOnlyBy === "resourceTags" && resourceArns.length > 0)
    throw validation(`TargetResourceType ${type} does not support resourceArns.`);
  if (targetsOnlyBy === "resourceArns" && Object.keys(resourceTags).length > 0)
    throw validation(`TargetResourceType ${type} does not support resourceTags.`);
}

function checkStopConditions(
  conditions: readonly FIS.ExperimentTemplateStopCondition[],
  strict: boolean,
): void {
  if (conditions.length === 0 && strict) throw validation("At least one stop condition is required.");
  if (conditions.length > STOP_CONDITIONS_PER_TEMPLATE) {
    throw quotaExceeded(
      `A template can have at most ${STOP_CONDITIONS_PER_TEMPLATE} stop conditions; this one has ${conditions.length}.`,
    );
  }
  for (const { source, value } of conditions) {
    if (source === "none") {
      if (value !== undefined) throw validation("A stop condition with source none cannot have a value.");
    } else if (source !== "aws:cloudwatch:alarm") {
      throw validation(`Unknown stop condition source "${source}": it must be aws:cloudwatch:alarm or none.`);
    } else if (!ALARM_ARN.test(value ?? "")) {
      throw validation("The value of a stop condition must be the ARN of a CloudWatch alarm.");
    }
  }
}

function checkLogs(logs: FIS.ExperimentTemplateLogConfiguration | undefined): void {
  if (logs === undefined) return;
  if (logs.logSchemaVersion !== 1 && logs.logSchemaVersion !== 2) {
    throw validation("logSchemaVersion must be 1 or 2.");
  }
  const group = logs.cloudWatchLogsConfiguration?.logGroupArn;
  if (group !== undefined && !/^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[^:]+:\*$/.test(group)) {
    throw validation("logGroupArn must be the ARN of a log group, with :* at its end.");
  }
}

function checkReport(report: FIS.ExperimentTemplateReportConfiguration | undefined): void {
  for (const duration of [report?.preExperimentDuration, report?.postExperimentDuration]) {
    if (duration !== undefined && !REPORT_DURATION.test(duration)) {
      throw validation(`Invalid duration "${duration}" found in experimentReportConfiguration.`);
    }
  }
}

function warningsOf({ actions }: Blueprint, world: TemplateWorld): string[] {
  return Object.entries(actions)
    .filter(([, { actionId }]) => world.actions.get(actionId)?.start === undefined)
    .map(([name, { actionId }]) => notActing(actionId, name));
}

/** Why an action of the catalogue fails when its turn comes. */
export function notActing(actionId: string, name: string): string {
  return `${actionId} does not act in Squall yet: action "${name}" fails when its turn comes.`;
}
