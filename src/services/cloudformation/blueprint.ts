import { partitionOf } from "../../core/arn.ts";
import { AwsError } from "../../core/aws-error.ts";
import { readJson } from "../../core/read-json.ts";
import type { Context } from "../../core/service.ts";
import { insufficientCapabilities, templateTooLarge, validationError } from "./errors.ts";
import { isWanted } from "./resource-state.ts";
import { fetchText } from "./s3-location.ts";
import { isMap, type Value, type Values } from "./sam/value.ts";
import { type Blueprint, resourceRecords, type StackRecord } from "./stack.ts";
import { readStackTags } from "./stack-tags.ts";
import { scopeOf } from "./surroundings.ts";
import { checkChosenValues } from "./template/chosen-values.ts";
import { evaluate, isTrue, type Scope } from "./template/functions.ts";
import { type GivenParameter, type ParameterValues, parameterValues } from "./template/parameters.ts";
import { prepareTemplate, readTemplate } from "./template/reading.ts";
import { referencesIn } from "./template/references.ts";
import { checkedTemplate, type Template } from "./template/template.ts";
import { needAutoExpand, type TransformWorld, transformed, transformsOf } from "./template/transforms.ts";

/** What CreateStack, UpdateStack and CreateChangeSet say alike. */
export interface BlueprintInput {
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: readonly GivenParameter[];
  readonly Capabilities?: readonly string[];
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly NotificationARNs?: readonly string[];
  readonly RoleARN?: string;
  readonly RollbackConfiguration?: object;
  readonly ResourceTypes?: readonly string[];
}

/** A transform failed: CreateStack has begun a stack by then. */
export class TransformFailure extends Error {}

const LONGEST_BODY = 51_200;
const LONGEST_FETCHED = 1_048_576;

/** The template's text, ready to be read. @throws ValidationError */
export async function bodyOf(...meant: Parameters<typeof textOf>): Promise<string> {
  const text = await textOf(...meant);
  await prepareTemplate(text);
  return text;
}

async function textOf(
  input: Pick<BlueprintInput, "TemplateBody" | "TemplateURL" | "UsePreviousTemplate">,
  previous: string | undefined,
  ctx: Context,
): Promise<string> {
  if (input.UsePreviousTemplate && previous !== undefined) return previous;
  if (input.TemplateBody !== undefined && input.TemplateURL !== undefined)
    throw validationError("Only one of TemplateBody or TemplateUrl may be specified.");
  if (input.TemplateURL !== undefined) {
    const text = await fetchText(input.TemplateURL, ctx);
    if (Buffer.byteLength(text) > LONGEST_FETCHED) throw templateTooLarge();
    return text;
  }
  if (input.TemplateBody === undefined)
    throw validationError("Either Template URL or Template Body must be specified.");
  if (Buffer.byteLength(input.TemplateBody) > LONGEST_BODY)
    throw validationError(
      `1 validation error detected: Value '${input.TemplateBody.slice(0, 100)}...' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_BODY}`,
    );
  return input.TemplateBody;
}

/**
 * What a call wants a stack to be. A change set shows what macros made, so they need no acknowledgement there.
 * @throws ValidationError, InsufficientCapabilitiesException, TransformFailure
 */
