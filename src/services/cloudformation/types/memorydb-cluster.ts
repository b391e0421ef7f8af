import { changesOf } from "../mapping/changes.ts";
import { type Properties, withTags } from "../mapping/mapped.ts";
import { arnOf, call, nameIn, retagByArn } from "../mapping/memorydb.ts";
import { settling } from "../mapping/settling.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const { described, settled, remove } = settling({
  service: "memorydb",
  name: "Cluster",
  describe: "DescribeClusters",
  delete: "DeleteCluster",
  items: "Clusters",
  state: "Status",
  inWork: /^(?:creating|updating|snapshotting)$/,
  isMade: /^available$/,
  hasFailed: /^create-failed$/,
  keyOf: (ClusterName) => ({ ClusterName, ShowShardDetails: true }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-memorydb-cluster.html */
export default defineType({
  type: "AWS::MemoryDB::Cluster",
  required: ["ACLName", "ClusterName", "NodeType"],
  replacedBy: [
    "ClusterName",
    "DataTiering",
    "KmsKeyId",
    "MultiRegionClusterName",
    "NetworkType",
    "Port",
    "SnapshotArns",
    "SnapshotName",
    "SubnetGroupName",
    "TLSEnabled",
  ],
  isTagged: true,
  async create(properties, at) {
    const id = nameIn(properties, "ClusterName");
    await call(at, "CreateCluster", withTags(properties, at));
    at.made({ id });
    await settled(id, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const changes = changesOf(before, properties);
    if (Object.keys(changes).length > 0) {
      await call(at, "UpdateCluster", { ...inSettings(changes), ClusterName: id });
      await settled(id, at);
    }
    await retagByArn(arnOf("cluster", id, at), before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => remove(id, at),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const cluster = await described(id, at);
    if (!cluster) return undefined;
    const [shard] = cluster["Shards"] as [Properties];
    return shown(properties, {
      ...cluster,
      DataTiering: cluster["DataTiering"] === "true",
      NumReplicasPerShard: Number(shard["NumberOfNodes"]) - 1,
      NumShards: cluster["NumberOfShards"],
      Port: (cluster["ClusterEndpoint"] as Properties | undefined)?.["Port"],
      SecurityGroupIds: (cluster["SecurityGroups"] as Properties[]).map((one) => one["SecurityGroupId"]),
    });
  },
});

/** What has changed, as an update takes it: each of the two counts stands in a setting of its own. */
function inSettings({ NumReplicasPerShard, NumShards, ...others }: Properties): Properties {
  return {
    ...others,
    ...(NumReplicasPerShard !== undefined && { ReplicaConfiguration: { ReplicaCount: NumReplicasPerShard } }),
    ...(NumShards !== undefined && { ShardConfiguration: { ShardCount: NumShards } }),
  };
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const cluster = (await described(id, at)) ?? {};
  const { Address, Port } = (cluster["ClusterEndpoint"] ?? {}) as Properties;
  return {
    ARN: cluster["ARN"],
    "ClusterEndpoint.Address": Address,
    "ClusterEndpoint.Port": Port === undefined ? undefined : String(Port),
    ParameterGroupStatus: cluster["ParameterGroupStatus"],
    Status: cluster["Status"],
  };
}
