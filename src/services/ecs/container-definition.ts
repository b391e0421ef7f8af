import type * as ECS from "../../models/generated/ecs.ts";
import { clientError } from "./errors.ts";

const MOST_PORT = 65_535;

type Definition = ECS.ContainerDefinition;

/** What is wrong with the containers of a definition, in ECS's words. @throws ClientException */
export function checkContainers(
  containers: readonly Definition[],
  { isFargate, memory }: { readonly isFargate: boolean; readonly memory: string | undefined },
): void {
  if (containers.length === 0)
    throw clientError("Task definition must have at least one container definition.");
  const names = new Set<string>();
  for (const container of containers) {
    const { name, image } = container;
    if (!name) throw clientError("Container.name should not be null or empty.");
    if (!/^[\w-]{1,255}$/.test(name))
      throw clientError(
        `Invalid container name: ${name}. Up to 255 letters (uppercase and lowercase), numbers, hyphens, and underscores are allowed.`,
      );
    if (!image) throw clientError("Container.image should not be null or empty.");
    if (names.has(name))
      throw clientError(
        `Invalid 'containerDefinitions' setting for container '${name}': duplicate container name.`,
      );
    names.add(name);
    checkMemory(container, memory !== undefined);
    checkPortNumbers(container);
    if (isFargate) checkPorts(container);
  }
  if (!containers.some(({ essential = true }) => essential))
    throw clientError("At least one container in a task definition must be essential.");
  checkDependencies(containers, names);
}

function checkMemory({ name, memory, memoryReservation }: Definition, taskHasMemory: boolean): void {
  if (memory === undefined && memoryReservation === undefined && !taskHasMemory)
    throw clientError(
      `Invalid setting for container '${name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory)
    throw clientError(
      `Invalid setting for container '${name}'. The 'memoryReservation' value must be less than or equal to the 'memory' value.`,
    );
  if (memory !== undefined && memory < 4)
    throw clientError(`Invalid 'memory' setting for container '${name}'. Memory must be at least 4 MB.`);
}

function checkPortNumbers({ name, portMappings = [] }: Definition): void {
  for (const { containerPort, hostPort } of portMappings)
    for (const port of [containerPort, hostPort])
      if (port !== undefined && (port < 0 || port > MOST_PORT))
        throw clientError(
          `Invalid 'portMappings' setting for container '${name}': port ${port} is not between 0 and ${MOST_PORT}.`,
        );
}

/** With a network interface of its own a task's ports are its containers'. */
function checkPorts({ portMappings = [] }: Definition): void {
  for (const { hostPort, containerPort } of portMappings)
    if (hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort)
      throw clientError(
        "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
      );
}

function checkDependencies(containers: readonly Definition[], names: ReadonlySet<string>): void {
  for (const { name, dependsOn = [] } of containers)
    for (const { containerName } of dependsOn)
      if (!names.has(containerName))
        throw clientError(
          `Container '${name}' depends on '${containerName}', which is not part of the task definition.`,
        );
  if (isCircular(containers)) throw clientError("Container dependencies must not be circular.");
}

/** Those that wait for nobody who is left go, one after the other, along each dependency once: who is left at last waits in a circle. */
function isCircular(containers: readonly Definition[]): boolean {
  const waitsFor = new Map(containers.map(({ name, dependsOn = [] }) => [name, dependsOn.length]));
  const waiters = new Map<string, string[]>();
  for (const { name = "", dependsOn = [] } of containers)
    for (const { containerName } of dependsOn)
      waiters.set(containerName, [...(waiters.get(containerName) ?? []), name]);
  const free = [...waitsFor].filter(([, count]) => count === 0).map(([name]) => name ?? "");
  for (const name of free)
    for (const waiter of waiters.get(name) ?? []) {
      const count = (waitsFor.get(waiter) ?? 0) - 1;
      waitsFor.set(waiter, count);
      if (count === 0) free.push(waiter);
    }
  return free.length < waitsFor.size;
}

/** As ECS shows it: with what was left out filled in. */
export const completed = (container: Definition, isAwsvpc: boolean): Definition => ({
  ...container,
  cpu: container.cpu ?? 0,
  portMappings: (container.portMappings ?? []).map((mapping) => ({
    ...mapping,
    ...(isAwsvpc
      ? { hostPort: mapping.hostPort ?? mapping.containerPort ?? 0 }
      : { hostPort: mapping.hostPort ?? 0 }),
    protocol: mapping.protocol ?? "tcp",
  })),
  essential: container.essential ?? true,
  environment: container.environment ?? [],
  mountPoints: container.mountPoints ?? [],
  volumesFrom: container.volumesFrom ?? [],
  systemControls: container.systemControls ?? [],
});
