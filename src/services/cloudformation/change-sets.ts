import { page } from "../../aws/page.ts";
import { tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import type { BlueprintInput } from "./blueprint.ts";
import { templateOf } from "./blueprint-template.ts";
import {
  type ChangeSetRecord,
  changeSetRecords,
  changeSetStatus,
  executionStatusOf,
  findChangeSet,
  lookUpChangeSet,
} from "./change-set.ts";
import { draftOf } from "./change-set-draft.ts";
import { dropChangeSet, keepDraft, nestedToExecute, withKnown } from "./change-set-hierarchy.ts";
import type { Deployments } from "./deployments.ts";
import { date } from "./described.ts";
import {
  changeSetExists,
  invalidChangeSetStatus,
  notTheRoot,
  stackMissing,
  validationError,
} from "./errors.ts";
import { changeStack, placeOf } from "./events.ts";
import { withoutHidden } from "./hidden-parameters.ts";
import { parentIn } from "./nested.ts";
import type { PlannedChange } from "./plan.ts";
import type { Value } from "./sam/value.ts";
import { type Blueprint, lookUpStack, type Operation, type StackRecord, saveStack } from "./stack.ts";
import { askedBy, checkStackName, newStack, refuseUnlessUpdatable } from "./stacks.ts";
import { shownParameters } from "./template/parameters.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html and its neighbours */
export const changeSetOperations = (deployments: Deployments): Handlers<CloudFormation.Operations> => ({
  async CreateChangeSet(input, ctx) {
    if (!input.StackName.startsWith("arn:")) checkStackName(input.StackName);
    const type = (input.ChangeSetType ?? "UPDATE") as ChangeSetRecord["type"];
    const there = lookUpStack(input.StackName, ctx);
    const stack = stackFor(input, type, there, ctx);
    const changeSets = ctx.store.collection(changeSetRecords);
    const namesake = changeSets.by("stack").first({ prefix: [stack.id, input.ChangeSetName] });
    // One that has been carried out is history. The AWS CLI names change sets by the second, and two deployments can be in one.
    if (namesake && executionStatusOf(namesake, stack, ctx) !== "EXECUTE_COMPLETE")
      throw changeSetExists(input.ChangeSetName);
    const imports = Object.fromEntries(
      (input.ResourcesToImport ?? []).map(({ LogicalResourceId, ResourceIdentifier }) => [
        LogicalResourceId,
        Object.values(ResourceIdentifier).join("|"),
      ]),
    );
    const draft = await draftOf(
      {
        name: input.ChangeSetName,
        type,
        input: input as BlueprintInput,
        imports,
        includesNested: input.IncludeNestedStacks ?? false,
        revertsDrift: input.DeploymentMode === "REVERT_DRIFT",
        description: input.Description,
        onStackFailure: input.OnStackFailure,
      },
      stack,
      ctx,
    );
    ctx.store.transaction(() => {
      if (namesake) dropChangeSet(namesake, ctx);
      keepDraft(draft, ctx);
    });
    return { Id: draft.changeSet.id, StackId: stack.id };
  },

  DescribeChangeSet(input, ctx) {
    const { changeSet, stack } = findChangeSet(input.ChangeSetName, input.StackName, ctx);
    const { blueprint } = changeSet;
    const { IncludePropertyValues: withValues = false } = input;
    // With values, what may change and may stay as it is is left out.
    const changes = changeSet.changes.filter(
      ({ details, changeSetId }) =>
        !withValues ||
        changeSetId !== undefined ||
        details.length === 0 ||
        details.some(({ isDynamic }) => !isDynamic),
    );
    const { items, nextToken } = page(changes, ({ logicalId }) => [logicalId], {
      size: PAGE_SIZE,
      token: input.NextToken,
      query: [changeSet.id, withValues],
      refuse: () => validationError("Token is invalid"),
    });
    const parameters = parametersOf(blueprint);
    const shown = <T>(value: T) => withoutHidden(value, stack.blueprint.parameters, blueprint.parameters);
    return {
      ChangeSetName: changeSet.name,
      ChangeSetId: changeSet.id,
      StackId: stack.id,
      StackName: stack.name,
      ...(changeSet.description !== undefined && { Description: changeSet.description }),
      ...(parameters.length > 0 && { Parameters: parameters }),
      CreationTime: date(changeSet.createdMs),
      ExecutionStatus: executionStatusOf(changeSet, stack, ctx),
      Status: changeSetStatus(changeSet, ctx),
      ...reasonOf(changeSet, ctx, withValues),
      NotificationARNs: [...blueprint.notificationArns],
      RollbackConfiguration: blueprint.rollbackConfiguration ?? {},
      Capabilities: [...blueprint.capabilities] as CloudFormation.Capabilities,
      ...(Object.keys(blueprint.tags).length > 0 && {
        Tags: tagList(blueprint.tags),
      }),
      Changes: items.map((change) => describeChange(change, withValues, shown, driftOf(changeSet, change))),
      ...(nextToken && { NextToken: nextToken }),
      IncludeNestedStacks: changeSet.includesNested,
      ...hierarchyOf(changeSet),
      ...(changeSet.reverts && { DeploymentMode: "REVERT_DRIFT" as const }),
      ...(changeSet.onStackFailure !== undefined && {
        OnStackFailure: changeSet.onStackFailure as CloudFormation.OnStackFailure,
      }),
    };
  },

  // There are no hooks.
  ListHookResults: ({ TargetType, TargetId }) => ({ TargetType, TargetId, HookResults: [] }),

  DescribeChangeSetHooks(input, ctx) {
    const { changeSet, stack } = findChangeSet(input.ChangeSetName, input.StackName, ctx);
    return {
      ChangeSetId: changeSet.id,
      ChangeSetName: changeSet.name,
      Hooks: [],
      Status: "PLANNED",
      StackId: stack.id,
      StackName: stack.name,
    };
  },

  ListChangeSets(input, ctx) {
    const stack = lookUpStack(input.StackName, ctx);
    if (!stack) throw stackMissing(input.StackName);
    const all = [
      ...ctx.store
        .collection(changeSetRecords)
        .by("stack")
        .values({ prefix: [stack.id] }),
    ];
    const { items, nextToken } = page(all, ({ createdMs, id }) => [createdMs, id], {
      size: PAGE_SIZE,
      token: input.NextToken,
      query: [stack.id],
      refuse: () => validationError("Token is invalid"),
    });
    return {
      Summaries: items.map((one) => ({
        StackId: stack.id,
        StackName: stack.name,
        ChangeSetId: one.id,
        ChangeSetName: one.name,
        ExecutionStatus: executionStatusOf(one, stack, ctx),
        Status: changeSetStatus(one, ctx),
        ...reasonOf(one, ctx, false),
        CreationTime: date(one.createdMs),
        ...(one.description !== undefined && { Description: one.description }),
        IncludeNestedStacks: one.includesNested,
        ...hierarchyOf(one),
      })),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  DeleteChangeSet(input, ctx) {
    const found = lookUpChangeSet(input.ChangeSetName, input.StackName, ctx);
    if (found?.rootId !== undefined) throw notTheRoot("deleted", found.id, found.rootId);
    if (found) ctx.store.transaction(() => dropChangeSet(found, ctx));
    return {};
  },

  async ExecuteChangeSet(input, ctx) {
    const { changeSet, stack } = findChangeSet(input.ChangeSetName, input.StackName, ctx);
    const parent = parentIn(input.ClientRequestToken, ctx);
    if (changeSet.rootId !== undefined && !parent)
      throw notTheRoot("executed", changeSet.id, changeSet.rootId);
    const status = changeSetStatus(changeSet, ctx);
    if (changeSet.executionStatus !== "AVAILABLE" || status !== changeSet.status)
      throw invalidChangeSetStatus(
        `ChangeSet [${changeSet.id}] cannot be executed in its current status of [${status}]`,
      );
    const isCreate = stack.status === "REVIEW_IN_PROGRESS";
    if (!isCreate) refuseUnlessUpdatable(stack);
    if (stack.operation)
      throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    const onFailure: Operation["onFailure"] =
      input.DisableRollback || changeSet.onStackFailure === "DO_NOTHING"
        ? "DO_NOTHING"
        : isCreate && changeSet.onStackFailure === "DELETE"
          ? "DELETE"
          : "ROLLBACK";
    const isImport = changeSet.type === "IMPORT";
    const to = parent ? withKnown(changeSet, parent, ctx) : changeSet.blueprint;
    const operation: Operation = {
      ...askedBy(ctx, parent ? undefined : input.ClientRequestToken),
      kind: isCreate ? "create" : "update",
      phase: "deploy",
      to,
      onFailure,
      retain: [],
      ...(input.RetainExceptOnCreate && { retainExceptOnCreate: true }),
      ...(isImport && { imports: changeSet.imports }),
      ...(changeSet.reverts && { reverts: changeSet.reverts }),
      ...(changeSet.remakes && { remakes: changeSet.remakes }),
      ...(changeSet.includesNested && { nested: nestedToExecute(changeSet, ctx) }),
    };
    const place = placeOf(ctx);
    ctx.store.transaction(() => {
      saveStack(
        {
          ...stack,
          ...(isCreate && { blueprint: to }),
          changeSetId: changeSet.id,
          disableRollback: onFailure === "DO_NOTHING",
          updatedMs: ctx.clock.now(),
          operation,
        },
        ctx,
      );
      const verb = isImport ? "IMPORT" : isCreate ? "CREATE" : "UPDATE";
      changeStack(stack.id, { status: `${verb}_IN_PROGRESS` }, place, { reason: "User Initiated" });
      const sets = ctx.store.collection(changeSetRecords);
      for (const other of [...sets.by("stack").values({ prefix: [stack.id] })])
        if (other.id !== changeSet.id) dropChangeSet(other, ctx);
      sets.put([changeSet.id], { ...changeSet, executionStatus: "EXECUTE_IN_PROGRESS" });
    });
    await deployments.begin(stack.id, place);
    return {};
  },
});

const hierarchyOf = ({ parentId, rootId }: ChangeSetRecord) => ({
  ...(parentId !== undefined && { ParentChangeSetId: parentId }),
  ...(rootId !== undefined && { RootChangeSetId: rootId }),
});

/** Why it failed, once it has; with values also why some of them are not known. */
function reasonOf(changeSet: ChangeSetRecord, ctx: Context, withValues: boolean): { StatusReason?: string } {
  const status = changeSetStatus(changeSet, ctx);
  if (status === "CREATE_IN_PROGRESS" || (status !== "FAILED" && !withValues)) return {};
  const reason = changeSet.transition?.failure ?? changeSet.reason;
  return reason === undefined ? {} : { StatusReason: reason };
}

/** The stack that a change set is for; made when it is to create one. @throws ValidationError */
function stackFor(
  input: CloudFormation.CreateChangeSetInput,
  type: ChangeSetRecord["type"],
  there: StackRecord | undefined,
  ctx: Context,
): StackRecord {
  const lives = there !== undefined && there.deletedMs === undefined;
  if (type === "CREATE" || (type === "IMPORT" && !lives)) {
    if (lives && there.status !== "REVIEW_IN_PROGRESS")
      throw validationError(
        `Stack [${there.name}] already exists and cannot be created again with the changeSet [${input.ChangeSetName}].`,
      );
    return lives ? there : newStack(input.StackName, ctx);
  }
  if (!lives) throw stackMissing(input.StackName);
  if (there.status === "REVIEW_IN_PROGRESS")
    throw validationError(`Stack:${there.id} is in REVIEW_IN_PROGRESS state and can not be updated.`);
  if (!there.operation) refuseUnlessUpdatable(there);
  return there;
}

function parametersOf(blueprint: Blueprint): CloudFormation.Parameter[] {
  if (Object.keys(blueprint.parameters).length === 0) return [];
  return shownParameters(blueprint.parameters, templateOf(blueprint));
}

/** Of a change set that looks at what has drifted: how it has found a resource. */
function driftOf(
  { reverts, remakes = [] }: ChangeSetRecord,
  { logicalId, action }: PlannedChange,
): CloudFormation.StackResourceDriftStatus | undefined {
  if (!reverts) return undefined;
  if (remakes.includes(logicalId)) return "DELETED";
  if (action === "Add") return undefined;
  return Object.hasOwn(reverts, logicalId) ? "MODIFIED" : "IN_SYNC";
}

/** @param shown a value without what nobody is shown */
function describeChange(
  change: PlannedChange,
  withValues: boolean,
  shown: <T>(value: T) => T,
  drift: CloudFormation.StackResourceDriftStatus | undefined,
): CloudFormation.Change {
  const text = (value: Value) => shown(typeof value === "string" ? value : JSON.stringify(value));
  const hasCause = (name: string) =>
    change.details.some((one) => one.name === name && one.source?.startsWith("Resource"));
  const details = change.details.filter(
    ({ name, source, isDynamic }) =>
      withValues || !(source === "DirectModification" && isDynamic && hasCause(name)),
  );
  const context = (properties: object) => JSON.stringify({ Properties: shown(properties) });
  return {
    Type: "Resource",
    ResourceChange: {
      ...(change.policyAction !== undefined && {
        PolicyAction: change.policyAction as CloudFormation.PolicyAction,
      }),
      Action: change.action,
      LogicalResourceId: change.logicalId,
      ...(change.physicalId !== undefined && { PhysicalResourceId: change.physicalId }),
      ResourceType: change.type,
      ...(change.changeSetId !== undefined && { ChangeSetId: change.changeSetId }),
      ...(change.replacement !== undefined && { Replacement: change.replacement }),
      Scope: [...change.scope] as CloudFormation.Scope,
      ...(drift !== undefined && { ResourceDriftStatus: drift }),
      Details: details.map(({ name, attribute, source, cause, isDynamic, recreates, before, after }) => ({
        Target: {
          Attribute: attribute as CloudFormation.ResourceAttribute,
          ...(name !== "" && { Name: name }),
          RequiresRecreation: recreates,
          ...(withValues &&
            name !== "" && {
              Path: `/Properties/${name}`,
              ...(before !== undefined && { BeforeValue: text(before) }),
              ...(after !== undefined && { AfterValue: text(after) }),
              AttributeChangeType: before === undefined ? "Add" : after === undefined ? "Remove" : "Modify",
            }),
        },
        Evaluation: isDynamic ? ("Dynamic" as const) : ("Static" as const),
        ...(source !== undefined && { ChangeSource: source as CloudFormation.ChangeSource }),
        ...(cause !== undefined && { CausingEntity: cause }),
      })),
      ...(withValues && change.before && { BeforeContext: context(change.before) }),
      ...(withValues && change.after && { AfterContext: context(change.after) }),
    },
  };
}
