import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import { type BlueprintInput, blueprintOf, TransformFailure } from "./blueprint.ts";
import { changeSetRecords, executionStatusOf } from "./change-set.ts";
import { dropChangeSet } from "./change-set-hierarchy.ts";
import type { Deployments } from "./deployments.ts";
import { date, describeStack, driftOf } from "./described.ts";
import {
  cannotBeUpdated,
  exportInUse,
  isProtected,
  noUpdates,
  stackExists,
  tooManyStacks,
  validationError,
} from "./errors.ts";
import { beginOperation, changeStack, placeOf } from "./events.ts";
import { checkDepth, parentIn } from "./nested.ts";
import { importers } from "./outputs.ts";
import { planOf } from "./plan.ts";
import { fetchText } from "./s3-location.ts";
import {
  type Blueprint,
  findStack,
  lookUpStack,
  nestedStacks,
  type Operation,
  resourceRecords,
  type StackRecord,
  saveStack,
  stackArn,
  stackOf,
  stackRecords,
} from "./stack.ts";
import { checkStackPolicy } from "./stack-policy.ts";

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]*$/;
const PAGE_SIZE = 100;
/** An account has so many in a region: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MOST_STACKS = 2000;

const NO_BLUEPRINT: Blueprint = {
  body: "",
  parameters: {},
  capabilities: [],
  tags: {},
  notificationArns: [],
};

/** @throws ValidationError */
export function checkStackName(name: string): void {
  if (name.length > 128)
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must have length less than or equal to 128`,
    );
  if (!STACK_NAME.test(name))
    throw validationError(
      `1 validation error detected: Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*`,
    );
}

/** Who asked, and how to go on with it after a restart. */
export const askedBy = (
  ctx: Context,
  token?: string,
): Pick<Operation, "id" | "caller" | "parentId" | "token"> => ({
  id: ctx.random.uuid(),
  caller: ctx.caller,
  parentId: ctx.id,
  ...(token !== undefined && { token }),
});

/** A stack that has nothing yet. */
export function newStack(name: string, ctx: Context, more: Partial<StackRecord> = {}): StackRecord {
  if (ctx.store.collection(stackRecords).by("name").count() >= MOST_STACKS) throw tooManyStacks(MOST_STACKS);
  return {
    id: stackArn(ctx, name, ctx.random.uuid()),
    name,
    status: "REVIEW_IN_PROGRESS",
    createdMs: ctx.clock.now(),
    blueprint: NO_BLUEPRINT,
    outputs: {},
    imports: [],
    disableRollback: false,
    isProtected: false,
    events: 0,
    ...more,
  };
}

const UPDATABLE =
  /^(?:CREATE_COMPLETE|CREATE_FAILED|UPDATE_COMPLETE|UPDATE_FAILED|UPDATE_ROLLBACK_COMPLETE|IMPORT_COMPLETE|IMPORT_ROLLBACK_COMPLETE|ROLLBACK_FAILED)$/;

/** Can it be updated as it is? @throws ValidationError */
export function refuseUnlessUpdatable(stack: StackRecord): void {
  if (!UPDATABLE.test(stack.status) || stack.operation || stack.status === "ROLLBACK_FAILED")
    throw cannotBeUpdated(stack.id, stack.status);
}

async function policyText(
  body: string | undefined,
  url: string | undefined,
  ctx: Context,
): Promise<string | undefined> {
  const text = url === undefined ? body : await fetchText(url, ctx);
  if (text !== undefined) checkStackPolicy(text);
  return text;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html and its neighbours */
export function stackOperations(deployments: Deployments): Handlers<CloudFormation.Operations> {
  /** Takes an operation up that had failed. */
  async function again(
    stack: StackRecord,
    status: string,
    what: Pick<Operation, "kind" | "phase" | "skip">,
    { RoleARN, ClientRequestToken }: { RoleARN?: string; ClientRequestToken?: string },
    ctx: Context,
  ): Promise<void> {
    const { blueprint } = stack;
    const operation: Operation = {
      ...askedBy(ctx, ClientRequestToken),
      ...what,
      to: blueprint,
      onFailure: "DO_NOTHING",
      retain: [],
    };
    const now = {
      ...stack,
      blueprint: RoleARN === undefined ? blueprint : { ...blueprint, roleArn: RoleARN },
      operation,
    };
    beginOperation(now, status, placeOf(ctx));
    await deployments.begin(stack.id, placeOf(ctx));
  }

  return {
    async CreateStack(input, ctx) {
      checkStackName(input.StackName);
      if (input.DisableRollback !== undefined && input.OnFailure !== undefined)
        throw validationError("You can specify either DisableRollback or OnFailure, but not both.");
      const isInReview = (stack: StackRecord | undefined) =>
        stack?.status === "REVIEW_IN_PROGRESS" && stack.operation === undefined;
      const there = lookUpStack(input.StackName, ctx);
      if (there && !isInReview(there)) {
        if (input.ClientRequestToken !== undefined && there.operation?.token === input.ClientRequestToken)
          return { StackId: there.id };
        throw stackExists(input.StackName);
      }
      const parent = parentIn(input.ClientRequestToken, ctx);
      if (parent) checkDepth(parent, ctx);
      const fresh = there ?? newStack(input.StackName, ctx);
      let blueprint: Blueprint = NO_BLUEPRINT;
      let failure: string | undefined;
      try {
        ({ blueprint } = await blueprintOf(input as BlueprintInput, { id: fresh.id, name: fresh.name }, ctx));
      } catch (error) {
        if (!(error instanceof TransformFailure)) throw error;
        failure = error.message;
      }
      const policy = await policyText(input.StackPolicyBody, input.StackPolicyURL, ctx);
      const now = lookUpStack(input.StackName, ctx);
      if (now && !(now.id === fresh.id && isInReview(now))) throw stackExists(input.StackName);
      const onFailure = input.DisableRollback
        ? "DO_NOTHING"
        : ((input.OnFailure as Operation["onFailure"]) ?? "ROLLBACK");
      const stack: StackRecord = {
        ...fresh,
        status: "CREATE_IN_PROGRESS",
        blueprint,
        disableRollback: onFailure === "DO_NOTHING",
        isProtected: input.EnableTerminationProtection ?? false,
        ...(input.TimeoutInMinutes !== undefined && { timeoutMinutes: input.TimeoutInMinutes }),
        ...(policy !== undefined && { policy }),
        ...(input.RetainExceptOnCreate && { retainExceptOnCreate: true }),
        ...(parent && { parentId: parent.id, rootId: parent.rootId ?? parent.id }),
        operation: {
          ...askedBy(ctx, parent ? undefined : input.ClientRequestToken),
          kind: "create",
          phase: "deploy",
          to: blueprint,
          onFailure,
          retain: [],
          ...(input.RetainExceptOnCreate && { retainExceptOnCreate: true }),
          ...(input.TimeoutInMinutes !== undefined && {
            deadlineMs: ctx.clock.now() + input.TimeoutInMinutes * 60_000,
          }),
        },
      };
      const place = placeOf(ctx);
      ctx.store.transaction(() => {
        saveStack(stack, ctx);
        changeStack(stack.id, { status: "CREATE_IN_PROGRESS" }, place, { reason: "User Initiated" });
        if (failure === undefined) return;
        const begun = ctx.store.collection(stackRecords).get([stack.id])!;
        const isKept = onFailure === "DO_NOTHING";
        changeStack(
          stack.id,
          {
            status: isKept ? "CREATE_FAILED" : "ROLLBACK_IN_PROGRESS",
            operation: { ...begun.operation!, phase: "rollback" },
          },
          place,
          { reason: isKept ? failure : `${failure}. Rollback requested by user.` },
        );
        if (!isKept) return;
        const { operation: _, ...rest } = ctx.store.collection(stackRecords).get([stack.id])!;
        saveStack(rest, ctx);
      });
      if (failure === undefined || onFailure !== "DO_NOTHING") await deployments.begin(stack.id, place);
      return { StackId: stack.id };
    },

    async UpdateStack(input, ctx) {
      const stack = stackOf(input.StackName, ctx);
      if (stack.status === "REVIEW_IN_PROGRESS" && stack.blueprint.body === "")
        throw cannotBeUpdated(stack.id, stack.status);
      if (stack.deletedMs !== undefined) throw cannotBeUpdated(stack.id, stack.status);
      if (input.TemplateBody === undefined && input.TemplateURL === undefined && !input.UsePreviousTemplate)
        throw validationError("Either Template URL or Template Body must be specified.");
      refuseUnlessUpdatable(stack);
      const policyDuringUpdate = await policyText(
        input.StackPolicyDuringUpdateBody,
        input.StackPolicyDuringUpdateURL,
        ctx,
      );
      const policy = await policyText(input.StackPolicyBody, input.StackPolicyURL, ctx);
      let blueprint: Blueprint;
      try {
        ({ blueprint } = await blueprintOf(input as BlueprintInput, stack, ctx));
      } catch (error) {
        if (error instanceof TransformFailure) throw validationError(error.message);
        throw error;
      }
      const place = placeOf(ctx);
      const plan = await planOf(stack, blueprint, place);
      if (plan.refusal !== undefined) throw validationError(plan.refusal);
      const isRetry = stack.status.endsWith("_FAILED");
      if (plan.changes.length === 0 && !plan.isOtherwise && plan.missing.length === 0 && !isRetry) {
        if (policy === undefined) throw noUpdates();
        saveStack({ ...stack, policy }, ctx);
        return { StackId: stack.id };
      }
      const now = stackOf(input.StackName, ctx);
      refuseUnlessUpdatable(now);
      beginOperation(
        {
          ...now,
          ...(policy !== undefined && { policy }),
          updatedMs: ctx.clock.now(),
          operation: {
            ...askedBy(ctx, input.ClientRequestToken),
            kind: "update",
            phase: "deploy",
            to: blueprint,
            onFailure: input.DisableRollback ? "DO_NOTHING" : "ROLLBACK",
            retain: [],
            ...(policyDuringUpdate !== undefined && { policyDuringUpdate }),
          },
        },
        "UPDATE_IN_PROGRESS",
        place,
      );
      await deployments.begin(stack.id, place);
      return { StackId: stack.id };
    },

    async DeleteStack(input, ctx) {
      const stack = lookUpStack(input.StackName, ctx);
      if (!stack || stack.deletedMs !== undefined) return;
      if (stack.isProtected) throw isProtected(stack.name);
      for (const { exportName } of Object.values(stack.outputs)) {
        const [user] = exportName === undefined ? [] : importers(exportName, ctx);
        if (user !== undefined) throw exportInUse(exportName!, user);
      }
      if (stack.operation?.phase === "delete") return;
      if (input.RetainResources?.length && stack.status !== "DELETE_FAILED")
        throw validationError(
          "Invalid operation on stack. RetainResources can only be specified when the stack is in DELETE_FAILED state.",
        );
      const retain = input.RetainResources ?? [];
      const unknown = retain.find((id) => !ctx.store.collection(resourceRecords).has([stack.id, id]));
      if (unknown !== undefined)
        throw validationError(`Resource ${unknown} does not exist for stack ${stack.name}`);
      deployments.cancel(stack.id, "Delete requested by user");
      const roleArn = input.RoleARN ?? stack.blueprint.roleArn;
      const now = ctx.store.collection(stackRecords).get([stack.id])!;
      const deleting: StackRecord = {
        ...now,
        blueprint: { ...now.blueprint, ...(roleArn !== undefined && { roleArn }) },
        operation: {
          ...askedBy(ctx, input.ClientRequestToken),
          kind: "delete",
          phase: "delete",
          onFailure: "DO_NOTHING",
          retain,
          ...(input.DeletionMode === "FORCE_DELETE_STACK" && { force: true }),
        },
      };
      const place = placeOf(ctx);
      ctx.store.transaction(() => {
        beginOperation(deleting, "DELETE_IN_PROGRESS", place);
        const changeSets = ctx.store.collection(changeSetRecords);
        for (const one of [...changeSets.by("stack").values({ prefix: [stack.id] })]) {
          const executionStatus = executionStatusOf(one, stack, ctx);
          // As recorded: one that was carried out is told of by its ARN when its stack is gone, too.
          if (executionStatus.startsWith("EXECUTE_")) changeSets.put([one.id], { ...one, executionStatus });
          else dropChangeSet(one, ctx);
        }
      });
      await deployments.begin(stack.id, place);
    },

    CancelUpdateStack(input, ctx) {
      const stack = stackOf(input.StackName, ctx);
      if (stack.status !== "UPDATE_IN_PROGRESS" || !stack.operation)
        throw validationError("CancelUpdateStack cannot be called from current stack status");
      const cancelled = "Update cancelled by user";
      // Kept with the operation: what goes on with it after a failure of the store, or in the next process, knows.
      saveStack({ ...stack, operation: { ...stack.operation, cancelled } }, ctx);
      deployments.cancel(stack.id, cancelled);
    },

    async ContinueUpdateRollback(input, ctx) {
      const stack = stackOf(input.StackName, ctx);
      if (stack.status !== "UPDATE_ROLLBACK_FAILED")
        throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not continue rollback.`);
      const skip = input.ResourcesToSkip ?? [];
      for (const id of skip) {
        const record = ctx.store.collection(resourceRecords).get([stack.id, id]);
        if (record?.status !== "UPDATE_FAILED")
          throw validationError(`Resource [${id}] cannot be skipped: it is not in UPDATE_FAILED state.`);
      }
      await again(
        stack,
        "UPDATE_ROLLBACK_IN_PROGRESS",
        { kind: "update", phase: "rollback", skip },
        input,
        ctx,
      );
      return {};
    },

    async RollbackStack(input, ctx) {
      const stack = stackOf(input.StackName, ctx);
      if (stack.status === "CREATE_FAILED")
        await again(stack, "ROLLBACK_IN_PROGRESS", { kind: "create", phase: "rollback" }, input, ctx);
      else if (stack.status === "UPDATE_FAILED")
        await again(stack, "UPDATE_ROLLBACK_IN_PROGRESS", { kind: "update", phase: "rollback" }, input, ctx);
      else throw validationError(`Stack:${stack.id} is in ${stack.status} state and can not be rolled back.`);
      return { StackId: stack.id };
    },

    DescribeStacks(input, ctx) {
      if (input.StackName !== undefined && input.StackName !== "")
        return { Stacks: [describeStack(findStack(input.StackName, ctx))] };
      const all = [...ctx.store.collection(stackRecords).values()].filter(
        ({ deletedMs }) => deletedMs === undefined,
      );
      const { items, nextToken } = paged(all, input.NextToken, "DescribeStacks");
      return { Stacks: items.map(describeStack), ...(nextToken && { NextToken: nextToken }) };
    },

    ListStacks(input, ctx) {
      const wanted = input.StackStatusFilter;
      const all = [...ctx.store.collection(stackRecords).values()].filter(
        ({ status }) => !wanted?.length || wanted.includes(status as CloudFormation.StackStatus),
      );
      const { items, nextToken } = paged(all, input.NextToken, ["ListStacks", wanted ?? []]);
      return {
        StackSummaries: items.map((stack) => {
          const { Description: TemplateDescription, DeletionTime } = describeStack(stack);
          return {
            StackId: stack.id,
            StackName: stack.name,
            ...(TemplateDescription !== undefined && { TemplateDescription }),
            CreationTime: date(stack.createdMs),
            ...(stack.updatedMs !== undefined && { LastUpdatedTime: date(stack.updatedMs) }),
            ...(DeletionTime && { DeletionTime }),
            StackStatus: stack.status as CloudFormation.StackStatus,
            ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
            ...(stack.parentId !== undefined && { ParentId: stack.parentId }),
            ...(stack.rootId !== undefined && { RootId: stack.rootId }),
            DriftInformation: driftOf(stack),
          };
        }),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    UpdateTerminationProtection(input, ctx) {
      const stack = stackOf(input.StackName, ctx);
      if (stack.deletedMs !== undefined)
        throw validationError(`Stack [${input.StackName}] is in DELETE_COMPLETE state and cannot be updated`);
      const all = [stack, ...descendants(stack.id, ctx)];
      for (const one of all) saveStack({ ...one, isProtected: input.EnableTerminationProtection }, ctx);
      return { StackId: stack.id };
    },

    async SetStackPolicy(input, ctx) {
      const stack = stackOf(input.StackName, ctx);
      if (input.StackPolicyBody !== undefined && input.StackPolicyURL !== undefined)
        throw validationError("You cannot specify both StackPolicyURL and StackPolicyBody");
      const policy = await policyText(input.StackPolicyBody, input.StackPolicyURL, ctx);
      if (policy !== undefined)
        saveStack({ ...ctx.store.collection(stackRecords).get([stack.id])!, policy }, ctx);
    },

    GetStackPolicy(input, ctx) {
      const { policy } = stackOf(input.StackName, ctx);
      return policy === undefined ? {} : { StackPolicyBody: policy };
    },

    DescribeAccountLimits: () => ({
      AccountLimits: [
        { Name: "StackLimit", Value: MOST_STACKS },
        { Name: "StackOutputsLimit", Value: 200 },
        { Name: "ConcurrentResourcesLimit", Value: 2500 },
      ],
    }),
  };
}

function descendants(id: string, ctx: Context): StackRecord[] {
  return nestedStacks(id, ctx).flatMap((child) => [child, ...descendants(child.id, ctx)]);
}

const paged = (stacks: readonly StackRecord[], token: string | undefined, query: unknown) =>
  page(stacks, ({ createdMs, id }) => [createdMs, id], {
    size: PAGE_SIZE,
    token,
    query,
    descending: true,
    refuse: () => validationError("Token is invalid"),
  });
