import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import { bodyOf, capabilitiesOf, roughTemplate } from "./blueprint.ts";
import { findChangeSet } from "./change-set.ts";
import { stackDoesNotExist, validationError } from "./errors.ts";
import { RESOURCE_IDENTIFIERS } from "./identifiers.ts";
import { isMap, many, type Values } from "./sam/value.ts";
import { type Blueprint, lookUpStack } from "./stack.ts";
import { activeStackSet } from "./stack-sets/stack-set.ts";
import { readTemplate } from "./template/reading.ts";
import { checkedTemplate } from "./template/template.ts";
import { needAutoExpand, transformsOf } from "./template/transforms.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html and its neighbours */
export const templateOperations: Handlers<CloudFormation.Operations> = {
  GetTemplate(input, ctx) {
    if (input.StackName === undefined && input.ChangeSetName === undefined)
      throw validationError("StackName is required if ChangeSetName is not specified.");
    const blueprint = blueprintMeant(input, ctx);
    const isProcessed = input.TemplateStage === "Processed";
    return {
      // A stack that is only under review has no template yet.
      ...(blueprint.body !== "" && {
        TemplateBody:
          isProcessed && blueprint.processed ? JSON.stringify(blueprint.processed) : blueprint.body,
      }),
      StagesAvailable: ["Original", "Processed"],
    };
  },

  async GetTemplateSummary(input, ctx) {
    const source = await sourceMeant(input, ctx);
    const template = readTemplate(source);
    const transforms = transformsOf(template);
    const { parameters } =
      transforms.length > 0 ? roughTemplate(template) : checkedTemplate(template, { isExtended: false });
    const resources = resourcesIn(template);
    const { capabilities, types } = needed(resources, transforms);
    const description = template["Description"];
    const allTypes = [...new Set(resources.map(({ type }) => type))];
    return {
      Parameters: Object.entries(parameters).map(([ParameterKey, one]) => ({
        ParameterKey,
        ParameterType: String(one["Type"]),
        NoEcho: isHidden(one),
        ...(one["Default"] !== undefined && { DefaultValue: textOf(one["Default"]) }),
        ...(one["Description"] !== undefined && { Description: String(one["Description"]) }),
        ParameterConstraints: constraintsOf(one),
      })),
      ...(typeof description === "string" && { Description: description }),
      ...(capabilities.length > 0 && {
        Capabilities: capabilities as CloudFormation.Capabilities,
        CapabilitiesReason: reasonOf(types, transforms),
      }),
      ResourceTypes: allTypes,
      ...(template["AWSTemplateFormatVersion"] !== undefined && {
        Version: String(template["AWSTemplateFormatVersion"]),
      }),
      ...(template["Metadata"] !== undefined && { Metadata: JSON.stringify(template["Metadata"]) }),
      ...(transforms.length > 0 && { DeclaredTransforms: transforms }),
      ResourceIdentifierSummaries: allTypes.map((ResourceType) => ({
        ResourceType,
        LogicalResourceIds: resources.filter(({ type }) => type === ResourceType).map(({ id }) => id),
        ...(RESOURCE_IDENTIFIERS[ResourceType] && {
          ResourceIdentifiers: [...RESOURCE_IDENTIFIERS[ResourceType]],
        }),
      })),
    };
  },

  async ValidateTemplate(input, ctx) {
    const template = readTemplate(await bodyOf(input, undefined, ctx));
    const transforms = transformsOf(template);
    const { parameters } =
      transforms.length > 0 ? roughTemplate(template) : checkedTemplate(template, { isExtended: false });
    const { capabilities, types } = needed(resourcesIn(template), transforms);
    const description = template["Description"];
    return {
      Parameters: Object.entries(parameters).map(([ParameterKey, one]) => ({
        ParameterKey,
        ...(one["Default"] !== undefined && { DefaultValue: textOf(one["Default"]) }),
        NoEcho: isHidden(one),
        ...(one["Description"] !== undefined && { Description: String(one["Description"]) }),
      })),
      ...(typeof description === "string" && { Description: description }),
      ...(capabilities.length > 0 && {
        Capabilities: capabilities as CloudFormation.Capabilities,
        CapabilitiesReason: reasonOf(types, transforms),
      }),
      ...(transforms.length > 0 && { DeclaredTransforms: transforms }),
    };
  },

  async EstimateTemplateCost(input, ctx) {
    checkedTemplate(readTemplate(await bodyOf(input, undefined, ctx)));
    return { Url: "https://calculator.aws/#/" };
  },
};

function blueprintMeant(
  { StackName, ChangeSetName }: { StackName?: string; ChangeSetName?: string },
  ctx: Context,
): Blueprint {
  if (ChangeSetName !== undefined) return findChangeSet(ChangeSetName, StackName, ctx).changeSet.blueprint;
  const stack = lookUpStack(StackName!, ctx);
  if (!stack) throw stackDoesNotExist(StackName!);
  return stack.blueprint;
}

async function sourceMeant(input: CloudFormation.GetTemplateSummaryInput, ctx: Context): Promise<string> {
  const given = [input.TemplateBody, input.TemplateURL, input.StackName, input.StackSetName].filter(
    (one) => one !== undefined,
  );
  if (given.length !== 1)
    throw validationError(
      "Exactly one of the following parameters must be specified: [StackName, StackSetName, TemplateBody, TemplateURL]",
    );
  if (input.StackSetName !== undefined) return activeStackSet(input.StackSetName, ctx).body;
  if (input.StackName === undefined) return bodyOf(input, undefined, ctx);
  const stack = lookUpStack(input.StackName, ctx);
  if (!stack) throw stackDoesNotExist(input.StackName);
  if (stack.status === "REVIEW_IN_PROGRESS")
    throw validationError("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.");
  return stack.blueprint.body;
}

interface Named {
  readonly id: string;
  readonly type: string;
  readonly properties: Values;
}

function resourcesIn(template: Values): Named[] {
  const resources = template["Resources"];
  if (!isMap(resources)) return [];
  return Object.entries(resources).flatMap(([id, one]) =>
    isMap(one) && typeof one["Type"] === "string"
      ? [{ id, type: one["Type"], properties: isMap(one["Properties"]) ? one["Properties"] : {} }]
      : [],
  );
}

function needed(resources: readonly Named[], transforms: readonly string[]) {
  const declared = Object.fromEntries(
    resources.map(({ id, type, properties }) => [id, { type, properties, dependsOn: [] }]),
  );
  const { capabilities, types } = capabilitiesOf({ resources: declared });
  return {
    capabilities: [...capabilities, ...(needAutoExpand(transforms) ? ["CAPABILITY_AUTO_EXPAND"] : [])],
    types,
  };
}

const reasonOf = (types: readonly string[], transforms: readonly string[]): string =>
  types.length > 0
    ? `The following resource(s) require capabilities: [${types.join(", ")}]`
    : `The following transform(s) require capabilities: [${transforms.join(", ")}]`;

const isHidden = (parameter: Values): boolean => String(parameter["NoEcho"]).toLowerCase() === "true";

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(",") : String(value));

function constraintsOf(parameter: Values): CloudFormation.ParameterConstraints {
  const allowed = parameter["AllowedValues"];
  return allowed === undefined ? {} : { AllowedValues: many(allowed).map(String) };
}
