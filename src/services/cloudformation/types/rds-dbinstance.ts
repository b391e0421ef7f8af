import { makeArn } from "../../../core/arn.ts";
import { changesOf } from "../mapping/changes.ts";
import { type Properties, withTags } from "../mapping/mapped.ts";
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
  name: "DB instance",
  describe: "DescribeDBInstances",
  delete: "DeleteDBInstance",
  items: "DBInstances",
  state: "DBInstanceStatus",
  keyOf: (DBInstanceIdentifier) => ({ DBInstanceIdentifier }),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html */
export default defineType({
  type: "AWS::RDS::DBInstance",
  replacedBy: [
    "AvailabilityZone",
    "BackupTarget",
    "CharacterSetName",
    "CustomIAMInstanceProfile",
    "DBClusterIdentifier",
    "DBInstanceIdentifier",
    "DBName",
    "DBSnapshotIdentifier",
    "DBSubnetGroupName",
    "DBSystemId",
    "Engine",
    "KmsKeyId",
    "MasterUsername",
    "NcharCharacterSetName",
    "SourceDBInstanceIdentifier",
    "SourceRegion",
    "StorageEncrypted",
    "Timezone",
  ],
  // A read replica that is of no source any more is promoted.
  inPlace: ({ SourceDBInstanceIdentifier: source }) =>
    source === undefined ? ["SourceDBInstanceIdentifier", "SourceRegion"] : [],
  isTagged: true,
  async create(properties, at) {
    refuseSources("a DB instance", properties, REPLICATED);
    const id = nameOf(properties["DBInstanceIdentifier"], at);
    const isRestored = properties["DBSnapshotIdentifier"] !== undefined;
    const isReplica = properties["SourceDBInstanceIdentifier"] !== undefined;
    const isPoint = POINTS.some((name) => properties[name] !== undefined);
    const madeOf = isRestored ? "RestoreDBInstanceFromDBSnapshot" : "CreateDBInstance";
    const copied = isPoint ? "RestoreDBInstanceToPointInTime" : "CreateDBInstanceReadReplica";
    await call(
      at,
      isReplica || isPoint ? copied : madeOf,
      withTags(
        {
          ...inputOf(properties),
          ...sourceOf(properties, at),
          DBInstanceIdentifier: id,
          TargetDBInstanceIdentifier: id,
        },
        at,
      ),
    );
    at.made({ id });
    await settled(id, at);
    if (isRestored || isPoint)
      await setRest("ModifyDBInstance", { DBInstanceIdentifier: id }, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  async update({ id, properties: before }, properties, at) {
    refuseSources("a DB instance", properties, REPLICATED);
    if (
      before["SourceDBInstanceIdentifier"] !== undefined &&
      properties["SourceDBInstanceIdentifier"] === undefined
    ) {
      await call(at, "PromoteReadReplica", { ...properties, DBInstanceIdentifier: id });
      await settled(id, at);
    }
    const changes = changesOf(before, properties);
    if (Object.keys(changes).length > 0) {
      await call(at, "ModifyDBInstance", {
        ...inputOf(changes),
        DBInstanceIdentifier: id,
        DBPortNumber: changes["Port"],
        ApplyImmediately: true,
      });
      await settled(id, at);
    }
    await retagDatabase("db", id, before, properties, at);
    return { id, attributes: await attributesOf(id, at) };
  },
  delete: ({ id }, at) => remove(id, at),
  attributes: (id, _properties, at) => attributesOf(id, at),
  async read({ id, properties }, at) {
    const instance = await described(id, at);
    if (!instance) return undefined;
    const [group] = instance["DBParameterGroups"] as [Properties];
    return shown(properties, {
      ...instance,
      DBParameterGroupName: group["DBParameterGroupName"],
      VPCSecurityGroups: groupsOf(instance),
      SourceDBInstanceIdentifier: instance["ReadReplicaSourceDBInstanceIdentifier"],
      Port: (instance["Endpoint"] as Properties | undefined)?.["Port"],
      EnableIAMDatabaseAuthentication: instance["IAMDatabaseAuthenticationEnabled"],
      EnablePerformanceInsights: instance["PerformanceInsightsEnabled"],
      Tags: instance["TagList"],
    });
  },
});

/** Of another instance: its read replica, or what it is at a point in time. */
const REPLICATED =
  /^(?:Source(?:DBInstanceIdentifier|Region|DbiResourceId|DBInstanceAutomatedBackupsArn)|RestoreTime|UseLatestRestorableTime)$/;
const POINTS = [
  "RestoreTime",
  "UseLatestRestorableTime",
  "SourceDbiResourceId",
  "SourceDBInstanceAutomatedBackupsArn",
];

/** The source of a read replica, by ARN where it is in another Region. */
function sourceOf(
  { SourceDBInstanceIdentifier: source, SourceRegion: region }: Properties,
  { account }: ResourceContext,
): Properties {
  if (source === undefined) return {};
  const isNamed = region === undefined || String(source).startsWith("arn:");
  return {
    SourceDBInstanceIdentifier: isNamed ? source : makeArn("rds", String(region), account, `db:${source}`),
  };
}

const inputOf = ({ VPCSecurityGroups, ...others }: Properties): Properties => ({
  ...others,
  ...(VPCSecurityGroups !== undefined && { VpcSecurityGroupIds: VPCSecurityGroups }),
});

async function attributesOf(id: string, at: ResourceContext): Promise<Properties> {
  const instance = (await described(id, at)) ?? {};
  const { Address, Port, HostedZoneId } = (instance["Endpoint"] ?? {}) as Properties;
  return {
    "Endpoint.Address": Address,
    "Endpoint.Port": Port === undefined ? undefined : String(Port),
    "Endpoint.HostedZoneId": HostedZoneId,
    DBInstanceArn: instance["DBInstanceArn"],
    DBInstanceStatus: instance["DBInstanceStatus"],
    DbiResourceId: instance["DbiResourceId"],
    ...secretOf(instance),
  };
}
