import { isSame } from "../mapping/changes.ts";
import { cachesOf, call, retagCache } from "../mapping/elasticache.ts";
import { type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const { described, settled, remove } = cachesOf({
  name: "Cache cluster",
  describe: "DescribeCacheClusters",
  delete: "DeleteCacheCluster",
  items: "CacheClusters",
  state: "CacheClusterStatus",
  keyOf: (CacheClusterId) => ({ CacheClusterId, ShowCacheNodeInfo: true }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticache-cachecluster.html */
export default defineType({
  type: "AWS::ElastiCache::CacheCluster",
  required: ["CacheNodeType", "Engine", "NumCacheNodes"],
  replacedBy: [
    "CacheSubnetGroupName",
    "ClusterName",
    "Engine",
    "NetworkType",
    "Port",
    "PreferredAvailabilityZone",
    "SnapshotArns",
    "SnapshotName",
  ],
  isTagged: true,
  async create(properties, at) {
    const id = String(properties["ClusterName"] ?? at.name(40, { lower: true })).toLowerCase();
    await call(at, "CreateCacheCluster", withTags(inputOf(id, properties), at));
    at.made({ id });
    await settled(id, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const settings = ({ Tags: _, ...others }: Properties) => others;
    if (!isSame(settings(before), settings(properties))) {
      await call(at, "ModifyCacheCluster", { ...inputOf(id, properties), ApplyImmediately: true });
      await settled(id, at);
    }
    await retagCache("cluster", id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => remove(id, at),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const cluster = await described(id, at);
    if (!cluster) return undefined;
    const [node] = cluster["CacheNodes"] as [{ Endpoint?: { Port: number } }];
    return shown(properties, {
      ...cluster,
      ClusterName: id,
      Port: node.Endpoint?.Port,
      CacheParameterGroupName: (cluster["CacheParameterGroup"] as Properties)["CacheParameterGroupName"],
      VpcSecurityGroupIds: (cluster["SecurityGroups"] as Properties[]).map((one) => one["SecurityGroupId"]),
    });
  },
});

const inputOf = (id: string, { ClusterName: _, VpcSecurityGroupIds, ...others }: Properties): Properties => ({
  ...others,
  CacheClusterId: id,
  ...(VpcSecurityGroupIds !== undefined && { SecurityGroupIds: VpcSecurityGroupIds }),
});

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const cluster = await described(id, at);
  const [node] = (cluster?.["CacheNodes"] ?? []) as { Endpoint?: { Address: string; Port: number } }[];
  if (!node?.Endpoint) return {};
  return { "RedisEndpoint.Address": node.Endpoint.Address, "RedisEndpoint.Port": String(node.Endpoint.Port) };
}
