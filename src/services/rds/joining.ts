import type { Context } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import type { DbClusterRecord } from "./db-cluster.ts";
import type { Engine } from "./engine.ts";
import { clusterState, globalClusterState, invalidParameterCombination } from "./errors.ts";
import { findGlobal, globalsOf, isWritten, regionalOf } from "./global-cluster.ts";

/** What a cluster has of the global one that it joins; of one that follows another, that as well. */
export type Joined = Pick<DbClusterRecord, "globalCluster"> &
  Partial<
    Pick<
      DbClusterRecord,
      "source" | "engineVersion" | "database" | "masterUsername" | "masterPassword" | "adminPassword"
    >
  >;

const NOT_ITS_OWN = {
  MasterUsername: "user name",
  MasterUserPassword: "password",
  DatabaseName: "database name",
} as const;

/**
 * The first cluster of a global one is written to; those of other Regions follow it.
 * @throws GlobalClusterNotFoundFault, InvalidParameterCombination, InvalidGlobalClusterStateFault
 */
export function joinedBy(
  input: RDS.CreateDBClusterMessage,
  engine: Engine,
  ctx: Context,
): Joined | undefined {
  if (input.GlobalClusterIdentifier === undefined) return undefined;
  const global = findGlobal(input.GlobalClusterIdentifier, ctx);
  if (global.engine !== engine.name)
    throw invalidParameterCombination(
      `The engine name requested for your DB cluster (${engine.name}) doesn't match the engine name of your global cluster (${global.engine}).`,
    );
  const all = regionalOf(global.name, ctx.account, ctx.host);
  if (all.some(({ place }) => place.region === ctx.region))
    throw globalClusterState(`Global cluster ${global.name} has a DB cluster in ${ctx.region} already.`);
  const primary = all.find(isWritten);
  if (!primary)
    return {
      globalCluster: global.name,
      ...(global.database !== undefined && { database: global.database }),
      engineVersion: global.engineVersion,
    };
  for (const [name, words] of Object.entries(NOT_ITS_OWN))
    if (input[name as keyof typeof NOT_ITS_OWN] !== undefined)
      throw invalidParameterCombination(`Cannot specify ${words} for cross region replication cluster`);
  const { engineVersion, database, masterUsername, masterPassword, adminPassword } = primary.cluster;
  return {
    globalCluster: global.name,
    source: primary.arn,
    engineVersion,
    ...(database !== undefined && { database }),
    masterUsername,
    masterPassword,
    adminPassword,
  };
}

/** A cluster that others follow stays; so does one that follows another, until it is removed from there. @throws InvalidDBClusterStateFault, InvalidGlobalClusterStateFault */
export function checkLeaving({ globalCluster, source }: DbClusterRecord, ctx: Context): void {
  if (globalCluster === undefined || !globalsOf(ctx.host, ctx.account).get([globalCluster])) return;
  if (source !== undefined)
    throw clusterState(
      "This cluster is a part of a global cluster, please remove it from globalcluster first",
    );
  if (regionalOf(globalCluster, ctx.account, ctx.host).length > 1)
    throw globalClusterState(
      "Unable to delete cluster that is a primary member of global cluster while there are other global cluster members",
    );
}
