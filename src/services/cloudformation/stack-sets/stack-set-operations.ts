import { page } from "../../../aws/page.ts";
import { partitionOf } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { bodyOf } from "../blueprint.ts";
import { insufficientCapabilities, validationError } from "../errors.ts";
import { readStackTags } from "../stack-tags.ts";
import { readTemplate } from "../template/reading.ts";
import { checkedTemplate } from "../template/template.ts";
import { needAutoExpand, transformsOf } from "../template/transforms.ts";
import { type Asked, beginOperation, stackTarget, targetsOf } from "./begin.ts";
import { describeStackSet, driftDetails, summarizeStackSet } from "./described.ts";
import {
  noOrganization,
  notServed,
  operationInProgress,
  stackNotFound,
  stackSetExists,
  stackSetNotEmpty,
} from "./errors.ts";
import type { StackSetOperations } from "./operations-work.ts";
import {
  activeStackSet,
  findStackSet,
  instanceRecords,
  operationRecords,
  type StackSetRecord,
  stackSetArn,
  stackSetRecords,
  valuesOf,
} from "./stack-set.ts";

const NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;
const PAGE_SIZE = 100;

/** A stack set's own stacks are made by roles of its administrator. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html */
const ADMINISTRATION_ROLE = "AWSCloudFormationStackSetAdministrationRole";
const EXECUTION_ROLE = "AWSCloudFormationStackSetExecutionRole";

function refuseOthers(input: CloudFormation.CreateStackSetInput | CloudFormation.UpdateStackSetInput): void {
  if (input.PermissionModel === "SERVICE_MANAGED") throw noOrganization();
  if (input.AutoDeployment?.Enabled) throw notServed("AutoDeployment");
}

/** The text of a template that is one. @throws ValidationError, InsufficientCapabilitiesException */
async function templateText(
  input: CloudFormation.CreateStackSetInput & { UsePreviousTemplate?: boolean },
  previous: string | undefined,
  ctx: Context,
): Promise<string> {
  const body = await bodyOf(input, previous, ctx);
  const source = readTemplate(body);
  const transforms = transformsOf(source);
  if (needAutoExpand(transforms) && !(input.Capabilities ?? []).includes("CAPABILITY_AUTO_EXPAND"))
    throw insufficientCapabilities(["CAPABILITY_AUTO_EXPAND"]);
  if (transforms.length === 0) checkedTemplate(source, { isExtended: false });
  return body;
}

