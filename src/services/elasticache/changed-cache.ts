import type { Context } from "../../core/service.ts";
import type { CacheSettings } from "./cache-cluster.ts";
import { versionOf } from "./engine.ts";
import { findParameterGroup } from "./parameter-group.ts";

/** What ModifyReplicationGroup and ModifyCacheCluster are both asked. */
interface Asked {
  readonly Engine?: string;
  readonly EngineVersion?: string;
  readonly CacheNodeType?: string;
  readonly CacheParameterGroupName?: string;
  readonly SecurityGroupIds?: readonly string[];
  readonly SnapshotRetentionLimit?: number;
  readonly SnapshotWindow?: string;
  readonly PreferredMaintenanceWindow?: string;
  readonly AutoMinorVersionUpgrade?: boolean;
  readonly NotificationTopicArn?: string;
  readonly TransitEncryptionMode?: string;
}

/** What is to be another of a cache's settings. @throws InvalidParameterCombination, CacheParameterGroupNotFound */
export const changesOf = (
  asked: Asked,
  { engine }: CacheSettings,
  { store }: Context,
): Partial<CacheSettings> => ({
  ...(asked.EngineVersion !== undefined && {
    engineVersion: versionOf(asked.Engine ?? engine, asked.EngineVersion),
  }),
  ...(asked.CacheNodeType !== undefined && { nodeType: asked.CacheNodeType }),
  ...(asked.CacheParameterGroupName !== undefined && {
    parameterGroup: findParameterGroup(asked.CacheParameterGroupName, store).name,
  }),
  ...(asked.SecurityGroupIds !== undefined && { groupIds: asked.SecurityGroupIds }),
  ...(asked.SnapshotRetentionLimit !== undefined && { snapshotDays: asked.SnapshotRetentionLimit }),
  ...(asked.SnapshotWindow !== undefined && { snapshotWindow: asked.SnapshotWindow }),
  ...(asked.PreferredMaintenanceWindow !== undefined && {
    maintenanceWindow: asked.PreferredMaintenanceWindow.toLowerCase(),
  }),
  ...(asked.AutoMinorVersionUpgrade !== undefined && { isAutoUpgraded: asked.AutoMinorVersionUpgrade }),
  ...(asked.TransitEncryptionMode !== undefined && {
    isTlsRequired: asked.TransitEncryptionMode === "required",
  }),
  ...(asked.NotificationTopicArn !== undefined && { topicArn: asked.NotificationTopicArn }),
});
