import { threeZonesOf, zoneOf } from "../../aws/regions.ts";
import type { Context } from "../../core/service.ts";
import type { CacheSettings } from "./cache-cluster.ts";
import { checkAuthToken, checkLimits, checkMachine, engineOf, familyOf, versionOf } from "./engine.ts";
import { invalidParameterValue } from "./errors.ts";

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
  checkMachine();
  return {
    engine,
    engineVersion,
    nodeType: asked.CacheNodeType ?? DEFAULT_NODE_TYPE,
    port: asked.Port ?? DEFAULT_PORT,
    parameterGroup: asked.CacheParameterGroupName ?? `default.${familyOf(engine, engineVersion)}`,
    subnetGroup: asked.CacheSubnetGroupName,
    groupIds: asked.SecurityGroupIds ?? [],
    ...(asked.AuthToken !== undefined && { authToken: asked.AuthToken, authTokenMs: ctx.clock.now() }),
    hasTransitEncryption,
    hasAtRestEncryption: asked.AtRestEncryptionEnabled ?? false,
    snapshotDays: asked.SnapshotRetentionLimit ?? 0,
    snapshotWindow: asked.SnapshotWindow ?? "05:00-06:00",
    maintenanceWindow: asked.PreferredMaintenanceWindow?.toLowerCase() ?? "sun:03:00-sun:04:00",
    isAutoUpgraded: asked.AutoMinorVersionUpgrade ?? true,
    topicArn: asked.NotificationTopicArn,
  };
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