/** The template of a stack that a stack set is made of. @throws StackNotFoundException */
async function templateOfStack(stackId: string, ctx: Context): Promise<string> {
  const { account, region } = stackTarget(stackId);
  const asked = { StackName: stackId, TemplateStage: "Original" };
  try {
    const { TemplateBody } = await ctx.call<{ TemplateBody: string }>(
      "cloudformation",
      "GetTemplate",
      asked,
      {
        as: ctx.caller,
        account,
        region,
      },
    );
    return TemplateBody;
  } catch (error) {
    if (error instanceof AwsError && error.message.endsWith("does not exist")) throw stackNotFound(stackId);
    throw error;
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStackSet.html and its neighbours */
export function stackSetOperations(operations: StackSetOperations): Handlers<CloudFormation.Operations> {
  return {
    async CreateStackSet(input, ctx) {
      refuseOthers(input);
      const { StackSetName: name, StackId: stackId } = input;
      if (!NAME.test(name))
        throw validationError(
          `1 validation error detected: Value '${name}' at 'stackSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]{0,127}`,
        );
      const sets = ctx.store.collection(stackSetRecords);
      const refuseTwin = () => {
        if (sets.by("name").first({ prefix: [name] })) throw stackSetExists(name);
      };
      refuseTwin();
      const body = await templateText(
        stackId === undefined ? input : { ...input, TemplateBody: await templateOfStack(stackId, ctx) },
        undefined,
        ctx,
      );
      refuseTwin();
      const set: StackSetRecord = {
        id: `${name}:${ctx.random.uuid()}`,
        name,
        status: "ACTIVE",
        ...(input.Description !== undefined && { description: input.Description }),
        body,
        parameters: valuesOf(input.Parameters, {}),
        capabilities: input.Capabilities ?? [],
        tags: readStackTags(input.Tags ?? []),
        administrationRole:
          input.AdministrationRoleARN ??
          `arn:${partitionOf(ctx.region)}:iam::${ctx.account}:role/${ADMINISTRATION_ROLE}`,
        executionRole: input.ExecutionRoleName ?? EXECUTION_ROLE,
        ...(input.ManagedExecution?.Active && { isManagedExecution: true }),
      };
      ctx.store.transaction(() => sets.put([set.id], set));
      return { StackSetId: set.id };
    },

    DescribeStackSet: ({ StackSetName }, ctx) => ({
      StackSet: describeStackSet(findStackSet(StackSetName, ctx), ctx),
    }),

    ListStackSets({ Status: status, CallAs: as, MaxResults: size = PAGE_SIZE, NextToken: token }, ctx) {
      const all = [...ctx.store.collection(stackSetRecords).values()].filter(
        (set) => status === undefined || set.status === status,
      );
      const { items, nextToken } = page(all, ({ id }) => [id], {
        size,
        token,
        query: ["ListStackSets", status ?? "", as ?? ""],
        refuse: () => validationError("Token is invalid"),
      });
      return {
        Summaries: items.map((set) => summarizeStackSet(set, driftDetails(set, ctx))),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    async UpdateStackSet(input, ctx) {
      refuseOthers(input);
      const before = activeStackSet(input.StackSetName, ctx);
      if (input.TemplateBody === undefined && input.TemplateURL === undefined && !input.UsePreviousTemplate)
        throw validationError("Either Template URL or Template Body must be specified.");
      const body = await templateText(
        {
          ...input,
          Capabilities: input.Capabilities ?? ([...before.capabilities] as CloudFormation.Capabilities),
        },
        before.body,
        ctx,
      );
      const set = activeStackSet(input.StackSetName, ctx);
      const after: StackSetRecord = {
        ...set,
        ...(input.Description !== undefined && { description: input.Description }),
        body,
        parameters: valuesOf(input.Parameters, set.parameters),
        capabilities: input.Capabilities ?? set.capabilities,
        tags: input.Tags === undefined ? set.tags : readStackTags(input.Tags),
        administrationRole: input.AdministrationRoleARN ?? set.administrationRole,
        executionRole: input.ExecutionRoleName ?? set.executionRole,
        ...(input.ManagedExecution && { isManagedExecution: input.ManagedExecution.Active ?? false }),
      };
      const instances = [...ctx.store.collection(instanceRecords).values({ prefix: [set.id] })];
      const isOfSome = (input.Accounts ?? input.DeploymentTargets?.Accounts) !== undefined;
      const targets = isOfSome
        ? targetsOf({ ...input, Regions: input.Regions ?? [] }, instances)
        : instances.map(({ account, region }) => ({ account, region }));
      const asked: Asked = { set: after, action: "UPDATE", targets, ...input };
      const operation = beginOperation(asked, ctx, () => {
        ctx.store.collection(stackSetRecords).put([set.id], after);
        // Those that are not brought along are behind it.
        for (const instance of instances)
          ctx.store
            .collection(instanceRecords)
            .put([set.id, instance.account, instance.region], { ...instance, status: "OUTDATED" });
      });
      await operations.begin(operation, ctx);
      return { OperationId: operation.id };
    },

    DeleteStackSet({ StackSetName }, ctx) {
      const set = findStackSet(StackSetName, ctx);
      if (set.status === "DELETED") return {};
      const [running] = ctx.store
        .collection(operationRecords)
        .by("active")
        .values({ prefix: [set.id] });
      if (running) throw operationInProgress(stackSetArn(ctx, set.id));
      if (ctx.store.collection(instanceRecords).count({ prefix: [set.id] }) > 0) throw stackSetNotEmpty();
      ctx.store.collection(stackSetRecords).put([set.id], { ...set, status: "DELETED" });
      return {};
    },
  };
}
