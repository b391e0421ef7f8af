import type { Place } from "../../aws/arn-template.ts";
import { AwsError } from "../../core/aws-error.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { type KnownTarget, targetStates } from "../../processes/target-states.ts";
import { containerInstanceRecords } from "./container-instance.ts";
import { invalidParameter } from "./errors.ts";
import type { ServiceRecord } from "./service-record.ts";
import type { TaskRecord } from "./task.ts";
import type { TaskDefinitionRecord } from "./task-definition.ts";

/** A target that a task is, in one of the target groups of its service. */
interface TargetOfTask extends KnownTarget {
  readonly zone: string;
}

const HERE = "127.0.0.1";

/**
 * The targets that a task is: where its containers are reached on this machine. A task in a VPC is a target by its address, another by
 * its container instance.
 */
export function targetsOfTask(
  service: ServiceRecord,
  task: TaskRecord,
  host: ServiceHost,
  place: Place,
): TargetOfTask[] {
  return (service.as.loadBalancers ?? []).flatMap(({ targetGroupArn, containerName, containerPort }) => {
    const bindings = task.containers.find(({ name }) => name === containerName)?.bindings ?? [];
    const port = bindings.find((one) => one.containerPort === containerPort)?.hostPort;
    if (targetGroupArn === undefined || port === undefined) return [];
    const instance =
      task.network || task.containerInstance === undefined
        ? undefined
        : host
            .store(place.account, place.region)
            .collection(containerInstanceRecords)
            .get([task.cluster, task.containerInstance]);
    return [{ group: targetGroupArn, id: instance?.ec2InstanceId ?? HERE, port, zone: task.zone }];
  });
}

/** The target group in which a task has failed its load balancer's checks; undefined while it has not. */
export function failedGroup(
  service: ServiceRecord,
  task: TaskRecord,
  host: ServiceHost,
  place: Place,
): string | undefined {
  const { healthCheckGracePeriodSeconds: graceSeconds = 0 } = service.as;
  if ((task.startedMs ?? Infinity) + graceSeconds * 1000 > host.clock.now()) return undefined;
  const states = targetStates(host);
  return targetsOfTask(service, task, host, place).find((target) => states.of(target) === "unhealthy")?.group;
}

/** Has a task passed the checks of all load balancers that look after it? */
export function isInService(
  service: ServiceRecord,
  task: TaskRecord,
  host: ServiceHost,
  place: Place,
): boolean {
  const states = targetStates(host);
  return targetsOfTask(service, task, host, place).every(
    (target) => (states.of(target) ?? "healthy") === "healthy",
  );
}

/** Has load balancers send to a task, or not any more. Rejects with the first error of theirs. */
export async function tellLoadBalancers(
  operation: "RegisterTargets" | "DeregisterTargets",
  service: ServiceRecord,
  targets: readonly TargetOfTask[],
  host: ServiceHost,
  { account, region }: Place,
): Promise<void> {
  for (const { group: TargetGroupArn, id: Id, port: Port, zone } of targets) {
    const target = operation === "RegisterTargets" ? { Id, Port, AvailabilityZone: zone } : { Id, Port };
    await host.call(
      "elbv2",
      operation,
      { TargetGroupArn, Targets: [target] },
      { account, region, origin: `ecs(service:${service.name})` },
    );
  }
}

/** How long a target group goes on with what is under way with a target that leaves it, in milliseconds. */
export async function drainingMs(
  targets: readonly KnownTarget[],
  host: ServiceHost,
  { account, region }: Place,
): Promise<number> {
  let longestMs = 0;
  for (const { group: TargetGroupArn } of targets) {
    const { Attributes = [] } = await host.call<
      ELB.DescribeTargetGroupAttributesOutput & Record<string, unknown>
    >("elbv2", "DescribeTargetGroupAttributes", { TargetGroupArn }, { account, region });
    const delay = Attributes.find(({ Key }) => Key === "deregistration_delay.timeout_seconds")?.Value;
    longestMs = Math.max(longestMs, Number(delay ?? 0) * 1000);
  }
  return longestMs;
}

/**
 * Can a service's tasks be targets of these load balancers?
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
 * @throws InvalidParameterException
 */
export async function checkLoadBalancers(
  given: readonly ECS.LoadBalancer[] | undefined,
  definition: TaskDefinitionRecord,
  ctx: Context,
): Promise<void> {
  for (const { targetGroupArn, loadBalancerName, containerName, containerPort } of given ?? []) {
    if (loadBalancerName !== undefined || targetGroupArn === undefined)
      throw invalidParameter("Squall serves no classic load balancers: give a targetGroupArn.");
    const container = definition.containers.find(({ name }) => name === containerName);
    if (!container)
      throw invalidParameter(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort))
      throw invalidParameter(
        `The container ${containerName} did not have a container port ${containerPort} defined.`,
      );
    const group = await targetGroupOf(targetGroupArn, ctx);
    if (!group?.LoadBalancerArns?.length)
      throw invalidParameter(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    const wanted = definition.networkMode === "awsvpc" ? "ip" : "instance";
    if (group.TargetType !== wanted)
      throw invalidParameter(
        `The provided target group ${targetGroupArn} has target type ${group.TargetType}, which is incompatible with the ${definition.networkMode ?? "bridge"} network mode specified in the task definition.`,
      );
  }
}

async function targetGroupOf(arn: string, ctx: Context): Promise<ELB.TargetGroup | undefined> {
  const { TargetGroups = [] } = await ctx
    .call<ELB.DescribeTargetGroupsOutput & Record<string, unknown>>("elbv2", "DescribeTargetGroups", {
      TargetGroupArns: [arn],
    })
    .catch((error: unknown): ELB.DescribeTargetGroupsOutput => {
      if (error instanceof AwsError && error.code.startsWith("TargetGroupNotFound")) return {};
      throw error;
    });
  return TargetGroups[0];
}
