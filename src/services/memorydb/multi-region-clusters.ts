import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { clusterArn } from "./cluster.ts";
import { pageBy } from "./describing.ts";
import { checkLimits, engineOf, familyOf, versionOf } from "./engine.ts";
import {
  invalidParameterValue,
  multiRegionExists,
  multiRegionParameterGroupNotFound,
  multiRegionState,
} from "./errors.ts";
import { checkName, newPrefix } from "./ids.ts";
import {
  findMultiRegion,
  homeOf,
  type MultiRegionRecord,
  multiRegionArn,
  multiRegionRecords,
  regionalOf,
} from "./multi-region-cluster.ts";
import { defaultGroupOf } from "./parameter-group.ts";
import type { Clusters } from "./running/clusters.ts";
import { tagging } from "./tags.ts";

const LONGEST_SUFFIX = 34;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateMultiRegionCluster.html and its neighbours */
export const multiRegionHandlers = (clusters: Clusters): Handlers<MemoryDB.Operations> => ({
  CreateMultiRegionCluster(input, ctx) {
    const suffix = checkName(
      input.MultiRegionClusterNameSuffix,
      "MultiRegionClusterNameSuffix",
      LONGEST_SUFFIX,
    );
    const all = homeOf(ctx.host, ctx.account).collection(multiRegionRecords);
    const taken = [...all.values()].find(({ name }) => name.slice(name.indexOf("-") + 1) === suffix);
    if (taken) throw multiRegionExists(taken.name);
    if ((input.NumShards ?? 1) !== 1)
      throw invalidParameterValue("Squall runs clusters of one shard, and not of several.");
    checkLimits(input);
    const engine = engineOf(input.Engine ?? "valkey");
    if (engine !== "valkey") throw invalidParameterValue("Multi-Region clusters are of the engine valkey.");
    const engineVersion = versionOf(engine, input.EngineVersion);
    const cluster: MultiRegionRecord = {
      name: `${newPrefix(ctx.random)}-${suffix}`,
      description: input.Description ?? "",
      nodeType: input.NodeType,
      engine,
      engineVersion,
      parameterGroup: checkGroup(input.MultiRegionParameterGroupName, familyOf(engine, engineVersion)),
      hasTls: input.TLSEnabled ?? true,
      tags: tagging.read(input.Tags),
    };
    all.put([cluster.name], cluster);
    return { MultiRegionCluster: describe(cluster, ctx, clusters) };
  },

  DescribeMultiRegionClusters(input, ctx) {
    const { MultiRegionClusterName: name, ShowClusterDetails } = input;
    const all = homeOf(ctx.host, ctx.account).collection(multiRegionRecords);
    const named = name === undefined ? all.values() : [findMultiRegion(name, ctx)];
    const { items, ...rest } = pageBy(named, (cluster) => [cluster.name], input, ctx.operation);
    return {
      MultiRegionClusters: items.map((cluster) => describe(cluster, ctx, clusters, ShowClusterDetails)),
      ...rest,
    };
  },

  UpdateMultiRegionCluster(input, ctx) {
    const cluster = changeable(input.MultiRegionClusterName, ctx, clusters);
    checkLimits(input);
    if (input.ShardConfiguration?.ShardCount !== undefined && input.ShardConfiguration.ShardCount !== 1)
      throw invalidParameterValue("Squall runs clusters of one shard, and not of several.");
    const changed: MultiRegionRecord = {
      ...cluster,
      description: input.Description ?? cluster.description,
      nodeType: input.NodeType ?? cluster.nodeType,
      engineVersion: versionOf(cluster.engine, input.EngineVersion ?? cluster.engineVersion),
      parameterGroup: checkGroup(
        input.MultiRegionParameterGroupName ?? cluster.parameterGroup,
        familyOf(cluster.engine, cluster.engineVersion),
      ),
    };
    homeOf(ctx.host, ctx.account).collection(multiRegionRecords).put([cluster.name], changed);
    return { MultiRegionCluster: describe(changed, ctx, clusters) };
  },

  DeleteMultiRegionCluster({ MultiRegionClusterName }, ctx) {
    const cluster = changeable(MultiRegionClusterName, ctx, clusters);
    if (regionalOf(cluster.name, ctx.account, ctx.host).length > 0)
      throw multiRegionState(
        `Multi-Region cluster ${cluster.name} has regional clusters: delete them first.`,
      );
    homeOf(ctx.host, ctx.account).collection(multiRegionRecords).delete([cluster.name]);
    return { MultiRegionCluster: { ...describe(cluster, ctx, clusters), Status: "deleting" } };
  },
});

/** While replication is paused nothing can be changed: https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#memorydb-actions-reference @throws InvalidMultiRegionClusterStateFault */
function changeable(name: string, ctx: Context, clusters: Clusters): MultiRegionRecord {
  const cluster = findMultiRegion(name, ctx);
  if (clusters.replication.isPaused(ctx.account, cluster.name))
    throw multiRegionState(`Multi-Region cluster ${cluster.name} is not in available state.`);
  return cluster;
}

/** There are AWS's own and no others. @throws MultiRegionParameterGroupNotFoundFault */
function checkGroup(name: string | undefined, family: string): string {
  const own = defaultGroupOf(family);
  if (name !== undefined && name !== own) throw multiRegionParameterGroupNotFound(name);
  return own;
}

/** What is not available while replication is paused is called updating: inferred. */
const describe = (
  cluster: MultiRegionRecord,
  { account, host }: Context,
  clusters: Clusters,
  showClusters = true,
): MemoryDB.MultiRegionCluster => ({
  MultiRegionClusterName: cluster.name,
  Description: cluster.description,
  Status: clusters.replication.isPaused(account, cluster.name) ? "updating" : "available",
  NodeType: cluster.nodeType,
  Engine: cluster.engine,
  EngineVersion: cluster.engineVersion,
  NumberOfShards: 1,
  ...(showClusters && {
    Clusters: regionalOf(cluster.name, account, host).map(({ region, cluster: regional }) => ({
      ClusterName: regional.name,
      Region: region,
      Status: regional.state,
      ARN: clusterArn(regional.name, { account, region }),
    })),
  }),
  MultiRegionParameterGroupName: cluster.parameterGroup,
  TLSEnabled: cluster.hasTls,
  ARN: multiRegionArn(cluster.name, account),
});