export async function blueprintOf(
  input: BlueprintInput,
  stack: Pick<StackRecord, "id" | "name"> & { readonly blueprint?: Blueprint },
  ctx: Context,
  { inChangeSet = false } = {},
): Promise<{ blueprint: Blueprint; template: Template }> {
  const previous = stack.blueprint;
  const body = await bodyOf(input, previous?.body, ctx);
  const source = readTemplate(body);
  const transforms = transformsOf(source);
  const capabilities = input.Capabilities ?? [];
  const rough =
    transforms.length > 0 ? roughTemplate(source) : checkedTemplate(source, { isExtended: false });
  checkRollbackConfiguration(input.RollbackConfiguration);
  const parameters = await parameterValues(
    rough,
    input.Parameters ?? [],
    previous?.parameters ?? {},
    (name) => ssmParameter(name, ctx),
  );
  if (!inChangeSet && needAutoExpand(transforms) && !capabilities.includes("CAPABILITY_AUTO_EXPAND"))
    throw insufficientCapabilities(["CAPABILITY_AUTO_EXPAND"]);
  let processed: Values | undefined;
  if (transforms.length > 0) {
    try {
      processed = await transformed(source, transformWorld(parameters, stack, ctx));
    } catch (error) {
      if (error instanceof AwsError && /^(?:Transform|No transform) /.test(error.message))
        throw new TransformFailure(error.message);
      throw error;
    }
  }
  if (processed && Buffer.byteLength(JSON.stringify(processed)) > LONGEST_FETCHED) throw templateTooLarge();
  const template = processed ? checkedTemplate(processed) : (rough as Template);
  checkTypes(template, input.ResourceTypes);
  checkRules(template, parameters, stack, ctx);
  const missing = neededCapabilities(template, parameters, stack, ctx).filter((one) =>
    one === "CAPABILITY_IAM"
      ? !capabilities.includes("CAPABILITY_IAM") && !capabilities.includes("CAPABILITY_NAMED_IAM")
      : !capabilities.includes(one),
  );
  if (missing.length > 0) throw insufficientCapabilities(missing);
  const roleArn = input.RoleARN ?? previous?.roleArn;
  const blueprint: Blueprint = {
    body,
    ...(processed && { processed }),
    parameters,
    capabilities,
    tags: input.Tags ? readStackTags(input.Tags) : (previous?.tags ?? {}),
    notificationArns: input.NotificationARNs ?? previous?.notificationArns ?? [],
    ...(roleArn !== undefined && { roleArn }),
    ...((input.RollbackConfiguration ?? previous?.rollbackConfiguration) !== undefined && {
      rollbackConfiguration: (input.RollbackConfiguration ?? previous?.rollbackConfiguration)!,
    }),
  };
  const at = surroundingsOf(stack, ctx, blueprint.notificationArns);
  const scope = scopeOf(template, parameters, at, () => undefined);
  checkSkipped(template, scope);
  checkMapped(template, scope);
  return { blueprint, template };
}

/** A template before its transforms: only what they do not touch can be looked at. */
export function roughTemplate(source: Values): Pick<Template, "parameters" | "mappings" | "conditions"> {
  const section = (name: string): Values => {
    const found = source[name];
    return isMap(found) ? found : {};
  };
  return {
    parameters: section("Parameters") as Record<string, Values>,
    mappings: section("Mappings"),
    conditions: section("Conditions"),
  };
}

async function ssmParameter(name: string, ctx: Context): Promise<string> {
  try {
    const { Parameter } = await ctx.call<{ Parameter?: { Value?: string } }>(
      "ssm",
      "GetParameter",
      { Name: name },
      { as: ctx.caller },
    );
    return Parameter?.Value ?? "";
  } catch (error) {
    if (error instanceof AwsError && error.code === "ParameterNotFound")
      throw validationError(`Unable to fetch parameters [${name}] from parameter store for this account.`);
    throw error;
  }
}

const surroundingsOf = (
  stack: { readonly id: string; readonly name: string },
  ctx: Context,
  notificationArns: readonly string[] = [],
) => ({
  account: ctx.account,
  region: ctx.region,
  store: ctx.store,
  stackId: stack.id,
  stackName: stack.name,
  notificationArns,
});

