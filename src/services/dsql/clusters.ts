import { pageOf } from "../../aws/page.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as DSQL from "../../models/generated/dsql.ts";
import { HOW_TO_INSTALL, postgresFolder } from "../../processes/postgres/installation.ts";
import { type ClusterRecord, clusterArn, clusterRecords, describeCluster, findCluster } from "./cluster.ts";
import { conflict, invalid, isProtected, noCapacity, tooManyClusters } from "./errors.ts";
import type { Clusters } from "./running/clusters.ts";
import { tagging } from "./tags.ts";

const ID_LENGTH = 26;
const LETTERS_AND_DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";
const PAGE_SIZE = 100;
/** How many an account can have in a Region: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/CHAP_quotas.html */
const MOST_OF_ONE_REGION = 20;
const MOST_OF_SEVERAL = 5;

/** https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_CreateCluster.html and its neighbours */
export const clusterHandlers = (clusters: Clusters): Handlers<DSQL.Operations> => ({
  CreateCluster(input, ctx) {
    if (input.policy !== undefined) throw invalid("Squall does not serve policies of clusters.");
    const again = madeBefore(input.clientToken, ctx);
    if (again) return answer(again, ctx, clusters);
    if (postgresFolder() === undefined) throw noCapacity(HOW_TO_INSTALL);
    checkQuota(input.multiRegionProperties !== undefined, ctx);
    const id = ctx.random.string(ID_LENGTH, LETTERS_AND_DIGITS);
    const cluster: ClusterRecord = {
      id,
      databaseId: `dsql-${id}`,
      databaseRegion: ctx.region,
      state: "PENDING_SETUP",
      turn: 0,
      isProtected: input.deletionProtectionEnabled ?? false,
      kmsKeyArn: keyOf(input.kmsEncryptionKey),
      ...regionsOf(input.multiRegionProperties, ctx),
      ...(input.clientToken !== undefined && { clientToken: input.clientToken }),
      adminPassword: ctx.random.string(32, LETTERS_AND_DIGITS),
      createdMs: ctx.clock.now(),
      tags: tagging.read(input.tags),
    };
    // One of several regions waits for those that it is to be linked with.
    if (cluster.witnessRegion === undefined)
      return answer(clusters.go(ctx, cluster, "CREATING"), ctx, clusters);
    ctx.store.collection(clusterRecords).put([id], cluster);
    clusters.link(ctx, cluster);
    return answer(findCluster(id, ctx), ctx, clusters);
  },

  GetCluster: ({ identifier }, ctx) => describe(findCluster(identifier, ctx), ctx, clusters),

  ListClusters({ maxResults: size = PAGE_SIZE, nextToken: token }, ctx) {
    const { items, nextToken } = pageOf(ctx.store.collection(clusterRecords), {
      size,
      token,
      refuse: () => invalid("The nextToken is invalid."),
    });
    return {
      clusters: items.map(({ id }) => ({ identifier: id, arn: clusterArn(id, ctx) })),
      ...(nextToken !== undefined && { nextToken }),
    };
  },

  UpdateCluster(input, ctx) {
    const cluster = findCluster(input.identifier, ctx);
    if (cluster.state !== "ACTIVE" && cluster.state !== "PENDING_SETUP")
      throw conflict(cluster.id, `Cluster ${cluster.id} is ${cluster.state}.`);
    const changed: ClusterRecord = {
      ...cluster,
      isProtected: input.deletionProtectionEnabled ?? cluster.isProtected,
      ...(input.kmsEncryptionKey !== undefined && { kmsKeyArn: keyOf(input.kmsEncryptionKey) }),
      ...(input.multiRegionProperties !== undefined && regionsOf(input.multiRegionProperties, ctx)),
    };
    if (cluster.state === "PENDING_SETUP") {
      ctx.store.collection(clusterRecords).put([cluster.id], changed);
      clusters.link(ctx, changed);
      return summary(findCluster(cluster.id, ctx), ctx);
    }
    if (input.multiRegionProperties !== undefined && cluster.witnessRegion === undefined)
      throw invalid("Squall links clusters of several Regions that were created with a witnessRegion.");
    return summary(clusters.go(ctx, changed, "UPDATING"), ctx);
  },

  DeleteCluster({ identifier }, ctx) {
    const cluster = findCluster(identifier, ctx);
    if (cluster.isProtected) throw isProtected(cluster.id);
    if (["CREATING", "UPDATING", "DELETING", "PENDING_DELETE"].includes(cluster.state))
      throw conflict(cluster.id, `Cluster ${cluster.id} is ${cluster.state}.`);
    return summary(clusters.remove(ctx, cluster), ctx);
  },

  GetVpcEndpointServiceName({ identifier }, ctx) {
    const { id } = findCluster(identifier, ctx);
    return { serviceName: `com.amazonaws.${ctx.region}.dsql-${id.slice(0, 4)}` };
  },
});

const summary = ({ id, state, createdMs }: ClusterRecord, ctx: Context) => ({
  identifier: id,
  arn: clusterArn(id, ctx),
  status: state,
  creationTime: new Date(createdMs),
});

function answer(cluster: ClusterRecord, ctx: Context, clusters: Clusters): DSQL.CreateClusterOutput {
  const { tags: _, ...output } = describe(cluster, ctx, clusters);
  return output;
}

const describe = (cluster: ClusterRecord, ctx: Context, clusters: Clusters): DSQL.GetClusterOutput =>
  describeCluster(cluster, ctx, clusters.endpoint(ctx, cluster.id).address);

/** @throws ServiceQuotaExceededException */
function checkQuota(isOfSeveral: boolean, { store }: Context): void {
  const alike = [...store.collection(clusterRecords).values()].filter(
    ({ witnessRegion }) => (witnessRegion !== undefined) === isOfSeveral,
  );
  if (alike.length >= (isOfSeveral ? MOST_OF_SEVERAL : MOST_OF_ONE_REGION)) throw tooManyClusters();
}

/** What a repeated request has made before. */
const madeBefore = (token: string | undefined, { store }: Context): ClusterRecord | undefined =>
  token === undefined
    ? undefined
    : [...store.collection(clusterRecords).values()].find(({ clientToken }) => clientToken === token);

const keyOf = (key: string | undefined): string | undefined =>
  key === "AWS_OWNED_KMS_KEY" ? undefined : key;

/** @throws ValidationException */
function regionsOf(
  asked: DSQL.MultiRegionProperties | undefined,
  { region }: Context,
): Pick<ClusterRecord, "witnessRegion" | "peers"> {
  if (!asked) return { peers: [] };
  const { witnessRegion, clusters: peers = [] } = asked;
  if (witnessRegion === undefined) throw invalid("A multi-Region cluster has a witnessRegion.");
  if (witnessRegion === region)
    throw invalid("The witnessRegion cannot be the same as the cluster's Region.");
  for (const arn of peers)
    if (parseArn(arn)?.service !== "dsql") throw invalid(`${arn} is not the ARN of a cluster.`);
  return { witnessRegion, peers };
}
