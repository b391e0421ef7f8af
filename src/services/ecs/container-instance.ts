import type { Place } from "../../aws/arn-template.ts";
import { threeZonesOf } from "../../aws/regions.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { sure } from "../../core/sure.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { ecsArn, lastOf, newId } from "./ids.ts";
import { shownTags } from "./tag-list.ts";
import { isStopped, type TaskRecord } from "./task.ts";

/** A container instance as it is kept, by its cluster and id. It is a share of this machine: there is no instance behind it. */
export interface ContainerInstanceRecord {
  readonly cluster: string;
  readonly id: string;
  readonly ec2InstanceId: string;
  readonly zone: string;
  readonly status: "ACTIVE" | "DRAINING";
  readonly version: number;
  readonly registeredMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const containerInstanceRecords = defineCollection<ContainerInstanceRecord>({
  name: "container-instances",
});

const CPU = 4096;
const MEMORY = 16_384;

export const instancesOf = (cluster: string, store: Store): ContainerInstanceRecord[] => [
  ...store.collection(containerInstanceRecords).values({ prefix: [cluster] }),
];

export const findInstance = (
  cluster: string,
  given: string,
  store: Store,
): ContainerInstanceRecord | undefined =>
  store.collection(containerInstanceRecords).get([cluster, lastOf(given)]);

/** Where a cluster's tasks of the launch type EC2 run: so many instances are there as soon as one is asked for. */
export function readyInstances(
  cluster: string,
  ctx: Pick<Context, "store" | "random" | "clock" | "region" | "host">,
) {
  const there = instancesOf(cluster, ctx.store);
  const wanted = ctx.host.setting<number>("container-instances");
  for (let n = there.length; n < wanted; n++) {
    const instance: ContainerInstanceRecord = {
      cluster,
      id: newId(ctx.random),
      ec2InstanceId: `i-0${ctx.random.hex(16)}`,
      zone: zoneInTurn(ctx.region, n),
      status: "ACTIVE",
      version: 1,
      registeredMs: ctx.clock.now(),
      tags: {},
    };
    saveInstance(instance, ctx.store);
    there.push(instance);
  }
  return there.filter(({ status }) => status === "ACTIVE");
}

/** The n-th zone of a region, in turn. */
export function zoneInTurn(region: string, n: number): string {
  const zones = threeZonesOf(region);
  return sure(zones[n % zones.length]); // A Region has two at least.
}

export const saveInstance = (instance: ContainerInstanceRecord, store: Store): void =>
  store.collection(containerInstanceRecords).put([instance.cluster, instance.id], instance);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html */
export function describeInstance(
  instance: ContainerInstanceRecord,
  tasks: readonly TaskRecord[],
  place: Place,
  withTags: boolean,
): ECS.ContainerInstance {
  const here = tasks.filter((task) => task.containerInstance === instance.id && !isStopped(task));
  const taken = (of: (task: TaskRecord) => string) =>
    here.reduce((sum, task) => sum + (Number(of(task)) || 0), 0);
  return {
    containerInstanceArn: ecsArn(place, "container-instance", instance.cluster, instance.id),
    ec2InstanceId: instance.ec2InstanceId,
    version: instance.version,
    versionInfo: { agentVersion: "1.99.0" },
    remainingResources: resources(CPU - taken(({ cpu }) => cpu), MEMORY - taken(({ memory }) => memory)),
    registeredResources: resources(CPU, MEMORY),
    status: instance.status,
    agentConnected: true,
    runningTasksCount: here.filter(({ status }) => status === "RUNNING").length,
    pendingTasksCount: here.filter(({ status }) => status === "PENDING" || status === "PROVISIONING").length,
    attributes: [
      { name: "ecs.availability-zone", value: instance.zone },
      { name: "ecs.os-type", value: "linux" },
    ],
    registeredAt: new Date(instance.registeredMs),
    attachments: [],
    tags: withTags ? shownTags(instance.tags) : [],
  };
}

const resources = (cpu: number, memory: number): ECS.Resource[] => [
  { name: "CPU", type: "INTEGER", doubleValue: 0, longValue: 0, integerValue: cpu },
  { name: "MEMORY", type: "INTEGER", doubleValue: 0, longValue: 0, integerValue: memory },
];
