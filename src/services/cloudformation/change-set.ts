import { stateOf, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
import { changeSetNotFound, stackMissing, validationError } from "./errors.ts";
import { changeSetLifecycle } from "./lifecycles.ts";
import type { PlannedChange } from "./plan.ts";
import type { Values } from "./sam/value.ts";
import { type Blueprint, lookUpStack, type StackRecord } from "./stack.ts";

/** A change set as it is kept, by its ARN. */
export interface ChangeSetRecord {
  readonly id: string;
  readonly name: string;
  readonly stackId: string;
  readonly stackName: string;
  readonly type: "CREATE" | "UPDATE" | "IMPORT";
  readonly description?: string;
  readonly createdMs: number;
  readonly status: string;
  readonly reason?: string;
  readonly executionStatus: string;
  readonly blueprint: Blueprint;
  readonly changes: readonly PlannedChange[];
  readonly imports: Readonly<Record<string, string>>;
  readonly includesNested: boolean;
  /** Of a nested stack's: the change set around it, the outermost one, and which resource of the stack around it that stack is. */
  readonly parentId?: string;
  readonly rootId?: string;
  readonly logicalId?: string;
  /** What has drifted, as it is now: to be brought back. */
  readonly reverts?: Readonly<Record<string, Values>>;
  /** Resources that are gone, to be made again. */
  readonly remakes?: readonly string[];
  readonly onStackFailure?: string;
  readonly transition?: Transition<"CREATE_IN_PROGRESS"> | undefined;
}

export const changeSetStatus = ({ status, transition }: ChangeSetRecord, { host }: Pick<Context, "host">) =>
  stateOf(changeSetLifecycle, transition, status, host) as CloudFormation.ChangeSetStatus;

/** One that is executed is as far as its stack is. */
export function executionStatusOf(
  changeSet: ChangeSetRecord,
  stack: StackRecord,
  ctx: Context,
): CloudFormation.ExecutionStatus {
  const status = changeSet.executionStatus as CloudFormation.ExecutionStatus;
  if (changeSetStatus(changeSet, ctx) !== changeSet.status) return "UNAVAILABLE";
  // Somebody has created the stack without it.
  if (status === "AVAILABLE" && changeSet.type === "CREATE" && stack.status !== "REVIEW_IN_PROGRESS")
    return "OBSOLETE";
  if (status !== "EXECUTE_IN_PROGRESS" || stack.operation) return status;
  return /ROLLBACK|FAILED/.test(stack.status) ? "EXECUTE_FAILED" : "EXECUTE_COMPLETE";
}

/** Key: [id]. */
export const changeSetRecords = defineCollection<ChangeSetRecord>({
  name: "change-sets",
  indexes: {
    stack: ({ stackId, name }) => [stackId, name],
    parent: ({ parentId, id }) => (parentId ? [parentId, id] : undefined),
  },
});

export const changeSetArn = (ctx: Context, name: string): string =>
  makeArn("cloudformation", ctx.region, ctx.account, `changeSet/${name}/${ctx.random.uuid()}`);

/** By its ARN, or by its name and its stack's. @throws ChangeSetNotFoundException */
export function findChangeSet(
  nameOrId: string,
  stackName: string | undefined,
  ctx: Context,
): { changeSet: ChangeSetRecord; stack: StackRecord } {
  const found = lookUpChangeSet(nameOrId, stackName, ctx);
  if (!found) throw changeSetNotFound(nameOrId);
  const stack = lookUpStack(found.stackId, ctx);
  if (!stack) throw stackMissing(found.stackName);
  return { changeSet: found, stack };
}

export function lookUpChangeSet(
  nameOrId: string,
  stackName: string | undefined,
  ctx: Context,
): ChangeSetRecord | undefined {
  const changeSets = ctx.store.collection(changeSetRecords);
  if (nameOrId.startsWith("arn:")) return changeSets.get([nameOrId]);
  if (stackName === undefined)
    throw validationError("StackName must be specified if ChangeSetName is not specified as an ARN.");
  const stack = lookUpStack(stackName, ctx);
  if (!stack) throw stackMissing(stackName);
  return changeSets.by("stack").first({ prefix: [stack.id, nameOrId] });
}
