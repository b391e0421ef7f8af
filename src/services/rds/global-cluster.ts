import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import { type Tags, tagList } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as RDS from "../../models/generated/rds.ts";
import { clusterArn, clusterRecords, type DbClusterRecord } from "./db-cluster.ts";
import { globalClusterNotFound } from "./errors.ts";

/** A global cluster as it is kept, by its name. Which clusters are its members they say themselves. */
export interface GlobalClusterRecord {
  readonly name: string;
  /** `cluster-abcdef0123456789` */
  readonly resourceId: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  readonly turn: number;
  readonly engine: string;
  readonly engineVersion: string;
  readonly database?: string | undefined;
  readonly isProtected: boolean;
  /** Where it is being handed over to. */
  readonly move?: Move | undefined;
  readonly tags: Tags;
}

export interface Move {
  /** ARNs of clusters. */
  readonly from: string;
  readonly to: string;
  /** The instance that is to be the writer. */
  readonly heir: string;
  readonly losesData: boolean;
}

export const globalRecords = defineCollection<GlobalClusterRecord>({ name: "global-clusters" });

/** What is of no Region is kept here. */
export const HOME = "us-east-1";

export const globalArn = (name: string, account: string): string =>
  makeArn("rds", "", account, `global-cluster:${name}`);

interface Host {
  store(account: string, region: string): Store;
  scopes(): { account: string; region: string }[];
}

export const globalsOf = (host: Pick<Host, "store">, account: string) =>
  host.store(account, HOME).collection(globalRecords);

/** @throws GlobalClusterNotFoundFault */
export function findGlobal(
  asked: string,
  { host, account }: { readonly host: Pick<Host, "store">; readonly account: string },
): GlobalClusterRecord {
  const cluster = globalsOf(host, account).get([asked.toLowerCase()]);
  if (!cluster) throw globalClusterNotFound(asked);
  return cluster;
}

/** A cluster of some Region. */
export interface RegionalCluster {
  readonly place: Place;
  readonly arn: string;
  readonly cluster: DbClusterRecord;
}

/** The clusters of a global one: first the one that is written to, then the others by their ARNs. */
export const regionalOf = (name: string, account: string, host: Host): RegionalCluster[] =>
  host
    .scopes()
    .filter((scope) => scope.account === account)
    .flatMap((place) =>
      [...host.store(account, place.region).collection(clusterRecords).values()]
        .filter(({ globalCluster }) => globalCluster === name)
        .map((cluster) => ({ place, cluster, arn: clusterArn(cluster.id, place) })),
    )
    .sort((a, b) => Number(!isWritten(a)) - Number(!isWritten(b)) || (a.arn < b.arn ? -1 : 1));

export const isWritten = ({ cluster }: RegionalCluster): boolean => cluster.source === undefined;

/** Changes a cluster of a global one, when it is still there. */
export function changeRegional(
  { cluster: { id }, place }: RegionalCluster,
  change: Partial<DbClusterRecord>,
  host: Pick<Host, "store">,
): void {
  const clusters = host.store(place.account, place.region).collection(clusterRecords);
  const current = clusters.get([id]);
  if (current) clusters.put([id], { ...current, ...change });
}

export function describeGlobal(
  global: GlobalClusterRecord,
  account: string,
  members: readonly RegionalCluster[],
): RDS.GlobalCluster {
  const { name, move } = global;
  const secondaries = members.filter((one) => !isWritten(one)).map(({ arn }) => arn);
  return {
    GlobalClusterIdentifier: name,
    GlobalClusterResourceId: global.resourceId,
    GlobalClusterArn: globalArn(name, account),
    Status: global.state,
    Engine: global.engine,
    EngineVersion: global.engineVersion,
    ...(global.database !== undefined && { DatabaseName: global.database }),
    StorageEncrypted: false,
    DeletionProtection: global.isProtected,
    GlobalClusterMembers: members.map((one) => ({
      DBClusterArn: one.arn,
      Readers: isWritten(one) ? secondaries : [],
      IsWriter: isWritten(one),
      ...(!isWritten(one) && { GlobalWriteForwardingStatus: "disabled" as const }),
      SynchronizationStatus: "connected" as const,
    })),
    ...(move && {
      FailoverState: {
        Status: move.losesData ? ("failing-over" as const) : ("switching-over" as const),
        FromDbClusterArn: move.from,
        ToDbClusterArn: move.to,
        IsDataLossAllowed: move.losesData,
      },
    }),
    TagList: tagList(global.tags),
  };
}
