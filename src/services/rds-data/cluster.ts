import type { Place } from "../../aws/arn-template.ts";
import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import type * as RDS from "../../models/generated/rds.ts";
import {
  databaseNotFound,
  databaseUnavailable,
  httpEndpointNotEnabled,
  invalidResourceState,
} from "./errors.ts";
import type { Where } from "./running/session.ts";

/** When a writer pauses that nobody uses. */
export interface Pause {
  readonly afterMs: number;
  /** When it was made. */
  readonly sinceMs: number;
}

/** A cluster that takes statements. */
export interface Cluster {
  readonly arn: string;
  readonly engine: "postgres" | "mysql";
  /** Its writer: there is no other way, not for reading either. */
  readonly writer: Where;
  /** Of a serverless writer that scales to nothing. */
  readonly pause?: Pause | undefined;
}

/** While a cluster is failing over its writer is not reached, or already another one. */
const IN_USE = /^(?:available|failing-over)$/;

/** @throws HttpEndpointNotEnabledException, DatabaseNotFoundException, InvalidResourceStateException, DatabaseUnavailableException */
export async function clusterAt(arn: string, { account, region, host }: Context): Promise<Cluster> {
  const cluster = await described(arn, { account, region }, host);
  // What is no cluster, or is another account's or region's, has no HTTP endpoint either.
  if (!cluster?.HttpEndpointEnabled) throw httpEndpointNotEnabled(arn);
  if (!IN_USE.test(cluster.Status ?? "")) throw invalidResourceState();
  const members = cluster.DBClusterMembers ?? [];
  if (members.length === 0) throw databaseNotFound();
  const writer = members.find(({ IsClusterWriter }) => IsClusterWriter)?.DBInstanceIdentifier;
  // A secondary cluster of a global one has readers only.
  if (writer === undefined) throw databaseUnavailable();
  return {
    arn,
    engine: cluster.Engine === "aurora-mysql" ? "mysql" : "postgres",
    writer: { address: cluster.Endpoint ?? "", port: cluster.Port ?? 0 },
    pause: await pauseOf(cluster, writer, { account, region }, host),
  };
}

async function described(
  arn: string,
  where: Place,
  host: Context["host"],
): Promise<RDS.DBCluster | undefined> {
  const named = parseArn(arn);
  if (named?.service !== "rds" || named.account !== where.account || named.region !== where.region)
    return undefined;
  const clusters = (await host.resources("aws:rds:cluster", where)) ?? [];
  return Iterator.from(clusters).find((cluster) => cluster.arn === arn)?.attributes;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html */
async function pauseOf(
  { ServerlessV2ScalingConfiguration: scaling }: RDS.DBCluster,
  writer: string,
  where: Place,
  host: Context["host"],
): Promise<Pause | undefined> {
  if (scaling?.MinCapacity !== 0 || scaling.SecondsUntilAutoPause === undefined) return undefined;
  const instances = (await host.resources("aws:rds:db", where)) ?? [];
  const writerArn = makeArn("rds", where.region, where.account, `db:${writer}`);
  const instance: RDS.DBInstance | undefined = Iterator.from(instances).find(
    ({ arn }) => arn === writerArn,
  )?.attributes;
  if (instance?.DBInstanceClass !== "db.serverless") return undefined;
  return {
    afterMs: scaling.SecondsUntilAutoPause * 1000,
    sinceMs: instance.InstanceCreateTime?.getTime() ?? 0,
  };
}
