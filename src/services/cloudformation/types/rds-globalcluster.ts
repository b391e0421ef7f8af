import { changesOf } from "../mapping/changes.ts";
import { type Properties, withTags } from "../mapping/mapped.ts";
import { call, databasesOf, nameOf, retagDatabase } from "../mapping/rds.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const { described, settled, remove } = databasesOf({
  name: "Global cluster",
  describe: "DescribeGlobalClusters",
  delete: "DeleteGlobalCluster",
  items: "GlobalClusters",
  state: "Status",
  keyOf: (GlobalClusterIdentifier) => ({ GlobalClusterIdentifier }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-globalcluster.html */
export default defineType({
  type: "AWS::RDS::GlobalCluster",
  replacedBy: ["Engine", "GlobalClusterIdentifier", "SourceDBClusterIdentifier", "StorageEncrypted"],
  isTagged: true,
  async create(properties, at) {
    const id = nameOf(properties["GlobalClusterIdentifier"], at);
    await call(at, "CreateGlobalCluster", withTags({ ...properties, GlobalClusterIdentifier: id }, at));
    at.made({ id });
    await settled(id, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    const changes = changesOf(before, properties);
    if (Object.keys(changes).length > 0) {
      await call(at, "ModifyGlobalCluster", { ...changes, GlobalClusterIdentifier: id });
      await settled(id, at);
    }
    await retagDatabase("global-cluster", id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    const { GlobalClusterMembers = [] } = (await described(id, at)) ?? {};
    const arns = (GlobalClusterMembers as Properties[]).map(({ DBClusterArn }) => DBClusterArn);
    // A cluster that it was made of stays when it goes.
    for (const DbClusterIdentifier of arns)
      await call(at, "RemoveFromGlobalCluster", { GlobalClusterIdentifier: id, DbClusterIdentifier });
    await remove(id, at);
  },
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const cluster = await described(id, at);
    return shown(properties, cluster && { ...cluster, Tags: cluster["TagList"] });
  },
});

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const { Endpoint } = (await described(id, at)) ?? {};
  return Endpoint === undefined ? {} : { "GlobalEndpoint.Address": Endpoint };
}
