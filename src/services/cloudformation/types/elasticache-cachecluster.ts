import { isSame, retag } from "../mapping/changes.ts";
import { callsOf, found, gone, type Properties, withTags } from "../mapping/mapped.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const call = callsOf("elasticache");
const IN_WORK = /^(?:creating|modifying|snapshotting|rebooting)/;

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
    const ResourceName = `arn:${at.partition}:elasticache:${at.region}:${at.account}:cluster:${id}`;
    await retag(before, properties, at, {
      untag: (TagKeys) => call(at, "RemoveTagsFromResource", { ResourceName, TagKeys }),
      tag: (Tags) => call(at, "AddTagsToResource", { ResourceName, Tags }),
    });
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    await atRest(id, at);
    await gone(call(at, "DeleteCacheCluster", { CacheClusterId: id }));
    await at.until(async () => (await described(id, at)) === undefined);
  },
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

async function described(id: string, at: ResourceContext): Promise<Properties | undefined> {
  const asked = { CacheClusterId: id, ShowCacheNodeInfo: true };
  const output = await found(call(at, "DescribeCacheClusters", asked));
  return (output?.["CacheClusters"] as Properties[] | undefined)?.[0];
}

/** What is still being made or changed cannot be deleted. */
const atRest = (id: string, at: ResourceContext) =>
  at.until(async () => !IN_WORK.test(String((await described(id, at))?.["CacheClusterStatus"])));

async function settled(id: string, at: ResourceContext): Promise<void> {
  await at.until(async () => {
    const status = (await described(id, at))?.["CacheClusterStatus"];
    if (status === "create-failed") throw new Error(`Cache cluster ${id} could not be created.`);
    return status === "available";
  });
}

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const cluster = await described(id, at);
  const [node] = (cluster?.["CacheNodes"] ?? []) as { Endpoint?: { Address: string; Port: number } }[];
  if (!node?.Endpoint) return {};
  return { "RedisEndpoint.Address": node.Endpoint.Address, "RedisEndpoint.Port": String(node.Endpoint.Port) };
}
