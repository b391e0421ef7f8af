import { makeArn } from "../../../core/arn.ts";
import { changesOf } from "../mapping/changes.ts";
import { gone, type Properties, withTags } from "../mapping/mapped.ts";
import {
  call,
  databasesOf,
  groupsOf,
  nameOf,
  refuseSources,
  retagDatabase,
  secretOf,
  setRest,
} from "../mapping/rds.ts";
import { shown } from "../mapping/shown.ts";
import { defineType, type ResourceContext } from "../resource-type.ts";

const { described, settled, remove } = databasesOf({
  name: "DB cluster",
  describe: "DescribeDBClusters",
  delete: "DeleteDBCluster",
  items: "DBClusters",
  state: "Status",
  keyOf: (DBClusterIdentifier) => ({ DBClusterIdentifier }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbcluster.html */
export default defineType({
  type: "AWS::RDS::DBCluster",
  replacedBy: [
    "AvailabilityZones",
    "ClusterScalabilityType",
    "DatabaseName",
    "DBClusterIdentifier",
    "DBSubnetGroupName",
    "DBSystemId",
    "Engine",
    "EngineMode",
    "GlobalClusterIdentifier",
    "KmsKeyId",
    "MasterUsername",
    "PubliclyAccessible",
    "RestoreToTime",
    "RestoreType",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDbClusterResourceId",
    "StorageEncrypted",
    "UseLatestRestorableTime",
  ],
  isTagged: true,
  async create(properties, at) {
    refuseSources("a DB cluster", properties, POINT);
    const id = nameOf(properties["DBClusterIdentifier"], at);
    const isRestored = properties["SnapshotIdentifier"] !== undefined;
    const isPoint = Object.keys(properties).some((name) => POINT.test(name));
    const madeOf = isRestored ? "RestoreDBClusterFromSnapshot" : "CreateDBCluster";
    await call(
      at,
      isPoint ? "RestoreDBClusterToPointInTime" : madeOf,
      withTags({ ...properties, DBClusterIdentifier: id }, at),
    );
    at.made({ id });
    await settled(id, at);
    if (isRestored || isPoint) {
      await setRest("ModifyDBCluster", { DBClusterIdentifier: id }, properties, at);
      await setHttpEndpoint(id, properties["EnableHttpEndpoint"], at);
    }
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    refuseSources("a DB cluster", properties, POINT);
    const { EnableHttpEndpoint, ...changes } = changesOf(before, properties);
    await setHttpEndpoint(id, EnableHttpEndpoint, at);
    if (Object.keys(changes).length > 0) {
      await call(at, "ModifyDBCluster", { ...changes, DBClusterIdentifier: id, ApplyImmediately: true });
      await settled(id, at);
    }
    await retagDatabase("cluster", id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async delete({ id }, at) {
    const cluster = await described(id, at);
    const GlobalClusterIdentifier = cluster?.["GlobalClusterIdentifier"];
    // One of a global cluster leaves it first.
    if (GlobalClusterIdentifier !== undefined)
      await gone(
        call(at, "RemoveFromGlobalCluster", {
          GlobalClusterIdentifier,
          DbClusterIdentifier: cluster?.["DBClusterArn"],
        }),
      );
    await remove(id, at);
  },
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const cluster = await described(id, at);
    return shown(
      properties,
      cluster && {
        ...cluster,
        DBClusterParameterGroupName: cluster["DBClusterParameterGroup"],
        VpcSecurityGroupIds: groupsOf(cluster),
        EnableHttpEndpoint: cluster["HttpEndpointEnabled"],
        EnableIAMDatabaseAuthentication: cluster["IAMDatabaseAuthenticationEnabled"],
        Tags: cluster["TagList"],
      },
    );
  },
});

/** Only CreateDBCluster takes it with all else. */
async function setHttpEndpoint(id: string, wanted: unknown, at: ResourceContext): Promise<void> {
  if (wanted === undefined) return;
  const ResourceArn = makeArn("rds", at.region, at.account, `cluster:${id}`);
  await call(at, String(wanted) === "true" ? "EnableHttpEndpoint" : "DisableHttpEndpoint", { ResourceArn });
}

/** What another cluster was at a point in time. */
const POINT =
  /^(?:SourceDBClusterIdentifier|SourceDbClusterResourceId|RestoreToTime|RestoreType|UseLatestRestorableTime)$/;

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const cluster = (await described(id, at)) ?? {};
  return {
    "Endpoint.Address": cluster["Endpoint"],
    "Endpoint.Port": cluster["Port"] === undefined ? undefined : String(cluster["Port"]),
    "ReadEndpoint.Address": cluster["ReaderEndpoint"],
    DBClusterArn: cluster["DBClusterArn"],
    DBClusterResourceId: cluster["DbClusterResourceId"],
    ...secretOf(cluster),
  };
}
