import { tagList } from "../../aws/tags.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import { templateOf } from "./blueprint-template.ts";
import type { StackRecord } from "./stack.ts";
import { shownParameters } from "./template/parameters.ts";

export const date = (ms: number): Date => new Date(ms);

/** When its resources began to be deleted, also when its creation had failed, as recorded; undefined for one that lives. */
function deletionTimeOf({ deletingMs, deletedMs }: StackRecord): Date | undefined {
  const ms = deletingMs ?? deletedMs;
  return ms === undefined ? undefined : date(ms);
}

/** A stack as DescribeStacks has it. */
export function describeStack(stack: StackRecord): CloudFormation.Stack {
  const { blueprint } = stack;
  const template = blueprint.body === "" ? undefined : templateOf(blueprint);
  const parameters = template ? shownParameters(blueprint.parameters, template) : [];
  const isDeleted = stack.deletedMs !== undefined;
  const deletion = deletionTimeOf(stack);
  const outputs = Object.entries(stack.outputs).map(([OutputKey, { value, description, exportName }]) => ({
    OutputKey,
    OutputValue: value,
    ...(description !== undefined && { Description: description }),
    ...(exportName !== undefined && { ExportName: exportName }),
  }));
  return {
    StackId: stack.id,
    StackName: stack.name,
    ...(stack.changeSetId !== undefined && deletion === undefined && { ChangeSetId: stack.changeSetId }),
    ...(template?.description !== undefined && { Description: template.description }),
    ...(parameters.length > 0 && { Parameters: parameters }),
    CreationTime: date(stack.createdMs),
    ...(deletion && { DeletionTime: deletion }),
    ...(stack.updatedMs !== undefined && { LastUpdatedTime: date(stack.updatedMs) }),
    RollbackConfiguration: blueprint.rollbackConfiguration ?? {},
    StackStatus: stack.status as CloudFormation.StackStatus,
    ...(stack.reason !== undefined && { StackStatusReason: stack.reason }),
    DisableRollback: stack.disableRollback,
    NotificationARNs: [...blueprint.notificationArns],
    ...(stack.timeoutMinutes !== undefined && { TimeoutInMinutes: stack.timeoutMinutes }),
    ...(blueprint.capabilities.length > 0 && {
      Capabilities: [...blueprint.capabilities] as CloudFormation.Capabilities,
    }),
    ...(outputs.length > 0 && { Outputs: outputs }),
    ...(blueprint.roleArn !== undefined && { RoleARN: blueprint.roleArn }),
    Tags: tagList(blueprint.tags),
    ...(!isDeleted && { EnableTerminationProtection: stack.isProtected }),
    ...(stack.parentId !== undefined && { ParentId: stack.parentId }),
    ...(stack.rootId !== undefined && { RootId: stack.rootId }),
    DriftInformation: driftOf(stack),
    ...(stack.retainExceptOnCreate && { RetainExceptOnCreate: true }),
    ...lastOperationsOf(stack),
  };
}

const OPERATION_TYPES = { create: "CREATE_STACK", update: "UPDATE_STACK", delete: "DELETE_STACK" } as const;

function lastOperationsOf({
  operation,
  lastOperation,
}: StackRecord): Pick<CloudFormation.Stack, "LastOperations"> {
  const last = operation ?? lastOperation;
  return last
    ? { LastOperations: [{ OperationType: OPERATION_TYPES[last.kind], OperationId: last.id }] }
    : {};
}

export const driftOf = ({ drift }: Pick<StackRecord, "drift">): CloudFormation.StackDriftInformation => ({
  StackDriftStatus: (drift?.status ?? "NOT_CHECKED") as CloudFormation.StackDriftStatus,
  ...(drift && { LastCheckTimestamp: date(drift.checkedMs) }),
});
