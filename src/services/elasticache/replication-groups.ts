import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { type CacheClusterRecord, cacheClusters, membersOf } from "./cache-cluster.ts";
import { changesOf } from "./changed-cache.ts";
import { pageBy } from "./describing.ts";
import { checkAuthToken, checkLimits, checkTransitMode } from "./engine.ts";
import {
  clusterExists,
  failoverNotAvailable,
  groupExists,
  groupState,
  invalidParameterCombination,
  invalidParameterValue,
  nodeGroupNotFound,
  nodeQuota,
} from "./errors.ts";
import { checkName, newPassword, resourceId } from "./ids.ts";
import { restored, settingsOf, zonesFor } from "./new-cache.ts";
import {
  describeGroup,
  findGroup,
  NODE_GROUP_ID,
  type ReplicationGroupRecord,
  replicationGroups,
} from "./replication-group.ts";
import type { Caches } from "./running/caches.ts";
import { tagging } from "./tags.ts";
import { findUserGroup } from "./user-group.ts";

const LONGEST_NAME = 40;
export const MOST_NODES = 6;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html and its neighbours */
export const groupHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  CreateReplicationGroup(input, ctx) {
    const id = checkName(input.ReplicationGroupId, "ReplicationGroupId", LONGEST_NAME);
    if (ctx.store.collection(replicationGroups).get([id])) throw groupExists(id);
    checkServed(input);
    const count = input.NumCacheClusters ?? (input.ReplicasPerNodeGroup ?? 0) + 1;
    if (count < 1) throw invalidParameterValue("The number of cache clusters must be at least 1.");
    if (count > MOST_NODES) throw nodeQuota(MOST_NODES);
    checkFailover(input.AutomaticFailoverEnabled ?? false, input.MultiAZEnabled ?? false, count);
    const settings = settingsOf(input, ctx);
    const [first] = input.NodeGroupConfiguration ?? [];
    const named =
      input.PreferredCacheClusterAZs ??
      (first && [
        ...(first.PrimaryAvailabilityZone === undefined ? [] : [first.PrimaryAvailabilityZone]),
        ...(first.ReplicaAvailabilityZones ?? []),
      ]) ??
      [];
    if (named.length > 0 && named.length !== count)
      throw invalidParameterValue(
        `The number of preferred availability zones (${named.length}) must be that of the cache clusters (${count}).`,
      );
    const group: ReplicationGroupRecord = {
      id,
      description: input.ReplicationGroupDescription,
      state: "creating",
      turn: 0,
      ...settings,
      primary: memberId(id, 1),
      hasFailover: input.AutomaticFailoverEnabled ?? false,
      isMultiZone: input.MultiAZEnabled ?? false,
      userGroupIds: checkUserGroups(input.UserGroupIds ?? [], settings.hasTransitEncryption, ctx),
      adminPassword: newPassword(ctx.random),
      createdMs: ctx.clock.now(),
      tags: tagging.read(input.Tags),
    };
    const restoresFrom = restored(input.SnapshotName, ctx);
    for (const [n, zone] of zonesFor(count, named, ctx).entries())
      addMember(group, n + 1, zone, ctx, n === 0 ? restoresFrom : undefined);
    return { ReplicationGroup: describe(caches.goGroup(ctx, group, "creating"), ctx, caches) };
  },

  DescribeReplicationGroups(input, ctx) {
    const { ReplicationGroupId: id } = input;
    const named =
      id === undefined ? [...ctx.store.collection(replicationGroups).values()] : [findGroup(id, ctx)];
    const { items, Marker } = pageBy(named, (group) => group.id, input, ctx.operation);
    return { ReplicationGroups: items.map((group) => describe(group, ctx, caches)), Marker };
  },

  ModifyReplicationGroup(input, ctx) {
    const group = available(input.ReplicationGroupId, ctx);
    checkLimits(input);
    const members = membersOf(group.id, ctx.store);
    const hasFailover = input.AutomaticFailoverEnabled ?? group.hasFailover;
    const isMultiZone = input.MultiAZEnabled ?? group.isMultiZone;
    checkFailover(hasFailover, isMultiZone, members.length);
    const primary = input.PrimaryClusterId?.toLowerCase() ?? group.primary;
    if (primary !== group.primary) {
      if (!members.some(({ id }) => id === primary))
        throw invalidParameterValue(
          `Cache cluster ${primary} is not a member of replication group ${group.id}.`,
        );
      if (hasFailover)
        throw invalidParameterCombination(
          "Cannot manually promote a new primary cache cluster while autofailover is enabled.",
        );
    }
    if (input.AuthToken !== undefined) checkAuthToken(input.AuthToken, group.hasTransitEncryption);
    checkTransitMode(input.TransitEncryptionMode, group.hasTransitEncryption, ctx);
    const changes = {
      ...changesOf(input, group, ctx),
      ...(input.Engine !== undefined && { engine: input.Engine }),
      ...(input.AuthToken !== undefined && { authToken: input.AuthToken, authTokenMs: ctx.clock.now() }),
    };
    for (const member of members)
      ctx.store.collection(cacheClusters).put([member.id], { ...member, ...changes });
    const changed: ReplicationGroupRecord = {
      ...group,
      ...changes,
      description: input.ReplicationGroupDescription ?? group.description,
      hasFailover,
      isMultiZone,
      primary,
      userGroupIds: checkUserGroups(
        input.RemoveUserGroups
          ? []
          : [
              ...group.userGroupIds.filter((id) => !input.UserGroupIdsToRemove?.includes(id)),
              ...(input.UserGroupIdsToAdd ?? []),
            ],
        group.hasTransitEncryption,
        ctx,
      ),
      ...(input.SnapshottingClusterId !== undefined && { snapshottingId: input.SnapshottingClusterId }),
    };
    return { ReplicationGroup: describe(caches.goGroup(ctx, changed, "modifying"), ctx, caches) };
  },

  DeleteReplicationGroup({ ReplicationGroupId, RetainPrimaryCluster }, ctx) {
    const group = findGroup(ReplicationGroupId, ctx);
    if (group.state === "deleting" || group.state === "creating")
      throw groupState(
        `Replication group ${group.id} has status ${group.state} which is not valid for deletion.`,
      );
    if (RetainPrimaryCluster)
      throw invalidParameterValue(
        "Squall does not retain the primary of a replication group: delete all of it.",
      );
    return { ReplicationGroup: describe(caches.goGroup(ctx, group, "deleting"), ctx, caches) };
  },

  /** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_TestFailover.html */
  TestFailover({ ReplicationGroupId, NodeGroupId }, ctx) {
    const group = available(ReplicationGroupId, ctx);
    if (NodeGroupId !== NODE_GROUP_ID) throw nodeGroupNotFound(NodeGroupId);
    if (!group.hasFailover) throw failoverNotAvailable("Automatic failover must be enabled to test it.");
    // It is done before the group is available again.
    caches.failOver(ctx, group.id);
    return { ReplicationGroup: describe(caches.goGroup(ctx, group, "modifying"), ctx, caches) };
  },
});

