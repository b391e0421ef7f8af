import type { Context, Handlers } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterArn, clusterRecords, type DbClusterRecord, findCluster } from "./db-cluster.ts";
import { pageBy } from "./describing.ts";
import { clusterEngineOf, versionOf } from "./engine.ts";
import {
  clusterNotFound,
  clusterState,
  globalClusterExists,
  globalClusterState,
  invalidParameterCombination,
  invalidParameterValue,
} from "./errors.ts";
import {
  changeRegional,
  describeGlobal,
  findGlobal,
  type GlobalClusterRecord,
  globalsOf,
  isWritten,
  type RegionalCluster,
  regionalOf,
} from "./global-cluster.ts";
import { checkName, globalResourceId } from "./ids.ts";
import { checkLimits } from "./limits.ts";
import type { GlobalClusters } from "./running/global-clusters.ts";
import type { Replication } from "./running/replication.ts";
import { tagging } from "./tags.ts";

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateGlobalCluster.html and its neighbours */
export const globalClusters = (
  globals: GlobalClusters,
  replication: Replication,
): Handlers<RDS.Operations> => ({
  CreateGlobalCluster(input, ctx) {
    const name = checkName(input.GlobalClusterIdentifier, "GlobalClusterIdentifier");
    const all = globalsOf(ctx.host, ctx.account);
    if (all.get([name])) throw globalClusterExists(name);
    const source =
      input.SourceDBClusterIdentifier === undefined
        ? undefined
        : sourceOf(input.SourceDBClusterIdentifier, ctx);
    for (const member of ["Engine", "EngineVersion", "DatabaseName", "StorageEncrypted"] as const)
      if (source && input[member] !== undefined)
        throw invalidParameterCombination(
          `When creating global cluster from existing db cluster, value for ${member} should not be specified since it will be inherited from source cluster`,
        );
    if (!source && input.Engine === undefined)
      throw invalidParameterValue("The parameter Engine must be provided and must not be blank.");
    const engine = clusterEngineOf(source?.engine ?? input.Engine ?? "");
    checkLimits({ ...input, ...(source && { EngineVersion: source.engineVersion }) }, engine);
    const global: GlobalClusterRecord = {
      name,
      resourceId: globalResourceId(ctx.random),
      state: "available",
      turn: 0,
      engine: engine.name,
      engineVersion: source?.engineVersion ?? versionOf(engine, input.EngineVersion),
      database: source ? source.database : input.DatabaseName,
      isProtected: input.DeletionProtection ?? false,
      tags: tagging.read(input.Tags),
    };
    all.put([name], global);
    if (source) ctx.store.collection(clusterRecords).put([source.id], { ...source, globalCluster: name });
    return { GlobalCluster: describe(global, ctx) };
  },

  DescribeGlobalClusters(input, ctx) {
    const { GlobalClusterIdentifier: name, Filters = [] } = input;
    const named =
      name === undefined ? [...globalsOf(ctx.host, ctx.account).values()] : [findGlobal(name, ctx)];
    const wanted = Filters.map(({ Name, Values }) => {
      if (Name !== "db-cluster-id") throw invalidParameterValue(`Unrecognized filter name: ${Name}`);
      return Values;
    });
    const passing = named.filter((global) =>
      wanted.every((values) =>
        members(global, ctx).some(({ arn, cluster }) => values.includes(arn) || values.includes(cluster.id)),
      ),
    );
    const { items, Marker } = pageBy(passing, (global) => global.name, input, [ctx.operation, name]);
    return { GlobalClusters: items.map((global) => describe(global, ctx)), Marker };
  },

  ModifyGlobalCluster(input, ctx) {
    const global = settled(given(input.GlobalClusterIdentifier), ctx);
    const all = globalsOf(ctx.host, ctx.account);
    const name =
      input.NewGlobalClusterIdentifier === undefined
        ? global.name
        : checkName(input.NewGlobalClusterIdentifier, "NewGlobalClusterIdentifier");
    if (name !== global.name && all.get([name])) throw globalClusterExists(name);
    if (input.EngineVersion !== undefined)
      checkLimits({ EngineVersion: input.EngineVersion }, clusterEngineOf(global.engine));
    const changed: GlobalClusterRecord = {
      ...global,
      name,
      engineVersion: input.EngineVersion ?? global.engineVersion,
      isProtected: input.DeletionProtection ?? global.isProtected,
    };
    for (const one of members(global, ctx)) changeRegional(one, { globalCluster: name }, ctx.host);
    all.delete([global.name]);
    all.put([name], changed);
    return { GlobalCluster: describe(changed, ctx) };
  },

  DeleteGlobalCluster({ GlobalClusterIdentifier }, ctx) {
    const global = settled(GlobalClusterIdentifier, ctx);
    if (global.isProtected)
      throw invalidParameterCombination(
        "Cannot delete protected Global Cluster, please disable deletion protection and try again.",
      );
    if (members(global, ctx).length > 0)
      throw globalClusterState(`Global Cluster ${global.name} is not empty`);
    globalsOf(ctx.host, ctx.account).delete([global.name]);
    return { GlobalCluster: { ...describe(global, ctx), Status: "deleting" } };
  },

  RemoveFromGlobalCluster(input, ctx) {
    const global = settled(given(input.GlobalClusterIdentifier), ctx);
    const all = members(global, ctx);
    const asked = given(input.DbClusterIdentifier, "DbClusterIdentifier");
    const one = member(asked, all, ctx);
    if (!one)
      throw invalidParameterValue(`Cluster ${asked} is not part of the global cluster ${global.name}`);
    if (isWritten(one) && all.length > 1)
      throw globalClusterState(
        `Unable to remove cluster ${one.cluster.id}, a primary member of the global cluster, while there are other global cluster members`,
      );
    if (isWritten(one)) changeRegional(one, { globalCluster: undefined }, ctx.host);
    else globals.detach(one);
    return { GlobalCluster: describe(global, ctx) };
  },

  SwitchoverGlobalCluster: (input, ctx) => ({
    GlobalCluster: move(input, false, { globals, replication }, ctx),
  }),

  FailoverGlobalCluster(input, ctx) {
    const { AllowDataLoss = false, Switchover = false } = input;
    if (AllowDataLoss && Switchover)
      throw invalidParameterCombination("You can't specify both AllowDataLoss and Switchover.");
    return { GlobalCluster: move(input, AllowDataLoss, { globals, replication }, ctx) };
  },
});

