import type { Asked } from "../../aws/marker-page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { sure } from "../../core/sure.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { pageBy } from "./describing.ts";
import { engineOfFamily } from "./engine.ts";
import { changesOf } from "./group-changes.ts";
import { parametersOf } from "./parameter.ts";
import {
  type DbParameterGroupRecord,
  findGroup,
  type GroupKind,
  groupArn,
  ofClusters,
  ofInstances,
} from "./parameter-group.ts";

const instances = changesOf(ofInstances, "DBParameterGroupName");
const clusters = changesOf(ofClusters, "DBClusterParameterGroupName");

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html and its neighbours */
export const dbParameterGroups: Handlers<RDS.Operations> = {
  CreateDBParameterGroup(
    { DBParameterGroupName: name, DBParameterGroupFamily: family, Description, Tags },
    ctx,
  ) {
    const group = instances.create({ name, family, description: Description }, Tags, ctx);
    return { DBParameterGroup: describe(group, ctx) };
  },

  CopyDBParameterGroup(input, ctx) {
    const target = {
      name: input.TargetDBParameterGroupIdentifier,
      description: input.TargetDBParameterGroupDescription,
    };
    const group = instances.copy(input.SourceDBParameterGroupIdentifier, target, input.Tags, ctx);
    return { DBParameterGroup: describe(group, ctx) };
  },

  DescribeDBParameterGroups(input, ctx) {
    const { items, ...rest } = paged(ofInstances, input.DBParameterGroupName, input, ctx);
    return { DBParameterGroups: items.map((group) => describe(group, ctx)), ...rest };
  },

  async ModifyDBParameterGroup({ DBParameterGroupName: name, Parameters }, ctx) {
    return { DBParameterGroupName: await instances.modify(name, Parameters, ctx) };
  },

  ResetDBParameterGroup({ DBParameterGroupName: name, ResetAllParameters, Parameters = [] }, ctx) {
    return { DBParameterGroupName: instances.reset(name, ResetAllParameters, Parameters, ctx.store) };
  },

  DescribeDBParameters: (input, ctx) => parametersIn(ofInstances, input.DBParameterGroupName, input, ctx),

  DeleteDBParameterGroup: ({ DBParameterGroupName }, ctx) => instances.remove(DBParameterGroupName, ctx),
};

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterParameterGroup.html and its neighbours */
export const dbClusterParameterGroups: Handlers<RDS.Operations> = {
  CreateDBClusterParameterGroup(input, ctx) {
    const { DBClusterParameterGroupName: name, DBParameterGroupFamily: family, Description } = input;
    const group = clusters.create({ name, family, description: Description }, input.Tags, ctx);
    return { DBClusterParameterGroup: describeOfClusters(group, ctx) };
  },

  CopyDBClusterParameterGroup(input, ctx) {
    const target = {
      name: input.TargetDBClusterParameterGroupIdentifier,
      description: input.TargetDBClusterParameterGroupDescription,
    };
    const group = clusters.copy(input.SourceDBClusterParameterGroupIdentifier, target, input.Tags, ctx);
    return { DBClusterParameterGroup: describeOfClusters(group, ctx) };
  },

  DescribeDBClusterParameterGroups(input, ctx) {
    const { items, ...rest } = paged(ofClusters, input.DBClusterParameterGroupName, input, ctx);
    return { DBClusterParameterGroups: items.map((group) => describeOfClusters(group, ctx)), ...rest };
  },

  async ModifyDBClusterParameterGroup({ DBClusterParameterGroupName: name, Parameters }, ctx) {
    return { DBClusterParameterGroupName: await clusters.modify(name, Parameters, ctx) };
  },

  ResetDBClusterParameterGroup(
    { DBClusterParameterGroupName: name, ResetAllParameters, Parameters = [] },
    ctx,
  ) {
    return { DBClusterParameterGroupName: clusters.reset(name, ResetAllParameters, Parameters, ctx.store) };
  },

  DescribeDBClusterParameters: (input, ctx) =>
    parametersIn(ofClusters, input.DBClusterParameterGroupName, input, ctx),

  DeleteDBClusterParameterGroup: ({ DBClusterParameterGroupName }, ctx) =>
    clusters.remove(DBClusterParameterGroupName, ctx),
};

const paged = (kind: GroupKind, name: string | undefined, input: Asked, ctx: Context) =>
  pageBy(
    name === undefined ? ctx.store.collection(kind.records).values() : [findGroup(kind, name, ctx.store)],
    (group) => group.name,
    input,
    [ctx.operation, name],
  );

async function parametersIn(
  kind: GroupKind,
  name: string,
  input: Asked & { readonly Source?: string },
  ctx: Context,
): Promise<{ Parameters: RDS.Parameter[]; Marker?: string }> {
  const group = findGroup(kind, name, ctx.store);
  const all = await parametersOf(group, sure(engineOfFamily(group.family)));
  const { items, ...rest } = pageBy(
    all.filter(({ Source }) => input.Source === undefined || Source === input.Source),
    ({ ParameterName = "" }) => ParameterName,
    input,
    [ctx.operation, name, input.Source],
  );
  return { Parameters: items, ...rest };
}

const common = ({ family, description }: DbParameterGroupRecord) => ({
  DBParameterGroupFamily: family,
  Description: description,
});

const describe = (group: DbParameterGroupRecord, ctx: Context): RDS.DBParameterGroup => ({
  DBParameterGroupName: group.name,
  ...common(group),
  DBParameterGroupArn: groupArn(ofInstances, group.name, ctx),
});

const describeOfClusters = (group: DbParameterGroupRecord, ctx: Context): RDS.DBClusterParameterGroup => ({
  DBClusterParameterGroupName: group.name,
  ...common(group),
  DBClusterParameterGroupArn: groupArn(ofClusters, group.name, ctx),
});
