import { makeArn } from "../../core/arn.ts";
import { awsError } from "../../core/aws-error.ts";
import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalidParameter } from "./errors.ts";
import { replicaLifecycle } from "./lifecycles.ts";
import type { Region } from "./region.ts";
import { arnIn, relink, stateOfReplica } from "./replicas.ts";
import { beginIn } from "./table-creation.ts";
import type { Replica, TableRecord } from "./table-record.ts";

const globalTableNotFound = awsError(
  "GlobalTableNotFoundException",
  400,
  (name: string) => `Global table not found: Global table with name: '${name}' does not exist.`,
);
const globalTableExists = awsError(
  "GlobalTableAlreadyExistsException",
  400,
  (name: string) => `Global table with name: '${name}' already exists.`,
);
const tableNotFound = awsError("TableNotFoundException", 400, (name: string) => `Table not found: ${name}`);
const replicaExists = awsError(
  "ReplicaAlreadyExistsException",
  400,
  (region: string) => `Replica already exists in region: ${region}`,
);
const replicaNotFound = awsError(
  "ReplicaNotFoundException",
  400,
  (region: string) => `Replica not found in region: ${region}`,
);

/** The older way to global tables (2017.11.29): tables that are there become replicas of one another. */
export const globalTables = (database: Database): Handlers<DynamoDB.Operations> => ({
  CreateGlobalTable(input, ctx) {
    const name = input.GlobalTableName;
    const regions = input.ReplicationGroup.map(({ RegionName }) => {
      if (RegionName === undefined) throw invalidParameter("A replica must name its region");
      return RegionName;
    });

    if (new Set(regions).size < regions.length) throw invalidParameter("A region may be named once");
    const tables = regions.map((region) =>
      tableToJoin(database.region({ account: ctx.account, region }), name),
    );
    if (tables.some((record) => record.replicas)) throw globalTableExists(name);
    const [first] = tables;
    if (!first) throw invalidParameter("ReplicationGroup must name at least one region");
    const here = database.region(ctx);
    const record = {
      ...first,
      replicas: regions.map((region) => joining(database, here, name, region)),
    };
    relink(database, here, record, regions);
    return { GlobalTableDescription: describe(here, record, record.replicas) };
  },

  UpdateGlobalTable(input, ctx) {
    const name = input.GlobalTableName;
    const here = database.region(ctx);
    const record = globalTable(here, name);
    let regions = regionsOf(here, record);
    let replicas = record.replicas ?? [];
    for (const { Create: create, Delete: remove } of input.ReplicaUpdates) {
      if (create) {
        if (regions.includes(create.RegionName)) throw replicaExists(create.RegionName);
        tableToJoin(database.region({ account: ctx.account, region: create.RegionName }), name);
        regions = [...regions, create.RegionName];
        replicas = [...replicas, joining(database, here, name, create.RegionName)];
      } else if (remove) {
        if (!regions.includes(remove.RegionName)) throw replicaNotFound(remove.RegionName);
        const settling = beginIn(
          here,
          replicaLifecycle,
          "DELETING",
          arnIn(database.region({ account: ctx.account, region: remove.RegionName }), name),
        );
        if (!settling) regions = regions.filter((region) => region !== remove.RegionName);
        replicas = settling
          ? replicas.map((one) => (one.region === remove.RegionName ? { ...one, settling } : one))
          : replicas.filter(({ region }) => region !== remove.RegionName);
        const left = database.region({ account: ctx.account, region: remove.RegionName });
        const table = left.find(name);
        if (table) left.save({ ...table.record, replicas: undefined });
      }
    }
    relink(database, here, { ...record, replicas }, regions);
    return { GlobalTableDescription: describe(here, record, [itself(here, record), ...replicas]) };
  },

  DescribeGlobalTable(input, ctx) {
    const here = database.region(ctx);
    const record = globalTable(here, input.GlobalTableName);
    const replicas = [itself(here, record), ...(record.replicas ?? [])];
    return { GlobalTableDescription: describe(here, record, replicas) };
  },

  ListGlobalTables(input, ctx) {
    const here = database.region(ctx);
    const limit = input.Limit ?? 100;
    const found = [...here.records(input.ExclusiveStartGlobalTableName)]
      .filter(({ replicas }) => replicas)
      .map((record) => ({ name: record.name, regions: regionsOf(here, record) }))
      .filter(({ regions }) => input.RegionName === undefined || regions.includes(input.RegionName));
    const GlobalTables = found.slice(0, limit).map(({ name, regions }) => ({
      GlobalTableName: name,
      ReplicationGroup: regions.map((RegionName) => ({ RegionName })),
    }));
    return {
      GlobalTables,
      ...(found.length > limit && {
        LastEvaluatedGlobalTableName: GlobalTables.at(-1)?.GlobalTableName,
      }),
    };
  },

  DescribeGlobalTableSettings(input, ctx) {
    const here = database.region(ctx);
    const record = globalTable(here, input.GlobalTableName);
    return { GlobalTableName: record.name, ReplicaSettings: settingsOf(database, here, record) };
  },

  UpdateGlobalTableSettings(input, ctx) {
    const here = database.region(ctx);
    const record = globalTable(here, input.GlobalTableName);
    for (const name of regionsOf(here, record)) {
      const region = database.region({ account: ctx.account, region: name });
      const replica = region.find(record.name)?.record;
      if (!replica) continue;
      const own = input.ReplicaSettingsUpdate?.find(({ RegionName }) => RegionName === name);
      const { ReadCapacityUnits, WriteCapacityUnits } = replica.throughput;
      region.save({
        ...replica,
        billingMode:
          (input.GlobalTableBillingMode as TableRecord["billingMode"] | undefined) ?? replica.billingMode,
        throughput: {
          ...replica.throughput,
          ReadCapacityUnits: own?.ReplicaProvisionedReadCapacityUnits ?? ReadCapacityUnits,
          WriteCapacityUnits: input.GlobalTableProvisionedWriteCapacityUnits ?? WriteCapacityUnits,
        },
        ...(own?.ReplicaTableClass !== undefined && { tableClass: own.ReplicaTableClass }),
      });
    }
    return { GlobalTableName: record.name, ReplicaSettings: settingsOf(database, here, record) };
  },
});

