import { threeZonesOf, zoneOf } from "../../aws/regions.ts";
import type { Context } from "../../core/service.ts";
import type { CacheSettings } from "./cache-cluster.ts";
import {
  checkAuthToken,
  checkLimits,
  checkMachine,
  checkTransitMode,
  engineOf,
  familyOf,
  versionOf,
} from "./engine.ts";
import { invalidParameterValue } from "./errors.ts";
import { findParameterGroup } from "./parameter-group.ts";
import { findSnapshot } from "./snapshot.ts";
import { groups } from "./subnet-group.ts";

const DEFAULT_PORT = 6379;
const DEFAULT_NODE_TYPE = "cache.r7g.large";

/** What CreateReplicationGroup and CreateCacheCluster are both asked. */
interface Asked {
  readonly Engine?: string;
  readonly EngineVersion?: string;
  readonly CacheNodeType?: string;
  readonly Port?: number;
  readonly CacheParameterGroupName?: string;
  readonly CacheSubnetGroupName?: string;
  readonly SecurityGroupIds?: readonly string[];
  readonly AuthToken?: string;
  readonly TransitEncryptionEnabled?: boolean;
  readonly TransitEncryptionMode?: string;
  readonly AtRestEncryptionEnabled?: boolean;
  readonly SnapshotRetentionLimit?: number;
  readonly SnapshotWindow?: string;
  readonly PreferredMaintenanceWindow?: string;
  readonly AutoMinorVersionUpgrade?: boolean;
  readonly NotificationTopicArn?: string;
}

/** Checks what is asked, and says what is kept of it. @throws InvalidParameterValue, InvalidParameterCombination … */
export function settingsOf(asked: Asked, ctx: Context): CacheSettings {
  const engine = engineOf(asked.Engine);
  const engineVersion = versionOf(engine, asked.EngineVersion);
  const hasTransitEncryption = asked.TransitEncryptionEnabled ?? false;
  checkLimits(asked);
  checkAuthToken(asked.AuthToken, hasTransitEncryption);
  checkTransitMode(asked.TransitEncryptionMode, hasTransitEncryption, ctx);
  checkMachine();
  const parameterGroup = findParameterGroup(
    asked.CacheParameterGroupName ?? `default.${familyOf(engine, engineVersion)}`,
    ctx.store,
  ).name;
  const subnetGroup =
    asked.CacheSubnetGroupName === undefined ? undefined : groups.find(asked.CacheSubnetGroupName, ctx).name;
  return {
    engine,
    engineVersion,
    nodeType: asked.CacheNodeType ?? DEFAULT_NODE_TYPE,
    port: asked.Port ?? DEFAULT_PORT,
    parameterGroup,
    subnetGroup,
    groupIds: asked.SecurityGroupIds ?? [],
    ...(asked.AuthToken !== undefined && { authToken: asked.AuthToken, authTokenMs: ctx.clock.now() }),
    hasTransitEncryption,
    ...(asked.TransitEncryptionMode === "required" && { isTlsRequired: true }),
    hasAtRestEncryption: asked.AtRestEncryptionEnabled ?? false,
    snapshotDays: asked.SnapshotRetentionLimit ?? 0,
    snapshotWindow: asked.SnapshotWindow ?? "05:00-06:00",
    maintenanceWindow: asked.PreferredMaintenanceWindow?.toLowerCase() ?? "sun:03:00-sun:04:00",
    isAutoUpgraded: asked.AutoMinorVersionUpgrade ?? true,
    topicArn: asked.NotificationTopicArn,
  };
}

/** The snapshot whose contents a cache begins with. @throws SnapshotNotFoundFault, InvalidParameterValue */
export function restored(name: string | undefined, { store }: Context): string | undefined {
  if (name === undefined) return undefined;
  const snapshot = findSnapshot(name, store);
  if (snapshot.state !== "available") throw invalidParameterValue(`Snapshot ${name} is not available.`);
  return snapshot.resourceId;
}

/** Zones of nodes: those that are named, the others in turn. @throws InvalidParameterValue for one of another region */
export function zonesFor(count: number, named: readonly string[], { region }: Context, taken = 0): string[] {
  for (const zone of named)
    if (!zoneOf(region, zone)) throw invalidParameterValue(`${zone} is not a valid availability zone.`);
  const zones = threeZonesOf(region);
  return Array.from(
    { length: count },
    (_, n) => named[n] ?? zones[(taken + n) % zones.length] ?? `${region}a`,
  );
}
