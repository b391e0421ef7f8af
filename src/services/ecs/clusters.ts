import { pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import {
  type ClusterRecord,
  type Counts,
  clusterArn,
  clusterName,
  clusterRecords,
  DEFAULT_CLUSTER,
  describeCluster,
  findCluster,
  saveCluster,
} from "./cluster.ts";
import { containerInstanceRecords, instancesOf } from "./container-instance.ts";
import { clusterHasServices, clusterHasTasks, invalidParameter, invalidToken } from "./errors.ts";
import { serviceRecords } from "./service-record.ts";
import { readTags, shownTags } from "./tag-list.ts";
import { isStopped, isWanted, tasksOf } from "./task.ts";
import { sizeOf } from "./task-definitions.ts";

const PAGE_SIZE = 100;
const NAME = /^[a-zA-Z0-9][\w-]{0,254}$/;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html and its neighbours */
export const clusters: Handlers<ECS.Operations> = {
  CreateCluster(input, ctx) {
    const { clusterName: name = DEFAULT_CLUSTER, settings, configuration, serviceConnectDefaults } = input;
    if (!NAME.test(name)) throw invalidParameter(`Invalid cluster name: ${name}.`);
    const tags = readTags(input.tags);
    // Of a cluster that is there its description is the answer.
    const known = ctx.store.collection(clusterRecords).get([name]);
    if (known)
      return {
        cluster: { ...describeCluster(known, countsOf(name, ctx), ctx), tags: shownTags(known.tags) },
      };
    const cluster: ClusterRecord = {
      name,
      createdMs: ctx.clock.now(),
      settings: settings ?? NO_INSIGHTS,
      ...(configuration && { configuration }),
      ...(serviceConnectDefaults && { serviceConnectDefaults }),
      capacityProviders: input.capacityProviders ?? [],
      defaultCapacityProviderStrategy: strategyOf(input.defaultCapacityProviderStrategy),
      tags,
    };
    saveCluster(cluster, ctx);
    return { cluster: { ...describeCluster(cluster, NOTHING, ctx), tags: shownTags(tags) } };
  },

  DescribeClusters({ clusters: names = [DEFAULT_CLUSTER], include = [] }, ctx) {
    const found: ECS.Cluster[] = [];
    const failures: ECS.Failure[] = [];
    for (const given of new Set(names)) {
      const name = clusterName(given);
      const cluster = ctx.store.collection(clusterRecords).get([name]);
      if (!cluster) {
        failures.push({ arn: clusterArn(ctx, name), reason: "MISSING" });
        continue;
      }
      found.push({
        ...describeCluster(cluster, countsOf(name, ctx), ctx),
        settings: include.includes("SETTINGS") ? [...cluster.settings] : [],
        ...(include.includes("TAGS") && { tags: shownTags(cluster.tags) }),
      });
    }
    return { clusters: found, failures };
  },

  ListClusters({ nextToken: token, maxResults: size = PAGE_SIZE }, ctx) {
    const { items, nextToken } = pageOf(ctx.store.collection(clusterRecords), {
      size: sizeOf(size),
      token,
      query: "clusters",
      refuse: invalidToken,
    });
    return {
      clusterArns: items.map(({ name }) => clusterArn(ctx, name)),
      ...(nextToken && { nextToken }),
    };
  },

  UpdateCluster({ cluster: given, settings, configuration, serviceConnectDefaults }, ctx) {
    const before = findCluster(given, ctx);
    const cluster: ClusterRecord = {
      ...before,
      settings: settings ?? before.settings,
      ...(configuration && { configuration }),
      ...(serviceConnectDefaults && { serviceConnectDefaults }),
    };
    saveCluster(cluster, ctx);
    return { cluster: describeCluster(cluster, countsOf(cluster.name, ctx), ctx) };
  },

  UpdateClusterSettings({ cluster: given, settings }, ctx) {
    const cluster: ClusterRecord = { ...findCluster(given, ctx), settings };
    saveCluster(cluster, ctx);
    return { cluster: describeCluster(cluster, countsOf(cluster.name, ctx), ctx) };
  },

  PutClusterCapacityProviders(input, ctx) {
    const cluster: ClusterRecord = {
      ...findCluster(input.cluster, ctx),
      capacityProviders: input.capacityProviders,
      defaultCapacityProviderStrategy: strategyOf(input.defaultCapacityProviderStrategy),
    };
    saveCluster(cluster, ctx);
    return { cluster: describeCluster(cluster, countsOf(cluster.name, ctx), ctx) };
  },

  DeleteCluster({ cluster: given }, ctx) {
    const cluster = findCluster(given, ctx);
    const counts = countsOf(cluster.name, ctx);
    if (counts.services > 0) throw clusterHasServices();
    if (counts.running + counts.pending > 0) throw clusterHasTasks();
    ctx.store.collection(clusterRecords).delete([cluster.name]);
    // Squall has registered them by itself: they go with it.
    for (const { id } of instancesOf(cluster.name, ctx.store))
      ctx.store.collection(containerInstanceRecords).delete([cluster.name, id]);
    return { cluster: { ...describeCluster(cluster, NOTHING, ctx), status: "INACTIVE" } };
  },
};

const NO_INSIGHTS = [{ name: "containerInsights", value: "disabled" }] as const;
const NOTHING: Counts = { running: 0, pending: 0, services: 0, instances: 0 };

const strategyOf = (given: readonly ECS.CapacityProviderStrategyItem[] = []) =>
  given.map((item) => ({ weight: 0, base: 0, ...item }));

/** The cluster `default` is there as soon as somebody runs something in it. */
export function ensureDefault(ctx: Pick<Context, "store" | "clock">): void {
  if (ctx.store.collection(clusterRecords).has([DEFAULT_CLUSTER])) return;
  saveCluster(
    {
      name: DEFAULT_CLUSTER,
      createdMs: ctx.clock.now(),
      settings: NO_INSIGHTS,
      capacityProviders: [],
      defaultCapacityProviderStrategy: [],
      tags: {},
    },
    ctx,
  );
}

function countsOf(cluster: string, { store, clock }: Context): Counts {
  const tasks = tasksOf(cluster, store, clock.now()).filter((task) => !isStopped(task));
  const services = [...store.collection(serviceRecords).values({ prefix: [cluster] })];
  return {
    running: tasks.filter(({ status }) => status === "RUNNING").length,
    pending: tasks.filter((task) => task.status !== "RUNNING" && isWanted(task)).length,
    services: services.filter(({ status }) => status === "ACTIVE").length,
    instances: instancesOf(cluster, store).length,
  };
}
