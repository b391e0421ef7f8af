import { isSame } from "../mapping/changes.ts";
import { cachesOf, call, retagCache } from "../mapping/elasticache.ts";
import { type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const { described, settled, remove } = cachesOf({
  name: "Replication group",
  describe: "DescribeReplicationGroups",
  delete: "DeleteReplicationGroup",
  items: "ReplicationGroups",
  state: "Status",
  keyOf: (ReplicationGroupId) => ({ ReplicationGroupId }),
});

interface Place {
  readonly Address: string;
  readonly Port: number;
}
interface NodeGroup {
  readonly PrimaryEndpoint: Place;
  readonly ReaderEndpoint: Place;
  readonly NodeGroupMembers: readonly {
    readonly ReadEndpoint: Place;
    readonly PreferredAvailabilityZone: string;
  }[];
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-replicationgroup.html */
export default defineType({
  type: "AWS::ElastiCache::ReplicationGroup",
  required: ["ReplicationGroupDescription"],
  replacedBy: [
    "AtRestEncryptionEnabled",
    "CacheSubnetGroupName",
    "KmsKeyId",
    "Port",
    "PreferredCacheClusterAZs",
    "ReplicationGroupId",
    "SnapshotArns",
    "SnapshotName",
    "TransitEncryptionEnabled",
  ],
  isTagged: true,
  async create(properties, at) {
    const id = String(properties["ReplicationGroupId"] ?? at.name(40, { lower: true })).toLowerCase();
    await call(at, "CreateReplicationGroup", withTags({ ...properties, ReplicationGroupId: id }, at));
    at.made({ id });
    await settled(id, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    await resize(id, properties, at);
    const settings = ({ Tags: _, NumCacheClusters: __, ReplicasPerNodeGroup: ___, ...others }: Properties) =>
      others;
    if (!isSame(settings(before), settings(properties))) {
      await call(at, "ModifyReplicationGroup", {
        ...settings(properties),
        ReplicationGroupId: id,
        ApplyImmediately: true,
        UserGroupIdsToAdd: properties["UserGroupIds"],
      });
      await settled(id, at);
    }
    await retagCache("replicationgroup", id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => remove(id, at),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const group = await described(id, at);
    if (!group) return undefined;
    const [member] = group["MemberClusters"] as [string];
    const { CacheClusters } = await call(at, "DescribeCacheClusters", { CacheClusterId: member });
    const [cluster] = CacheClusters as [Properties];
    const [nodes] = group["NodeGroups"] as [NodeGroup];
    return shown(properties, {
      ...cluster,
      ...group,
      ReplicationGroupDescription: group["Description"],
      NumCacheClusters: nodes.NodeGroupMembers.length,
      ReplicasPerNodeGroup: nodes.NodeGroupMembers.length - 1,
      NumNodeGroups: 1,
      AutomaticFailoverEnabled: group["AutomaticFailover"] === "enabled",
      MultiAZEnabled: group["MultiAZ"] === "enabled",
      Port: nodes.PrimaryEndpoint.Port,
      CacheParameterGroupName: (cluster["CacheParameterGroup"] as Properties)["CacheParameterGroupName"],
      SecurityGroupIds: (cluster["SecurityGroups"] as Properties[]).map((one) => one["SecurityGroupId"]),
      PreferredCacheClusterAZs: nodes.NodeGroupMembers.map((one) => one.PreferredAvailabilityZone),
    });
  },
});

async function resize(id: string, properties: Properties, at: ResourceContext): Promise<void> {
  const group = await described(id, at);
  const now = ((group?.["MemberClusters"] as string[] | undefined)?.length ?? 1) - 1;
  const clusters = properties["NumCacheClusters"];
  const wanted = Number(
    clusters === undefined ? (properties["ReplicasPerNodeGroup"] ?? now) : Number(clusters) - 1,
  );
  if (wanted === now) return;
  await call(at, wanted > now ? "IncreaseReplicaCount" : "DecreaseReplicaCount", {
    ReplicationGroupId: id,
    NewReplicaCount: wanted,
    ApplyImmediately: true,
  });
  await settled(id, at);
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const group = await described(id, at);
  const [nodes] = (group?.["NodeGroups"] ?? []) as (NodeGroup | undefined)[];
  if (!nodes) return {};
  const read = nodes.NodeGroupMembers.map(({ ReadEndpoint }) => ReadEndpoint);
  return {
    "PrimaryEndPoint.Address": nodes.PrimaryEndpoint.Address,
    "PrimaryEndPoint.Port": String(nodes.PrimaryEndpoint.Port),
    "ReaderEndPoint.Address": nodes.ReaderEndpoint.Address,
    "ReaderEndPoint.Port": String(nodes.ReaderEndpoint.Port),
    "ReadEndPoint.Addresses": `[${read.map(({ Address }) => Address).join(", ")}]`,
    "ReadEndPoint.Ports": `[${read.map(({ Port }) => Port).join(", ")}]`,
    "ReadEndPoint.Addresses.List": read.map(({ Address }) => Address),
    "ReadEndPoint.Ports.List": read.map(({ Port }) => String(Port)),
  };
}