/** `shop-001`, as ElastiCache names the members of a group. */
export const memberId = (groupId: string, n: number): string => `${groupId}-${String(n).padStart(3, "0")}`;

/** @throws CacheClusterAlreadyExists */
export function addMember(
  group: ReplicationGroupRecord,
  n: number,
  zone: string,
  ctx: Context,
  restoresFrom?: string,
): void {
  const id = memberId(group.id, n);
  const clusters = ctx.store.collection(cacheClusters);
  if (clusters.get([id])) throw clusterExists(id);
  const {
    description: _,
    primary: __,
    hasFailover: ___,
    isMultiZone: ____,
    userGroupIds: _____,
    ...settings
  } = group;
  const member: CacheClusterRecord = {
    ...settings,
    id,
    resourceId: resourceId(ctx.random),
    groupId: group.id,
    state: "creating",
    transition: undefined,
    turn: 0,
    zone,
    restoresFrom,
    createdMs: ctx.clock.now(),
  };
  clusters.put([id], member);
}

export function describe(
  group: ReplicationGroupRecord,
  ctx: Context,
  caches: Caches,
): ElastiCache.ReplicationGroup {
  return describeGroup(group, ctx, ctx.store, caches.groupEndpoints(ctx, group));
}

/** @throws InvalidReplicationGroupState */
export function available(id: string, ctx: Context): ReplicationGroupRecord {
  const group = findGroup(id, ctx);
  if (group.state !== "available")
    throw groupState(`Replication group ${group.id} is not in available state: it is ${group.state}.`);
  return group;
}

/** @throws UserGroupNotFound, InvalidParameterCombination */
function checkUserGroups(
  ids: readonly string[],
  hasTransitEncryption: boolean,
  { store }: Context,
): string[] {
  if (ids.length > 1) throw invalidParameterCombination("A replication group has one user group at most.");
  if (ids.length > 0 && !hasTransitEncryption)
    throw invalidParameterCombination(
      "User group based access control requires encryption-in-transit to be enabled on the replication group.",
    );
  return ids.map((id) => findUserGroup(id, store).id);
}

/** Texts are inferred. @throws InvalidParameterCombination */
function checkFailover(hasFailover: boolean, isMultiZone: boolean, nodes: number): void {
  if (isMultiZone && !hasFailover)
    throw invalidParameterCombination("Multi-AZ can only be enabled together with automatic failover.");
  if (hasFailover && nodes < 2)
    throw invalidParameterCombination(
      "Automatic failover can only be enabled for a replication group that has at least one replica.",
    );
}

/** What Squall's groups do not have is refused by name. */
function checkServed(input: ElastiCache.CreateReplicationGroupMessage): void {
  if (
    (input.NumNodeGroups ?? 1) > 1 ||
    (input.NodeGroupConfiguration?.length ?? 0) > 1 ||
    input.ClusterMode === "enabled"
  )
    throw invalidParameterValue(
      "Squall runs replication groups of one node group (cluster mode disabled), and not of several.",
    );
  if (input.GlobalReplicationGroupId !== undefined)
    throw invalidParameterValue("Squall does not serve global replication groups.");
  if (input.PrimaryClusterId !== undefined)
    throw invalidParameterValue("Squall does not make a replication group of a cache cluster that is there.");
}
