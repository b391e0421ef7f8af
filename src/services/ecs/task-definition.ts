import type { Place } from "../../aws/arn-template.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { taskDefinitionNotFound } from "./errors.ts";
import { ecsArn, lastOf } from "./ids.ts";

/** A revision of a task definition as it is kept, by its family and number. */
export interface TaskDefinitionRecord {
  readonly family: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  readonly registeredMs: number;
  readonly registeredBy: string;
  readonly deregisteredMs?: number;
  readonly deleteRequestedMs?: number;
  readonly containers: readonly ECS.ContainerDefinition[];
  readonly networkMode?: ECS.NetworkMode;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly cpu?: string;
  readonly memory?: string;
  readonly requiresCompatibilities: readonly ECS.Compatibility[];
  readonly volumes: readonly ECS.Volume[];
  readonly placementConstraints: readonly ECS.TaskDefinitionPlacementConstraint[];
  /** What is kept and shown as it was given. */
  readonly as: Partial<
    Pick<
      ECS.TaskDefinition,
      | "pidMode"
      | "ipcMode"
      | "proxyConfiguration"
      | "ephemeralStorage"
      | "runtimePlatform"
      | "enableFaultInjection"
      | "inferenceAccelerators"
    >
  >;
  readonly tags: Readonly<Record<string, string>>;
}

export const taskDefinitionRecords = defineCollection<TaskDefinitionRecord>({ name: "task-definitions" });

/** The number of the newest revision of each family: deleted revisions are not given again. */
export const familyRecords = defineCollection<number>({ name: "families" });

export const taskDefinitionArn = (place: Place, { family, revision }: { family: string; revision: number }) =>
  ecsArn(place, "task-definition", `${family}:${revision}`);

/** A revision by its ARN; undefined when it has been deleted. */
export function knownTaskDefinition(arn: string, store: Store): TaskDefinitionRecord | undefined {
  const [family = "", revision] = lastOf(arn).split(":");
  return store.collection(taskDefinitionRecords).get([family, Number(revision)]);
}

/**
 * A revision by `family`, `family:revision` or an ARN; of a family alone the newest that is active.
 * @param refuse the error when there is none. Default: ClientException "TaskDefinition not found."
 */
export function findTaskDefinition(
  given: string,
  { store }: Pick<Context, "store">,
  refuse: () => Error = taskDefinitionNotFound,
): TaskDefinitionRecord {
  const definitions = store.collection(taskDefinitionRecords);
  const [family = "", revision] = lastOf(given).split(":");
  if (revision !== undefined) {
    const isNumber = /^\d{1,15}$/.test(revision);
    const definition = isNumber ? definitions.get([family, Number(revision)]) : undefined;
    if (!definition) throw refuse();
    return definition;
  }
  for (const definition of definitions.values({ prefix: [family], reverse: true }))
    if (definition.status === "ACTIVE") return definition;
  throw refuse();
}

export const saveTaskDefinition = (
  definition: TaskDefinitionRecord,
  { store }: Pick<Context, "store">,
): void => store.collection(taskDefinitionRecords).put([definition.family, definition.revision], definition);

export function describeTaskDefinition(definition: TaskDefinitionRecord, place: Place): ECS.TaskDefinition {
  const { family, revision, containers, requiresCompatibilities, networkMode, volumes } = definition;
  return {
    taskDefinitionArn: taskDefinitionArn(place, definition),
    containerDefinitions: containers.map((container) => ({ ...container })),
    family,
    revision,
    ...(definition.taskRoleArn !== undefined && { taskRoleArn: definition.taskRoleArn }),
    ...(definition.executionRoleArn !== undefined && { executionRoleArn: definition.executionRoleArn }),
    ...(networkMode !== undefined && { networkMode }),
    volumes: [...volumes],
    status: definition.status,
    placementConstraints: [...definition.placementConstraints],
    compatibilities: compatibilitiesOf(definition),
    ...(requiresCompatibilities.length > 0 && { requiresCompatibilities: [...requiresCompatibilities] }),
    ...(definition.cpu !== undefined && { cpu: definition.cpu }),
    ...(definition.memory !== undefined && { memory: definition.memory }),
    ...definition.as,
    registeredAt: new Date(definition.registeredMs),
    registeredBy: definition.registeredBy,
    ...(definition.deregisteredMs !== undefined && { deregisteredAt: new Date(definition.deregisteredMs) }),
    ...(definition.deleteRequestedMs !== undefined && {
      deleteRequestedAt: new Date(definition.deleteRequestedMs),
    }),
  };
}

/** Where its tasks could run: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html */
const compatibilitiesOf = ({ networkMode, cpu, memory }: TaskDefinitionRecord): ECS.Compatibility[] =>
  networkMode === "awsvpc" && cpu !== undefined && memory !== undefined ? ["EC2", "FARGATE"] : ["EC2"];
