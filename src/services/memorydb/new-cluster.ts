import { threeZonesOf } from "../../aws/regions.ts";
import type { Context } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { findAcl, OPEN_ACCESS } from "./acl.ts";
import type { ClusterSettings, NodeRecord, ShardRecord } from "./cluster.ts";
import { checkLimits, checkMachine, engineOf, familyOf, versionOf } from "./engine.ts";
import { invalidParameterCombination, invalidParameterValue, nodeQuota } from "./errors.ts";
import { resourceId } from "./ids.ts";
import { defaultGroupOf, findParameterGroup } from "./parameter-group.ts";
import { findSnapshot } from "./snapshot.ts";
import { groups } from "./subnet-group.ts";

const DEFAULT_PORT = 6379;
const MOST_REPLICAS = 5;

/** Checks what is asked, and says what is kept of it. @throws InvalidParameterValueException … */
export function settingsOf(asked: MemoryDB.CreateClusterRequest, ctx: Context): ClusterSettings {
  const engine = engineOf(asked.Engine);
  const engineVersion = versionOf(engine, asked.EngineVersion);
  checkLimits(asked);
  checkMachine();
  return {
    description: asked.Description ?? "",
    nodeType: asked.NodeType,
    engine,
    engineVersion,
    port: asked.Port ?? DEFAULT_PORT,
    parameterGroup: findParameterGroup(
      asked.ParameterGroupName ?? defaultGroupOf(familyOf(engine, engineVersion)),
      ctx.store,
    ).name,
    subnetGroup:
      asked.SubnetGroupName === undefined ? undefined : groups.find(asked.SubnetGroupName, ctx).name,
    snapshotDays: asked.SnapshotRetentionLimit ?? 0,
    snapshotWindow: asked.SnapshotWindow ?? "05:00-06:00",
    maintenanceWindow: asked.MaintenanceWindow?.toLowerCase() ?? "sun:03:00-sun:04:00",
    topicArn: asked.SnsTopicArn,
  };
}

/** Who may connect without TLS is everybody. @throws ACLNotFoundFault, InvalidParameterCombinationException */
export function checkAcl(name: string, hasTls: boolean, { store }: Context): string {
  const acl = findAcl(name, store);
  if (!hasTls && acl.name !== OPEN_ACCESS.name)
    throw invalidParameterCombination(
      `A cluster without TLS has the ACL ${OPEN_ACCESS.name}: nobody can be told apart.`,
    );
  return acl.name;
}

/** The shards of a new cluster, each with its primary first and its nodes spread over three zones. @throws NodeQuotaForClusterExceededFault */
export function newShards(
  clusterName: string,
  { NumShards = 1, NumReplicasPerShard = 1, SnapshotName }: MemoryDB.CreateClusterRequest,
  ctx: Context,
): ShardRecord[] {
  if (NumShards !== 1) throw invalidParameterValue("Squall runs clusters of one shard, and not of several.");
  if (NumReplicasPerShard < 0) throw invalidParameterValue("The number of replicas must not be negative.");
  checkReplicas(NumReplicasPerShard);
  const restoresFrom = restored(SnapshotName, ctx);
  const name = "0001";
  const nodes = Array.from({ length: NumReplicasPerShard + 1 }, (_, n) =>
    newNode(clusterName, name, n + 1, ctx),
  );
  return [{ name, slots: "0-16383", nodes, primary: nodeName(clusterName, name, 1), restoresFrom }];
}

/** @throws NodeQuotaForClusterExceededFault */
export function checkReplicas(count: number): void {
  if (count > MOST_REPLICAS) throw nodeQuota(MOST_REPLICAS);
}

export function newNode(
  clusterName: string,
  shardName: string,
  number: number,
  { region, random, clock }: Context,
): NodeRecord {
  const zones = threeZonesOf(region);
  return {
    name: nodeName(clusterName, shardName, number),
    resourceId: resourceId(random),
    zone: zones[(number - 1) % zones.length] ?? `${region}a`,
    createdMs: clock.now(),
  };
}

/** `shop-0001-001` */
export const nodeName = (clusterName: string, shardName: string, number: number): string =>
  `${clusterName}-${shardName}-${String(number).padStart(3, "0")}`;

/** The snapshot whose contents a cluster begins with. @throws SnapshotNotFoundFault, InvalidParameterValueException */
function restored(name: string | undefined, { store }: Context): string | undefined {
  if (name === undefined) return undefined;
  const snapshot = findSnapshot(name, store);
  if (snapshot.state !== "available") throw invalidParameterValue(`Snapshot ${name} is not available.`);
  return snapshot.resourceId;
}
