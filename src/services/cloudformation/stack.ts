import { makeArn, parseArn } from "../../core/arn.ts";
import type { Caller } from "../../core/call.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { stackDoesNotExist, stackMissing } from "./errors.ts";
import type { Value, Values } from "./sam/value.ts";
import type { ParameterValues } from "./template/parameters.ts";

/** What a stack is made of: everything that an update can change, and a rollback brings back. */
export interface Blueprint {
  /** The template as it was given. */
  readonly body: string;
  /** The template after its transforms; absent when it has none. */
  readonly processed?: Values;
  readonly parameters: ParameterValues;
  readonly capabilities: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly notificationArns: readonly string[];
  readonly roleArn?: string;
  readonly rollbackConfiguration?: object;
}

/** Names of StackStatus. */
export type StackStatus = string;

export type OnFailure = "ROLLBACK" | "DELETE" | "DO_NOTHING";

/** What is being done to a stack. It is kept until it is over, so that another process can go on with it. */
export interface Operation {
  readonly id: string;
  readonly kind: "create" | "update" | "delete";
  readonly phase: "deploy" | "cleanup" | "rollback" | "rollback-cleanup" | "delete";
  /** What it leads to. */
  readonly to?: Blueprint;
  readonly onFailure: OnFailure;
  readonly retain: readonly string[];
  /** Resources that a rollback leaves as they are. */
  readonly skip?: readonly string[];
  /** Delete what fails to be deleted only from the stack. */
  readonly force?: boolean;
  readonly retainExceptOnCreate?: boolean;
  /** Existing resources to import: physical ids by logical ids. */
  readonly imports?: Readonly<Record<string, string>>;
  /** What has drifted, as it is now: to be brought back. */
  readonly reverts?: Readonly<Record<string, Values>>;
  /** Resources that are gone, to be made again. */
  readonly remakes?: readonly string[];
  /** The change sets of nested stacks, by logical id: a nested stack that has none stays as it is. */
  readonly nested?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly reason?: string;
  /** Why it is to fail, if somebody has asked for that. */
  readonly cancelled?: string;
  readonly policyDuringUpdate?: string;
  /** Who asked for it, and by which call. */
  readonly caller: Caller;
  readonly parentId?: string;
  readonly deadlineMs?: number;
}