interface Moving {
  readonly GlobalClusterIdentifier: string;
  readonly TargetDbClusterIdentifier: string;
}

/** The texts are inferred: AWS's are not documented. @throws GlobalClusterNotFoundFault, DBClusterNotFoundFault, InvalidGlobalClusterStateFault, InvalidDBClusterStateFault */
function move(
  asked: Moving,
  losesData: boolean,
  { globals, replication }: { readonly globals: GlobalClusters; readonly replication: Replication },
  ctx: Context,
): RDS.GlobalCluster {
  const global = settled(asked.GlobalClusterIdentifier, ctx);
  const all = members(global, ctx);
  const target = member(asked.TargetDbClusterIdentifier, all, ctx);
  const primary = all.find(isWritten);
  if (!target || !primary) throw clusterNotFound(asked.TargetDbClusterIdentifier);
  if (target === primary)
    throw globalClusterState(`DB cluster ${target.arn} is the primary of the global cluster already.`);
  const heir = replication.heirOf(target.place, target.cluster.id);
  if (heir === undefined)
    throw clusterState(`DB cluster ${target.cluster.id} has no instance that is available.`);
  const gone = globals.move(ctx.account, global, { from: primary.arn, to: target.arn, heir, losesData });
  return describe(gone, ctx);
}

const members = ({ name }: GlobalClusterRecord, { account, host }: Context): RegionalCluster[] =>
  regionalOf(name, account, host);

const describe = (global: GlobalClusterRecord, ctx: Context): RDS.GlobalCluster =>
  describeGlobal(global, ctx.account, members(global, ctx));

/** One of them by its ARN, or by its name in this Region. */
const member = (
  asked: string,
  all: readonly RegionalCluster[],
  { region }: Context,
): RegionalCluster | undefined =>
  all.find(
    ({ arn, cluster, place }) =>
      arn === asked || (place.region === region && cluster.id === asked.toLowerCase()),
  );

/** @throws GlobalClusterNotFoundFault, InvalidGlobalClusterStateFault */
function settled(name: string, ctx: Context): GlobalClusterRecord {
  const global = findGlobal(name, ctx);
  if (global.state !== "available")
    throw globalClusterState(`Global cluster ${global.name} is not in available state.`);
  return global;
}

/** @throws InvalidParameterValue */
function given(value: string | undefined, parameter = "GlobalClusterIdentifier"): string {
  if (value !== undefined) return value;
  throw invalidParameterValue(`The parameter ${parameter} must be provided and must not be blank.`);
}

/** The cluster that a global one begins with. @throws DBClusterNotFoundFault, InvalidDBClusterStateFault */
function sourceOf(asked: string, ctx: Context): DbClusterRecord {
  const cluster = findCluster(asked, ctx);
  if (asked.startsWith("arn:") && asked !== clusterArn(cluster.id, ctx)) throw clusterNotFound(asked);
  if (cluster.globalCluster !== undefined)
    throw clusterState(
      `DB cluster ${cluster.id} is part of the global cluster ${cluster.globalCluster} already.`,
    );
  return cluster;
}
