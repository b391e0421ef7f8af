import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { cacheClusters, membersOf } from "./cache-cluster.ts";
import { invalidParameterCombination, invalidParameterValue, nodeQuota, noOperation } from "./errors.ts";
import { zonesFor } from "./new-cache.ts";
import type { ReplicationGroupRecord } from "./replication-group.ts";
import { addMember, available, describe, MOST_NODES, memberId } from "./replication-groups.ts";
import type { Caches } from "./running/caches.ts";

interface Asked {
  readonly NewReplicaCount?: number;
  readonly ReplicaConfiguration?: readonly ElastiCache.ConfigureShard[];
  readonly ApplyImmediately: boolean;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_IncreaseReplicaCount.html and its counterpart */
export const replicaHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  IncreaseReplicaCount(input, ctx) {
    const group = available(input.ReplicationGroupId, ctx);
    const members = membersOf(group.id, ctx.store);
    const wanted = countOf(input, members.length - 1);
    if (wanted < members.length - 1)
      throw invalidParameterValue("The new replica count must be greater than the current one.");
    if (wanted + 1 > MOST_NODES) throw nodeQuota(MOST_NODES);
    const added = wanted + 1 - members.length;
    const zones = (input.ReplicaConfiguration?.[0]?.PreferredAvailabilityZones ?? []).slice(members.length);
    let number = 1;
    for (const zone of zonesFor(added, zones, ctx, members.length)) {
      while (members.some(({ id }) => id === memberId(group.id, number))) number++;
      addMember(group, number++, zone, ctx);
    }
    return { ReplicationGroup: describe(caches.goGroup(ctx, group, "modifying"), ctx, caches) };
  },

  DecreaseReplicaCount(input, ctx) {
    const group = available(input.ReplicationGroupId, ctx);
    const leaving = leavingOf(group, input, ctx);
    const left = membersOf(group.id, ctx.store).length - leaving.length;
    if (group.hasFailover && left < 2)
      throw invalidParameterCombination(
        "A replication group with automatic failover needs at least one replica: disable it first.",
      );
    const clusters = ctx.store.collection(cacheClusters);
    for (const member of leaving) clusters.put([member.id], { ...member, state: "deleting" });
    return { ReplicationGroup: describe(caches.goGroup(ctx, group, "modifying"), ctx, caches) };
  },
});

/** @throws InvalidParameterValue, NoOperationFault */
function countOf({ NewReplicaCount, ReplicaConfiguration, ApplyImmediately }: Asked, now: number): number {
  if (!ApplyImmediately)
    throw invalidParameterValue("ApplyImmediately must be true: nothing else is supported.");
  const wanted = NewReplicaCount ?? ReplicaConfiguration?.[0]?.NewReplicaCount;
  if (wanted === undefined)
    throw invalidParameterCombination("Either NewReplicaCount or ReplicaConfiguration must be given.");
  if (wanted < 0) throw invalidParameterValue("The replica count must not be negative.");
  if (wanted === now) throw noOperation(`The replication group has ${now} replicas already.`);
  return wanted;
}

/** The replicas that are to go: those that are named, or the newest. */
function leavingOf(
  group: ReplicationGroupRecord,
  input: Asked & { readonly ReplicasToRemove?: readonly string[] },
  ctx: Context,
) {
  const members = membersOf(group.id, ctx.store);
  const replicas = members.filter(({ id }) => id !== group.primary);
  if (!input.ReplicasToRemove) {
    const wanted = countOf(input, replicas.length);
    if (wanted > replicas.length)
      throw invalidParameterValue("The new replica count must be less than the current one.");
    return replicas.slice(wanted);
  }
  if (!input.ApplyImmediately)
    throw invalidParameterValue("ApplyImmediately must be true: nothing else is supported.");
  return input.ReplicasToRemove.map((id) => {
    const found = replicas.find((one) => one.id === id.toLowerCase());
    if (!found) throw invalidParameterValue(`${id} is not a replica of replication group ${group.id}.`);
    return found;
  });
}
