import { tagList } from "../../../aws/tags.ts";
import type { Context } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { date } from "../described.ts";
import {
  type InstanceRecord,
  instanceRecords,
  type OperationRecord,
  parametersOf,
  type ResultRecord,
  resultRecords,
  type StackSetRecord,
  stackSetArn,
} from "./stack-set.ts";

/* Stack sets, their instances and operations as calls show them. */

const NOT_CHECKED = "NOT_CHECKED";

export function describeStackSet(set: StackSetRecord, ctx: Context): CloudFormation.StackSet {
  const instances = [...ctx.store.collection(instanceRecords).values({ prefix: [set.id] })];
  return {
    StackSetName: set.name,
    StackSetId: set.id,
    ...(set.description !== undefined && { Description: set.description }),
    Status: set.status,
    TemplateBody: set.body,
    Parameters: parametersOf(set.parameters),
    Capabilities: [...set.capabilities] as CloudFormation.Capabilities,
    Tags: tagList(set.tags),
    StackSetARN: stackSetArn(ctx, set.id),
    AdministrationRoleARN: set.administrationRole,
    ExecutionRoleName: set.executionRole,
    StackSetDriftDetectionDetails: {
      DriftStatus: NOT_CHECKED,
      TotalStackInstancesCount: instances.length,
      DriftedStackInstancesCount: 0,
      InSyncStackInstancesCount: 0,
      InProgressStackInstancesCount: 0,
      FailedStackInstancesCount: 0,
    },
    OrganizationalUnitIds: [],
    PermissionModel: "SELF_MANAGED",
    ManagedExecution: { Active: set.isManagedExecution ?? false },
    Regions: [...new Set(instances.map(({ region }) => region))].sort(),
  };
}

export const summarizeStackSet = (set: StackSetRecord): CloudFormation.StackSetSummary => ({
  StackSetName: set.name,
  StackSetId: set.id,
  ...(set.description !== undefined && { Description: set.description }),
  Status: set.status,
  PermissionModel: "SELF_MANAGED",
  DriftStatus: NOT_CHECKED,
  ManagedExecution: { Active: set.isManagedExecution ?? false },
});

export const summarizeInstance = (instance: InstanceRecord): CloudFormation.StackInstanceSummary => ({
  StackSetId: instance.setId,
  Region: instance.region,
  Account: instance.account,
  ...(instance.stackId !== undefined && { StackId: instance.stackId }),
  Status: instance.status,
  ...(instance.reason !== undefined && { StatusReason: instance.reason }),
  StackInstanceStatus: { DetailedStatus: instance.detail },
  OrganizationalUnitId: "",
  DriftStatus: NOT_CHECKED,
  LastOperationId: instance.operationId,
});

export const describeInstance = (instance: InstanceRecord): CloudFormation.StackInstance => ({
  ...summarizeInstance(instance),
  ParameterOverrides: parametersOf(instance.overrides),
});

export const summarizeOperation = (operation: OperationRecord): CloudFormation.StackSetOperationSummary => ({
  OperationId: operation.id,
  Action: operation.action,
  Status: operation.status,
  CreationTimestamp: date(operation.createdMs),
  ...(operation.endedMs !== undefined && { EndTimestamp: date(operation.endedMs) }),
  OperationPreferences: operation.preferences,
});

export function describeOperation(
  operation: OperationRecord,
  set: StackSetRecord,
  ctx: Context,
): CloudFormation.StackSetOperation {
  const results = [
    ...ctx.store.collection(resultRecords).values({ prefix: [operation.setId, operation.id] }),
  ];
  return {
    ...summarizeOperation(operation),
    StackSetId: operation.setId,
    ...(operation.retainsStacks !== undefined && { RetainStacks: operation.retainsStacks }),
    AdministrationRoleARN: set.administrationRole,
    ExecutionRoleName: set.executionRole,
    StatusDetails: { FailedStackInstancesCount: results.filter(({ status }) => status === "FAILED").length },
  };
}

export const describeResult = (result: ResultRecord): CloudFormation.StackSetOperationResultSummary => ({
  Account: result.account,
  Region: result.region,
  Status: result.status,
  ...(result.reason !== undefined && { StatusReason: result.reason }),
  ...(result.gate && { AccountGateResult: result.gate }),
  OrganizationalUnitId: "",
});
