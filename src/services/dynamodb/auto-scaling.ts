import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalidParameter } from "./errors.ts";
import type { Region } from "./region.ts";
import { stateOfReplica } from "./replicas.ts";
import type { TableRecord } from "./table-record.ts";

type IndexSettings = Omit<ScalingSettings, "indexes">;

/** What is set for one table in one region. Nothing scales here: the settings are kept and told. */
interface ScalingSettings {
  reads?: DynamoDB.AutoScalingSettingsDescription;
  writes?: DynamoDB.AutoScalingSettingsDescription;
  readonly indexes: Record<string, IndexSettings>;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTableReplicaAutoScaling.html and its neighbour */
export const autoScaling = (database: Database): Handlers<DynamoDB.Operations> => ({
  DescribeTableReplicaAutoScaling(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    return { TableAutoScalingDescription: describe(database, region, table.record) };
  },

  UpdateTableReplicaAutoScaling(input, ctx) {
    const { region, table } = database.table(input.TableName, ctx);
    const settings = settingsOf(table.record);
    const writes = input.ProvisionedWriteCapacityAutoScalingUpdate;
    if (writes) settings.writes = changed(settings.writes, writes);
    for (const {
      IndexName: name,
      ProvisionedWriteCapacityAutoScalingUpdate: update,
    } of input.GlobalSecondaryIndexUpdates ?? []) {
      if (name === undefined || !table.index(name)?.isGlobal)
        throw invalidParameter(`Table: ${table.name} has no global secondary index: ${name}`);
      const index = indexSettings(settings, name);
      if (update) index.writes = changed(index.writes, update);
    }
    save(region, table.record, settings);
    for (const update of input.ReplicaUpdates ?? [])
      updateReplica(database, ctx.account, table.record, update);
    return { TableAutoScalingDescription: describe(database, region, region.table(table.name).record) };
  },
});

/** Read capacity is each replica's own. */
function updateReplica(
  database: Database,
  account: string,
  record: TableRecord,
  update: DynamoDB.ReplicaAutoScalingUpdate,
): void {
  const there = database.region({ account, region: update.RegionName });
  const replica = there.find(record.name)?.record;
  if (!replica)
    throw invalidParameter(`Replica with the specified region '${update.RegionName}' does not exist`);
  const settings = settingsOf(replica);
  if (update.ReplicaProvisionedReadCapacityAutoScalingUpdate)
    settings.reads = changed(settings.reads, update.ReplicaProvisionedReadCapacityAutoScalingUpdate);
  for (const {
    IndexName: name,
    ProvisionedReadCapacityAutoScalingUpdate: reads,
  } of update.ReplicaGlobalSecondaryIndexUpdates ?? []) {
    if (name === undefined || !reads) continue;
    const index = indexSettings(settings, name);
    index.reads = changed(index.reads, reads);
  }
  save(there, replica, settings);
}

function indexSettings({ indexes }: ScalingSettings, name: string): IndexSettings {
  const known = Object.hasOwn(indexes, name) ? indexes[name] : undefined;
  const settings = known ?? {};
  indexes[name] = settings;
  return settings;
}

function settingsOf(record: TableRecord): ScalingSettings {
  const known = record.autoScaling as ScalingSettings | undefined;
  return known ? structuredClone(known) : { indexes: {} };
}

function save(region: Region, record: TableRecord, settings: ScalingSettings): void {
  region.save({ ...record, autoScaling: { ...settings } });
}

function changed(
  before: DynamoDB.AutoScalingSettingsDescription | undefined,
  update: DynamoDB.AutoScalingSettingsUpdate,
): DynamoDB.AutoScalingSettingsDescription {
  const { ScalingPolicyUpdate: policy, ...limits } = update;
  return {
    ...before,
    ...limits,
    ...(policy && {
      ScalingPolicies: [
        {
          ...(policy.PolicyName !== undefined && { PolicyName: policy.PolicyName }),
          TargetTrackingScalingPolicyConfiguration: policy.TargetTrackingScalingPolicyConfiguration,
        },
      ],
    }),
  };
}

function describe(
  database: Database,
  region: Region,
  record: TableRecord,
): DynamoDB.TableAutoScalingDescription {
  const regions = [region.name, ...(record.replicas ?? []).map((replica) => replica.region)];
  return {
    TableName: record.name,
    TableStatus: record.settling?.status ?? "ACTIVE",
    Replicas: regions.flatMap((name) => {
      const replica = database.region({ account: region.account, region: name }).find(record.name)?.record;
      if (!replica) return [];
      const known = record.replicas?.find((one) => one.region === name);
      const { reads, indexes } = settingsOf(replica);
      const { writes } = settingsOf(record);
      return {
        RegionName: name,
        ReplicaStatus: known ? stateOfReplica(region, known) : "ACTIVE",
        GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
          IndexName,
          IndexStatus: "ACTIVE",
          ...(index.reads && { ProvisionedReadCapacityAutoScalingSettings: index.reads }),
          ...(index.writes && { ProvisionedWriteCapacityAutoScalingSettings: index.writes }),
        })),
        ...(reads && { ReplicaProvisionedReadCapacityAutoScalingSettings: reads }),
        ...(writes && { ReplicaProvisionedWriteCapacityAutoScalingSettings: writes }),
      };
    }),
  };
}