function settingsOf(
  database: Database,
  here: Region,
  record: TableRecord,
): DynamoDB.ReplicaSettingsDescriptionList {
  return regionsOf(here, record).flatMap((region) => {
    const known = record.replicas?.find((one) => one.region === region);
    const replica = database.region({ account: here.account, region }).find(record.name)?.record;
    if (!replica) return [];
    return {
      RegionName: region,
      ReplicaStatus: known ? stateOfReplica(here, known) : "ACTIVE",
      ReplicaBillingModeSummary: { BillingMode: replica.billingMode },
      ReplicaProvisionedReadCapacityUnits: replica.throughput.ReadCapacityUnits,
      ReplicaProvisionedWriteCapacityUnits: replica.throughput.WriteCapacityUnits,
    };
  });
}

function globalTable(region: Region, name: string): TableRecord {
  const record = region.find(name)?.record;
  if (!record?.replicas) throw globalTableNotFound(name);
  return record;
}

function regionsOf(here: Region, record: TableRecord): string[] {
  return [here.name, ...(record.replicas ?? []).map(({ region }) => region)];
}

/** A table must be there, and stream both images, to become a replica. */
function tableToJoin(region: Region, name: string): TableRecord {
  const record = region.find(name)?.record;
  if (!record) throw tableNotFound(name);
  if (!record.stream?.enabled || record.stream.viewType !== "NEW_AND_OLD_IMAGES")
    throw invalidParameter(
      "StreamEnabled must be true and StreamViewType must be NEW_AND_OLD_IMAGES for a table to be a replica",
    );
  return record;
}

/** A table that becomes a replica. */
function joining(database: Database, here: Region, name: string, region: string): Replica {
  const arn = arnIn(database.region({ account: here.account, region }), name);
  return {
    region,
    sinceMs: here.host.clock.now(),
    settling: beginIn(here, replicaLifecycle, "CREATING", arn),
  };
}

const itself = ({ name }: Region, { createdMs }: TableRecord): Replica => ({
  region: name,
  sinceMs: createdMs,
});

function describe(
  here: Region,
  record: TableRecord,
  replicas: readonly Replica[],
): DynamoDB.GlobalTableDescription {
  const ReplicationGroup = replicas.map((replica) => ({
    RegionName: replica.region,
    ReplicaStatus: stateOfReplica(here, replica),
    ...(replica.settling?.failure !== undefined && { ReplicaStatusDescription: replica.settling.failure }),
  }));
  const states = new Set(ReplicationGroup.map(({ ReplicaStatus }) => ReplicaStatus));
  return {
    GlobalTableName: record.name,
    GlobalTableArn: makeArn("dynamodb", "", here.account, `global-table/${record.name}`),
    GlobalTableStatus: states.has("CREATING")
      ? "CREATING"
      : states.has("UPDATING") || states.has("DELETING")
        ? "UPDATING"
        : "ACTIVE",
    CreationDateTime: new Date(record.createdMs),
    ReplicationGroup,
  };
}