export interface StackOutput {
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** A stack as it is kept, by its ARN. */
export interface StackRecord {
  readonly id: string;
  readonly name: string;
  readonly status: StackStatus;
  readonly reason?: string;
  readonly createdMs: number;
  readonly updatedMs?: number;
  readonly deletedMs?: number;
  /** When its resources began to be deleted: with the stack, or because its creation failed. */
  readonly deletingMs?: number;
  readonly changeSetId?: string;
  readonly blueprint: Blueprint;
  readonly outputs: Readonly<Record<string, StackOutput>>;
  readonly imports: readonly string[];
  readonly disableRollback: boolean;
  readonly timeoutMinutes?: number;
  readonly isProtected: boolean;
  readonly policy?: string;
  readonly parentId?: string;
  readonly rootId?: string;
  readonly operation?: Operation;
  /** The one before, when none is under way. */
  readonly lastOperation?: Pick<Operation, "id" | "kind">;
  readonly retainExceptOnCreate?: boolean;
  readonly drift?: { readonly status: string; readonly checkedMs: number };
  /** How many events it had when they were still counted here (see eventCounts). */
  readonly events: number;
}

/** A resource's state in a stack, before or after a change. */
export interface ResourceState {
  readonly type: string;
  readonly physicalId?: string;
  /** With all functions evaluated; dynamic references stand as they are written. */
  readonly properties: Values;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  readonly metadata?: Value;
  /** The stack's own tags, as the resource has them beside its own. */
  readonly stackTags?: Readonly<Record<string, string>>;
  readonly dependsOn: readonly string[];
  /** Recorded as made although no service has it (`--cloudformation-unsupported skip`). */
  readonly isSkipped?: boolean;
}

/** What a look has shown of a resource: whether it is as its template says. */
export interface ResourceDrift {
  readonly status: string;
  readonly checkedMs: number;
  readonly expected?: Values;
  readonly actual?: Values;
  readonly reason?: string;
}

/** A resource of a stack as it is kept, by the stack's ARN and its logical id. */
export interface ResourceRecord extends ResourceState {
  readonly stackId: string;
  readonly logicalId: string;
  readonly status: string;
  readonly reason?: string;
  readonly atMs: number;
  /** The end of the names that are made for it; another one for each replacement. */
  readonly suffix: string;
  /** The operation that has brought it to where it is. */
  readonly operationId?: string;
  /** While an update runs: what it was before. `new`: it was not there. */
  readonly before?: ResourceState | "new";
  readonly isReplacement?: boolean;
  readonly drift?: ResourceDrift;
}

export interface StackEventRecord {
  readonly eventId: string;
  readonly logicalId: string;
  readonly physicalId?: string;
  readonly type: string;
  readonly atMs: number;
  readonly status: string;
  readonly reason?: string;
  readonly properties?: string;
  readonly token?: string;
  readonly operationId?: string;
}

/** Key: [id]. */
export const stackRecords = defineCollection<StackRecord>({
  name: "stacks",
  indexes: {
    // Of one name only one stack is not deleted.
    name: ({ name, deletedMs }) => (deletedMs === undefined ? [name] : undefined),
    active: ({ id, operation }) => (operation ? [id] : undefined),
    parent: ({ id, parentId }) => (parentId ? [parentId, id] : undefined),
  },
});

/** Key: [stack's id, logical id]. */
export const resourceRecords = defineCollection<ResourceRecord>({
  name: "stack-resources",
  indexes: {
    physical: ({ physicalId, stackId, logicalId }) =>
      physicalId ? [physicalId, stackId, logicalId] : undefined,
  },
});

/** Key: [stack's id, number]. */
export const eventRecords = defineCollection<StackEventRecord>({ name: "stack-events" });

/** How many events a stack has had: the next one's number. Key: [stack's id]. */
export const eventCounts = defineCollection<{ readonly events: number }>({ name: "stack-event-counts" });

/** What stacks export. Key: [name]. */
export interface ExportRecord {
  readonly name: string;
  readonly value: string;
  readonly stackId: string;
}

export const exportRecords = defineCollection<ExportRecord>({ name: "exports" });

interface Where {
  readonly store: Store;
}

export const stackArn = (place: { account: string; region: string }, name: string, id: string): string =>
  makeArn("cloudformation", place.region, place.account, `stack/${name}/${id}`);

/** The stack of a name (that is not deleted) or an ARN. */
export function lookUpStack(nameOrId: string, { store }: Where): StackRecord | undefined {
  const stacks = store.collection(stackRecords);
  const resource = parseArn(nameOrId)?.resource;
  if (resource !== undefined) return stacks.get([nameOrId]);
  return stacks.by("name").first({ prefix: [nameOrId] });
}

/** @throws ValidationError in the words of DescribeStacks */
export function findStack(nameOrId: string, where: Where): StackRecord {
  const stack = lookUpStack(nameOrId, where);
  if (!stack) throw stackDoesNotExist(nameOrId);
  return stack;
}

/** @throws ValidationError in the words of most other operations */
export function stackOf(nameOrId: string, where: Where): StackRecord {
  const stack = lookUpStack(nameOrId, where);
  if (!stack) throw stackMissing(nameOrId);
  return stack;
}

export function saveStack(stack: StackRecord, { store }: Where): void {
  store.collection(stackRecords).put([stack.id], stack);
}

export const resourcesOf = (stackId: string, { store }: Where): ResourceRecord[] => [
  ...store.collection(resourceRecords).values({ prefix: [stackId] }),
];

/** The ids of a stack's nested ones, and theirs. */
export const nestedStacks = (stackId: string, { store }: Where): StackRecord[] => [
  ...store
    .collection(stackRecords)
    .by("parent")
    .values({ prefix: [stackId] }),
];
