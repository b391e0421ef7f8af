import { tagList } from "../../../aws/tags.ts";
import type { Context } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { date } from "../described.ts";
import {
  type InstanceDrift,
  type InstanceRecord,
  instanceRecords,
  type OperationRecord,
  operationRecords,
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
    StackSetDriftDetectionDetails: driftDetails(set, ctx),
    OrganizationalUnitIds: [],
    PermissionModel: "SELF_MANAGED",
    ManagedExecution: { Active: set.isManagedExecution ?? false },
    Regions: [...new Set(instances.map(({ region }) => region))].sort(),
  };
}

/** How its stacks were when they were last looked at, each as its own last look says. */
export function driftDetails(
  { id }: StackSetRecord,
  ctx: Context,
): CloudFormation.StackSetDriftDetectionDetails {
  const instances = [...ctx.store.collection(instanceRecords).values({ prefix: [id] })];
  const [detection] = [...ctx.store.collection(operationRecords).values({ prefix: [id] })]
    .filter(({ action }) => action === "DETECT_DRIFT")
    .sort((a, b) => b.number - a.number);
  return detailsOf(instances, detection, detection ? resultsOf(detection, ctx) : []);
}

const resultsOf = ({ setId, id }: OperationRecord, ctx: Context): ResultRecord[] => [
  ...ctx.store.collection(resultRecords).values({ prefix: [setId, id] }),
];

/** @param looks at each stack; results: of the detection */
function detailsOf(
  looks: readonly { readonly drift?: InstanceDrift }[],
  detection: OperationRecord | undefined,
  results: readonly ResultRecord[],
): CloudFormation.StackSetDriftDetectionDetails {
  const number = (status: string) => looks.filter(({ drift }) => drift?.status === status).length;
  const having = (...statuses: string[]) => results.filter(({ status }) => statuses.includes(status)).length;
  const checked = looks.flatMap(({ drift }) => (drift ? [drift.checkedMs] : []));
  return {
    DriftStatus: number("DRIFTED") > 0 ? "DRIFTED" : checked.length > 0 ? "IN_SYNC" : NOT_CHECKED,
    ...(detection && { DriftDetectionStatus: detectionStatus(detection, having("FAILED")) }),
    ...(checked.length > 0 && { LastDriftCheckTimestamp: date(Math.max(...checked)) }),
    TotalStackInstancesCount: looks.length,
    DriftedStackInstancesCount: number("DRIFTED"),
    InSyncStackInstancesCount: number("IN_SYNC"),
    InProgressStackInstancesCount: having("PENDING", "RUNNING"),
    FailedStackInstancesCount: having("FAILED"),
  };
}

function detectionStatus(
  { status }: OperationRecord,
  failures: number,
): CloudFormation.StackSetDriftDetectionStatus {
  if (status === "SUCCEEDED") return failures > 0 ? "PARTIAL_SUCCESS" : "COMPLETED";
  return status === "FAILED" || status === "STOPPED" ? status : "IN_PROGRESS";
}

export const summarizeStackSet = (
  set: StackSetRecord,
  drift: CloudFormation.StackSetDriftDetectionDetails,
): CloudFormation.StackSetSummary => ({
  StackSetName: set.name,
  StackSetId: set.id,
  ...(set.description !== undefined && { Description: set.description }),
  Status: set.status,
  PermissionModel: "SELF_MANAGED",
  DriftStatus: drift.DriftStatus,
  ...(drift.LastDriftCheckTimestamp && { LastDriftCheckTimestamp: drift.LastDriftCheckTimestamp }),
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
  DriftStatus: instance.drift?.status ?? NOT_CHECKED,
  ...(instance.drift && { LastDriftCheckTimestamp: date(instance.drift.checkedMs) }),
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
  const results = resultsOf(operation, ctx);
  return {
    ...summarizeOperation(operation),
    StackSetId: operation.setId,
    ...(operation.retainsStacks !== undefined && { RetainStacks: operation.retainsStacks }),
    AdministrationRoleARN: set.administrationRole,
    ExecutionRoleName: set.executionRole,
    ...(operation.action === "DETECT_DRIFT" && {
      StackSetDriftDetectionDetails: detailsOf(results, operation, results),
    }),
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