function transformWorld(
  parameters: ParameterValues,
  stack: { readonly id: string; readonly name: string },
  ctx: Context,
): TransformWorld {
  const values = Object.fromEntries(
    Object.entries(parameters).map(([name, { value, resolved }]) => [name, resolved ?? value]),
  );
  return {
    account: ctx.account,
    region: ctx.region,
    partition: partitionOf(ctx.region),
    requestId: ctx.requestId,
    nowMs: ctx.clock.now(),
    parameters: values,
    scope: (template) =>
      scopeOf(roughTemplate(template), parameters, surroundingsOf(stack, ctx), () => undefined),
    textAt: (location) => fetchText(location, ctx, { takesScheme: true }),
    macro: (name) =>
      [
        ...ctx.store
          .collection(resourceRecords)
          .by("physical")
          .values({ prefix: [name] }),
      ].find(({ type, status }) => type === "AWS::CloudFormation::Macro" && !status.startsWith("DELETE"))
        ?.properties["FunctionName"] as string | undefined,
    async invoke(FunctionName, event) {
      const answer = await ctx.call<{ Payload?: Uint8Array; FunctionError?: string }>(
        "lambda",
        "Invoke",
        { FunctionName, Payload: Buffer.from(JSON.stringify(event)) },
        { as: ctx.caller },
      );
      const payload = readJson(Buffer.from(answer.Payload ?? []).toString() || "null") as Value;
      if (answer.FunctionError !== undefined) {
        const reason = isMap(payload) ? payload["errorMessage"] : undefined;
        return {
          status: "failed",
          errorMessage: String(reason ?? "Received malformed response from transform"),
        };
      }
      return isMap(payload) ? payload : { status: "failed" };
    },
  };
}

function checkTypes(template: Template, allowed: readonly string[] | undefined): void {
  const types = [...new Set(Object.values(template.resources).map(({ type }) => type))];
  const strange = types.filter((type) => !/^(?:AWS|Custom|Alexa)::/.test(type));
  if (strange.length > 0)
    throw validationError(`Template format error: Unrecognized resource types: [${strange.join(", ")}]`);
  if (!allowed) return;
  const refused = types.find(
    (type) =>
      !allowed.some((one) => one === type || (one.endsWith("::*") && type.startsWith(one.slice(0, -1)))),
  );
  if (refused !== undefined)
    throw validationError(
      `Resource type ${refused} is not allowed by parameter ResourceTypes [${allowed.join(", ")}]`,
    );
}

/** Types that are named by CAPABILITY_IAM, and the properties that name them: CAPABILITY_NAMED_IAM. */
const IAM_TYPES: Readonly<Record<string, string | undefined>> = {
  "AWS::IAM::AccessKey": undefined,
  "AWS::IAM::Group": "GroupName",
  "AWS::IAM::InstanceProfile": "InstanceProfileName",
  "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
  "AWS::IAM::Policy": undefined,
  "AWS::IAM::Role": "RoleName",
  "AWS::IAM::User": "UserName",
  "AWS::IAM::UserToGroupAddition": undefined,
};

/** The resources that want a capability, and which one. */
export function capabilitiesOf(template: Pick<Template, "resources">): {
  capabilities: string[];
  types: string[];
} {
  const found = Object.values(template.resources).filter(({ type }) => Object.hasOwn(IAM_TYPES, type));
  if (found.length === 0) return { capabilities: [], types: [] };
  const isNamed = found.some(({ type, properties }) => {
    const name = IAM_TYPES[type];
    return name !== undefined && properties[name] !== undefined;
  });
  return {
    capabilities: [isNamed ? "CAPABILITY_NAMED_IAM" : "CAPABILITY_IAM"],
    types: [...new Set(found.map(({ type }) => type))],
  };
}

function neededCapabilities(
  template: Template,
  parameters: ParameterValues,
  stack: { readonly id: string; readonly name: string },
  ctx: Context,
): string[] {
  const scope = scopeOf(template, parameters, surroundingsOf(stack, ctx), () => undefined);
  const wanted = Object.entries(template.resources).filter(([, declared]) => isWanted(declared, scope));
  return capabilitiesOf({ resources: Object.fromEntries(wanted) }).capabilities;
}

