import { page, pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { checkContainers, completed } from "./container-definition.ts";
import { clientError, invalidParameter, invalidToken, taskDefinitionNotDescribed } from "./errors.ts";
import { readTags, shownTags } from "./tag-list.ts";
import {
  describeTaskDefinition,
  familyRecords,
  findTaskDefinition,
  saveTaskDefinition,
  type TaskDefinitionRecord,
  taskDefinitionArn,
  taskDefinitionRecords,
} from "./task-definition.ts";

const PAGE_SIZE = 100;
const FAMILY = /^[\w-]{1,255}$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html and its neighbours */
export const taskDefinitions: Handlers<ECS.Operations> = {
  RegisterTaskDefinition(input, ctx) {
    const tags = readTags(input.tags);
    const definition = registered(input, tags, ctx);
    ctx.store.collection(familyRecords).put([definition.family], definition.revision);
    saveTaskDefinition(definition, ctx);
    return {
      taskDefinition: describeTaskDefinition(definition, ctx),
      ...(input.tags && { tags: shownTags(tags) }),
    };
  },

  DescribeTaskDefinition({ taskDefinition, include = [] }, ctx) {
    const definition = findTaskDefinition(taskDefinition, ctx, taskDefinitionNotDescribed);
    return {
      taskDefinition: describeTaskDefinition(definition, ctx),
      tags: include.includes("TAGS") ? shownTags(definition.tags) : [],
    };
  },

  DeregisterTaskDefinition({ taskDefinition }, ctx) {
    if (!/:\d+$/.test(taskDefinition)) throw clientError("Revision is missing.");
    const definition = findTaskDefinition(taskDefinition, ctx, taskDefinitionNotDescribed);
    const inactive: TaskDefinitionRecord = {
      ...definition,
      status: "INACTIVE",
      deregisteredMs: ctx.clock.now(),
    };
    saveTaskDefinition(inactive, ctx);
    return { taskDefinition: describeTaskDefinition(inactive, ctx) };
  },

  DeleteTaskDefinitions({ taskDefinitions: given }, ctx) {
    const deleted: ECS.TaskDefinition[] = [];
    const failures: ECS.Failure[] = [];
    for (const name of given) {
      const definition = tried(() => findTaskDefinition(name, ctx));
      if (!definition) failures.push({ arn: name, reason: "The specified task definition does not exist." });
      else if (definition.status === "ACTIVE")
        failures.push({
          arn: taskDefinitionArn(ctx, definition),
          reason:
            "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
        });
      else {
        // Nothing of ours runs by it: it is gone at once.
        ctx.store.collection(taskDefinitionRecords).delete([definition.family, definition.revision]);
        const gone = {
          ...definition,
          status: "DELETE_IN_PROGRESS",
          deleteRequestedMs: ctx.clock.now(),
        } as const;
        deleted.push(describeTaskDefinition(gone, ctx));
      }
    }
    return { taskDefinitions: deleted, failures };
  },

  ListTaskDefinitions({ nextToken: token, maxResults: size = PAGE_SIZE, ...query }, ctx) {
    const { familyPrefix, status = "ACTIVE", sort = "ASC" } = query;
    const { items, nextToken } = pageOf(ctx.store.collection(taskDefinitionRecords), {
      size: sizeOf(size),
      token,
      query: { of: "task definitions", ...query },
      refuse: invalidToken,
      descending: sort === "DESC",
      ...(familyPrefix !== undefined && { prefix: [familyPrefix] }),
      keep: (definition) => definition.status === status,
    });
    return {
      taskDefinitionArns: items.map((definition) => taskDefinitionArn(ctx, definition)),
      ...(nextToken && { nextToken }),
    };
  },

  ListTaskDefinitionFamilies({ nextToken: token, maxResults: size = PAGE_SIZE, ...query }, ctx) {
    const { familyPrefix = "", status = "ACTIVE" } = query;
    const families = new Map<string, boolean>();
    for (const { family, status: is } of ctx.store.collection(taskDefinitionRecords).values())
      families.set(family, (families.get(family) ?? false) || is === "ACTIVE");
    const wanted = [...families].filter(
      ([family, isActive]) =>
        family.startsWith(familyPrefix) && (status === "ALL" || isActive === (status === "ACTIVE")),
    );
    const { items, nextToken } = page(wanted, ([family]) => [family], {
      size: sizeOf(size),
      token,
      query: { of: "families", ...query },
      refuse: invalidToken,
    });
    return { families: items.map(([family]) => family), ...(nextToken && { nextToken }) };
  },
};

/** @throws InvalidParameterException */
export function sizeOf(size: number): number {
  if (size < 1 || size > 100) throw invalidParameter("maxResults must be between 1 and 100.");
  return size;
}

const tried = <T>(find: () => T): T | undefined => {
  try {
    return find();
  } catch {
    return undefined;
  }
};

/** The next revision of a family. @throws ClientException */
function registered(
  input: ECS.RegisterTaskDefinitionRequest,
  tags: Record<string, string>,
  ctx: Context,
): TaskDefinitionRecord {
  const { family, requiresCompatibilities = [], networkMode, cpu, memory } = input;
  if (!FAMILY.test(family))
    throw clientError(
      "Family contains invalid characters. Up to 255 letters (uppercase and lowercase), numbers, hyphens, and underscores are allowed.",
    );
  const isFargate = requiresCompatibilities.includes("FARGATE");
  if (isFargate) checkFargate(input);
  checkContainers(input.containerDefinitions, { isFargate, memory });
  const revision = (ctx.store.collection(familyRecords).get([family]) ?? 0) + 1;
  const { pidMode, ipcMode, proxyConfiguration, ephemeralStorage, runtimePlatform } = input;
  const { enableFaultInjection, inferenceAccelerators } = input;
  return {
    family,
    revision,
    status: "ACTIVE",
    registeredMs: ctx.clock.now(),
    registeredBy: ctx.caller.arn,
    containers: input.containerDefinitions.map((container) => completed(container, networkMode === "awsvpc")),
    ...(networkMode !== undefined && { networkMode }),
    ...(input.taskRoleArn !== undefined && { taskRoleArn: input.taskRoleArn }),
    ...(input.executionRoleArn !== undefined && { executionRoleArn: input.executionRoleArn }),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    requiresCompatibilities,
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    as: {
      ...(pidMode !== undefined && { pidMode }),
      ...(ipcMode !== undefined && { ipcMode }),
      ...(proxyConfiguration !== undefined && { proxyConfiguration }),
      ...(ephemeralStorage !== undefined && { ephemeralStorage }),
      ...(runtimePlatform !== undefined && { runtimePlatform }),
      ...(enableFaultInjection !== undefined && { enableFaultInjection }),
      ...(inferenceAccelerators !== undefined && { inferenceAccelerators }),
    },
    tags,
  };
}

/** CPU units of Fargate and the memory (MiB) that goes with them. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const FARGATE_SIZES: Readonly<Record<string, readonly [least: number, most: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
  8192: [16_384, 61_440, 4096],
  16384: [32_768, 122_880, 8192],
};

/** @throws ClientException */
function checkFargate(input: ECS.RegisterTaskDefinitionRequest): void {
  const { networkMode, cpu, memory, executionRoleArn, containerDefinitions } = input;
  if (networkMode !== "awsvpc") throw clientError("Fargate only supports network mode ‘awsvpc’.");
  if (cpu === undefined) throw clientError("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientError("Fargate requires that 'memory' be defined at the task level.");
  const [least = 0, most = 0, step = 1] = FARGATE_SIZES[unitsOf(cpu)] ?? [];
  const mib = mibOf(memory);
  const isSmallest = unitsOf(cpu) === 256 && mib === 512;
  if (!isSmallest && (mib < least || mib > most || mib % step !== 0))
    throw clientError("No Fargate configuration exists for given values.");
  const logs = containerDefinitions.some(({ logConfiguration }) => logConfiguration?.logDriver === "awslogs");
  if (logs && executionRoleArn === undefined)
    throw clientError(
      "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    );
}

/** `256`, `.25 vCPU`, `1vcpu` */
const unitsOf = (cpu: string): number => (/vcpu/i.test(cpu) ? Number.parseFloat(cpu) * 1024 : Number(cpu));

/** `512`, `0.5 GB`, `1gb` */
const mibOf = (memory: string): number =>
  /gb/i.test(memory) ? Number.parseFloat(memory) * 1024 : Number(memory);
