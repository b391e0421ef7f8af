import { makeArn } from "../../../core/arn.ts";
import type { Caller } from "../../../core/call.ts";
import { defineCollection, type Store } from "../../../core/storage.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { stackSetNotFound } from "./errors.ts";

export type Overrides = Readonly<Record<string, string>>;

/** A stack set as it is kept, by its id (`name:uuid`). */
export interface StackSetRecord {
  readonly id: string;
  readonly name: string;
  readonly status: "ACTIVE" | "DELETED";
  readonly description?: string;
  readonly body: string;
  readonly parameters: Overrides;
  readonly capabilities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly administrationRole: string;
  readonly executionRole: string;
  readonly isManagedExecution?: boolean;
}

/** How far a stack was from its template when that was last looked at. */
export interface InstanceDrift {
  readonly status: CloudFormation.StackDriftStatus;
  readonly checkedMs: number;
}

/** A stack of a stack set, there or to be there. */
export interface InstanceRecord {
  readonly setId: string;
  readonly account: string;
  readonly region: string;
  readonly stackName: string;
  readonly stackId?: string;
  readonly overrides: Overrides;
  readonly status: CloudFormation.StackInstanceStatus;
  readonly detail: CloudFormation.StackInstanceDetailedStatus;
  readonly reason?: string;
  readonly operationId: string;
  readonly drift?: InstanceDrift;
}

/** An operation on a stack set's instances. It is kept, so that another process can go on with it. */
export interface OperationRecord {
  readonly id: string;
  readonly setId: string;
  readonly number: number;
  readonly action: "CREATE" | "UPDATE" | "DELETE" | "DETECT_DRIFT";
  /** Its stacks are there already, and are taken as they are. */
  readonly imports?: boolean;
  readonly status: CloudFormation.StackSetOperationStatus;
  readonly preferences: CloudFormation.StackSetOperationPreferences;
  readonly retainsStacks?: boolean;
  readonly createdMs: number;
  readonly endedMs?: number;
  readonly caller: Caller;
  readonly parentId?: string;
}

/** What an operation does with one instance. `order` is that in which it is done. */
export interface ResultRecord {
  readonly setId: string;
  readonly operationId: string;
  readonly order: number;
  readonly account: string;
  readonly region: string;
  readonly status: CloudFormation.StackSetOperationResultStatus;
  readonly reason?: string;
  /** What the account's gate has said. */
  readonly gate?: CloudFormation.AccountGateResult;
  /** Of the stack, and of its resources, when that was what was asked. */
  readonly drift?: InstanceDrift;
  readonly drifts?: readonly ResourceDriftSummary[];
}

export type ResourceDriftSummary = Omit<CloudFormation.StackInstanceResourceDriftsSummary, "Timestamp"> & {
  readonly checkedMs: number;
};

export const stackSetRecords = defineCollection<StackSetRecord>({
  name: "stack-sets",
  indexes: { name: ({ name, status }) => (status === "ACTIVE" ? [name] : undefined) },
});

/** Key: [stack set's id, account, region]. */
export const instanceRecords = defineCollection<InstanceRecord>({ name: "stack-set-instances" });

/** Key: [stack set's id, operation's id]. */
export const operationRecords = defineCollection<OperationRecord>({
  name: "stack-set-operations",
  indexes: { active: ({ setId, id, endedMs }) => (endedMs === undefined ? [setId, id] : undefined) },
});

/** Key: [stack set's id, operation's id, order]. */
export const resultRecords = defineCollection<ResultRecord>({ name: "stack-set-results" });

interface Where {
  readonly store: Store;
  readonly account: string;
  readonly region: string;
}

export const stackSetArn = ({ account, region }: Pick<Where, "account" | "region">, id: string): string =>
  makeArn("cloudformation", region, account, `stackset/${id}`);

/** The stack set of a name, an id or an ARN. @throws StackSetNotFoundException */
export function findStackSet(nameOrId: string, { store }: Pick<Where, "store">): StackSetRecord {
  const id = nameOrId.split(":stackset/").at(-1) ?? nameOrId;
  const sets = store.collection(stackSetRecords);
  const found = id.includes(":") ? sets.get([id]) : sets.by("name").first({ prefix: [id] });
  if (!found) throw stackSetNotFound(nameOrId);
  return found;
}

/** One that is not deleted. @throws StackSetNotFoundException */
export function activeStackSet(nameOrId: string, where: Pick<Where, "store">): StackSetRecord {
  const found = findStackSet(nameOrId, where);
  if (found.status !== "ACTIVE") throw stackSetNotFound(nameOrId);
  return found;
}

export const parametersOf = (values: Overrides): CloudFormation.Parameters =>
  Object.entries(values).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }));

/** What a call says of parameters, over what was said before. */
export const valuesOf = (parameters: CloudFormation.Parameters | undefined, before: Overrides): Overrides =>
  Object.fromEntries(
    (parameters ?? []).flatMap(({ ParameterKey: key, ParameterValue: value, UsePreviousValue }) => {
      const is = UsePreviousValue ? before[key ?? ""] : value;
      return key === undefined || is === undefined ? [] : [[key, is]];
    }),
  );