/** Rules of a template: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html */
function checkRules(
  template: Template,
  parameters: ParameterValues,
  stack: { readonly id: string; readonly name: string },
  ctx: Context,
): void {
  const scope = scopeOf(template, parameters, surroundingsOf(stack, ctx), () => undefined);
  const contains = (list: Value | undefined, text: Value | undefined) =>
    Array.isArray(list) && list.map(String).includes(String(text));
  const holds = (value: Value): boolean => {
    if (isMap(value)) {
      const [name] = Object.keys(value);
      const argument = value[name ?? ""];
      if (name === "Fn::And" && Array.isArray(argument)) return argument.every(holds);
      if (name === "Fn::Or" && Array.isArray(argument)) return argument.some(holds);
      if (name === "Fn::Not" && Array.isArray(argument)) return !holds(argument[0]!);
      if (name === "Fn::Contains" && Array.isArray(argument))
        return contains(evaluate(argument[0]!, scope), evaluate(argument[1]!, scope));
      if (name === "Fn::EachMemberEquals" && Array.isArray(argument)) {
        const [list, text] = argument.map((one) => evaluate(one, scope));
        return Array.isArray(list) && list.every((item) => String(item) === String(text));
      }
      if (name === "Fn::EachMemberIn" && Array.isArray(argument)) {
        const [list, other] = argument.map((one) => evaluate(one, scope));
        return Array.isArray(list) && list.every((item) => contains(other, item));
      }
    }
    return isTrue(value, scope);
  };
  for (const [name, rule] of Object.entries(template.rules)) {
    if (rule["RuleCondition"] !== undefined && !holds(rule["RuleCondition"])) continue;
    for (const one of (rule["Assertions"] ?? []) as Values[]) {
      if (one["Assert"] === undefined || holds(one["Assert"])) continue;
      throw validationError(
        `Template constraint validation failed: Rule ${name} failed: ${String(one["AssertDescription"] ?? JSON.stringify(one["Assert"]))}`,
      );
    }
  }
}

/** What is left out by its condition can be named by nobody. */
function checkSkipped(template: Template, scope: Scope): void {
  if (Object.values(template.resources).every(({ condition }) => condition === undefined)) return;
  const isOut = (id: string) => {
    const declared = template.resources[id];
    return declared !== undefined && !isWanted(declared, scope);
  };
  const used = (value: Value) => {
    const { refs, attributes } = referencesOf(value, scope);
    return [...new Set([...refs, ...attributes.keys()])].filter(isOut);
  };
  const inResources = Object.entries(template.resources)
    .filter(([id]) => !isOut(id))
    .flatMap(([, { properties }]) => used(properties));
  if (inResources.length > 0)
    throw validationError(
      `Template format error: Unresolved resource dependencies [${[...new Set(inResources)].join(", ")}] in the Resources block of the template`,
    );
  const inOutputs = Object.values(template.outputs)
    .filter((output) => isShown(output, scope))
    .flatMap(used);
  if (inOutputs.length > 0)
    throw validationError(
      `Unresolved resource dependencies [${[...new Set(inOutputs)].join(", ")}] in the Outputs block of the template`,
    );
}

/** A key that is in no mapping is no key, whoever chose it. */
function checkMapped(template: Template, scope: Scope): void {
  const isKnown = (name: string) => !Object.hasOwn(template.resources, name);
  for (const declared of Object.values(template.resources))
    if (isWanted(declared, scope)) checkChosenValues(declared.properties, scope, isKnown);
  for (const output of Object.values(template.outputs))
    if (isShown(output, scope)) checkChosenValues(output, scope, isKnown);
}

/** Is an output there, by its condition? */
const isShown = ({ Condition: condition }: Values, scope: Scope): boolean =>
  typeof condition !== "string" || scope.condition(condition);

const referencesOf = (value: Value, scope: { condition(name: string): boolean }) =>
  referencesIn(value, (name) => scope.condition(name));

function checkRollbackConfiguration(configuration: object | undefined): void {
  const { RollbackTriggers = [] } = (configuration ?? {}) as {
    RollbackTriggers?: { Arn?: string; Type?: string }[];
  };
  for (const { Arn = "", Type } of RollbackTriggers) {
    if (Type !== "AWS::CloudWatch::Alarm" && Type !== "AWS::CloudWatch::CompositeAlarm")
      throw validationError("Rollback Trigger Type not supported");
    if (!/^arn:[^:]+:cloudwatch:[^:]*:[^:]*:alarm:.+$/.test(Arn))
      throw validationError("RelativeId of a Rollback Trigger's ARN is incorrect");
  }
}
