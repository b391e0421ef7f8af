import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { clusterRecords } from "./cluster.ts";
import { invalidParameterCombination, multiRegionNotFound, multiRegionState } from "./errors.ts";

/** A multi-Region cluster as it is kept, by its name: what its regional clusters have in common. */
export interface MultiRegionRecord {
  readonly name: string;
  readonly description: string;
  readonly nodeType: string;
  readonly engine: string;
  readonly engineVersion: string;
  readonly parameterGroup: string;
  readonly hasTls: boolean;
  readonly tags: Tags;
}

export const multiRegionRecords = defineCollection<MultiRegionRecord>({ name: "multi-region-clusters" });

/** What is of no region is kept here. */
export const HOME = "us-east-1";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmemorydb.html */
export const multiRegionArn = (name: string, account: string): string =>
  makeArn("memorydb", "", account, `multiregioncluster/${name}`);

interface Host {
  store(account: string, region: string): Store;
  scopes(): { account: string; region: string }[];
}

/** What of an account is of no region. */
export const homeOf = (host: Pick<Host, "store">, account: string): Store => host.store(account, HOME);

/** @throws MultiRegionClusterNotFoundFault */
export function findMultiRegion(asked: string, { host, account }: Context): MultiRegionRecord {
  const cluster = homeOf(host, account).collection(multiRegionRecords).get([asked.toLowerCase()]);
  if (!cluster) throw multiRegionNotFound(asked);
  return cluster;
}

/** Its regional clusters, by region. */
export const regionalOf = (name: string, account: string, host: Host) =>
  host
    .scopes()
    .filter((scope) => scope.account === account)
    .map(({ region }) => region)
    .sort()
    .flatMap((region) =>
      [...host.store(account, region).collection(clusterRecords).values()]
        .filter(({ multiRegion }) => multiRegion === name)
        .map((cluster) => ({ region, cluster })),
    );

/**
 * What a cluster is asked to be: one of a multi-Region cluster is what that says.
 * @throws MultiRegionClusterNotFoundFault, InvalidMultiRegionClusterStateFault, InvalidParameterCombinationException
 */
export function joined(asked: MemoryDB.CreateClusterRequest, ctx: Context): MemoryDB.CreateClusterRequest {
  if (asked.MultiRegionClusterName === undefined) return asked;
  const group = findMultiRegion(asked.MultiRegionClusterName, ctx);
  if (regionalOf(group.name, ctx.account, ctx.host).some(({ region }) => region === ctx.region))
    throw multiRegionState(
      `Multi-Region cluster ${group.name} has a regional cluster in ${ctx.region} already.`,
    );
  const common = {
    NodeType: group.nodeType,
    Engine: group.engine,
    EngineVersion: group.engineVersion,
    TLSEnabled: group.hasTls,
  };
  for (const [name, value] of Object.entries(common)) {
    const given = asked[name as keyof typeof common];
    if (given !== undefined && given !== value)
      throw invalidParameterCombination(
        `${name} of a regional cluster must be that of its multi-Region cluster: ${value}.`,
      );
  }
  return { ...asked, ...common, MultiRegionClusterName: group.name };
}
