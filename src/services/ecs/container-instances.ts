import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { findCluster } from "./cluster.ts";
import {
  type ContainerInstanceRecord,
  containerInstanceRecords,
  describeInstance,
  findInstance,
  instancesOf,
  saveInstance,
} from "./container-instance.ts";
import { clientError, invalidParameter, invalidToken } from "./errors.ts";
import { ecsArn, lastOf } from "./ids.ts";
import type { ServiceScheduler } from "./service-scheduler.ts";
import { isStopped, tasksOf } from "./task.ts";
import { sizeOf } from "./task-definitions.ts";

const PAGE_SIZE = 100;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeContainerInstances.html and its neighbours */
export const containerInstances = (scheduler: ServiceScheduler): Handlers<ECS.Operations> => ({
  DescribeContainerInstances({ cluster: given, containerInstances: names, include = [] }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    return eachInstance(cluster, names, ctx, (instance) => instance, include.includes("TAGS"));
  },

  ListContainerInstances({ nextToken: token, maxResults: size = PAGE_SIZE, ...query }, ctx) {
    const { name: cluster } = findCluster(query.cluster, ctx);
    if (query.filter !== undefined)
      throw invalidParameter("Squall does not serve filters of the cluster query language.");
    const wanted = instancesOf(cluster, ctx.store).filter(
      ({ status }) => query.status === undefined || status === query.status,
    );
    const { items, nextToken } = page(wanted, ({ id }) => [id], {
      size: sizeOf(size),
      token,
      query: { of: "container instances", ...query },
      refuse: invalidToken,
    });
    return {
      containerInstanceArns: items.map(({ id }) => ecsArn(ctx, "container-instance", cluster, id)),
      ...(nextToken && { nextToken }),
    };
  },

  UpdateContainerInstancesState({ cluster: given, containerInstances: names, status }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    const isDraining = status === "DRAINING";
    if (!isDraining && status !== "ACTIVE")
      throw invalidParameter("Container instance status must be ACTIVE or DRAINING.");
    const answer = eachInstance(
      cluster,
      names,
      ctx,
      (instance) => {
        const changed: ContainerInstanceRecord = {
          ...instance,
          status: isDraining ? "DRAINING" : "ACTIVE",
          version: instance.version + 1,
        };
        saveInstance(changed, ctx.store);
        return changed;
      },
      true,
    );
    scheduler.lookAtAll(ctx, cluster);
    return answer;
  },

  DeregisterContainerInstance({ cluster: given, containerInstance: name, force = false }, ctx) {
    const { name: cluster } = findCluster(given, ctx);
    const instance = findInstance(cluster, name, ctx.store);
    if (!instance) throw clientError("Container instance not found.");
    const tasks = tasksOf(cluster, ctx.store, ctx.clock.now());
    const isBusy = tasks.some((task) => task.containerInstance === instance.id && !isStopped(task));
    if (isBusy && !force)
      throw invalidParameter(
        "Found running tasks on the instance. Use force to deregister the container instance.",
      );
    const shown = { ...describeInstance(instance, tasks, ctx, true), status: "INACTIVE" };
    ctx.store.collection(containerInstanceRecords).delete([cluster, instance.id]);
    scheduler.lookAtAll(ctx, cluster);
    return { containerInstance: shown };
  },
});

function eachInstance(
  cluster: string,
  names: readonly string[],
  ctx: Context,
  each: (instance: ContainerInstanceRecord) => ContainerInstanceRecord,
  withTags: boolean,
): { containerInstances: ECS.ContainerInstance[]; failures: ECS.Failure[] } {
  const tasks = tasksOf(cluster, ctx.store, ctx.clock.now());
  const found: ECS.ContainerInstance[] = [];
  const failures: ECS.Failure[] = [];
  for (const name of names) {
    const instance = findInstance(cluster, name, ctx.store);
    if (instance) found.push(describeInstance(each(instance), tasks, ctx, withTags));
    else failures.push({ arn: ecsArn(ctx, "container-instance", cluster, lastOf(name)), reason: "MISSING" });
  }
  return { containerInstances: found, failures };
}
