import type { Place } from "../../aws/arn-template.ts";
import type { Transition } from "../../aws/lifecycle.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn, parseArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { behindLast } from "../../core/text.ts";
import type * as DSQL from "../../models/generated/dsql.ts";
import { clusterNotFound } from "./errors.ts";

/** A cluster as it is kept, by its identifier. */
export interface ClusterRecord {
  readonly id: string;
  /** The name of its database's folder. Clusters that are linked have one database, as they do on AWS: the one of whom it was first. */
  readonly databaseId: string;
  /** The region in which that database runs. */
  readonly databaseRegion: string;
  readonly state: string;
  readonly transition?: Transition | undefined;
  /** Goes up with every state: who has waited for the end of one sees whether it is still the same. */
  readonly turn: number;
  readonly isProtected: boolean;
  readonly witnessRegion?: string | undefined;
  /** The ARNs of the clusters that it is to be linked with. */
  readonly peers: readonly string[];
  readonly kmsKeyArn?: string | undefined;
  /** Of the request that has made it. */
  readonly clientToken?: string;
  readonly adminPassword: string;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const clusterRecords = defineCollection<ClusterRecord>({ name: "clusters" });

export const clusterArn = (id: string, { account, region }: Place): string =>
  makeArn("dsql", region, account, `cluster/${id}`);

/** @throws ResourceNotFoundException */
export function findCluster(id: string, { store }: { readonly store: Store }): ClusterRecord {
  const cluster = store.collection(clusterRecords).get([id]);
  if (!cluster) throw clusterNotFound(id);
  return cluster;
}

/** What is kept under an ARN, in whichever region. */
export function clusterAt(
  arn: string,
  host: { store(account: string, region: string): Store },
): { readonly cluster: ClusterRecord; readonly place: Place } | undefined {
  const { account, region, service } = parseArn(arn) ?? {};
  if (service !== "dsql" || !account || !region) return undefined;
  const cluster = host
    .store(account, region)
    .collection(clusterRecords)
    .get([behindLast("/", arn)]);
  return cluster && { cluster, place: { account, region } };
}

export function describeCluster(
  cluster: ClusterRecord,
  place: Place,
  endpoint: string,
): DSQL.GetClusterOutput {
  const arn = clusterArn(cluster.id, place);
  return {
    identifier: cluster.id,
    arn,
    status: cluster.state,
    creationTime: new Date(cluster.createdMs),
    deletionProtectionEnabled: cluster.isProtected,
    ...(cluster.witnessRegion !== undefined && {
      multiRegionProperties: {
        witnessRegion: cluster.witnessRegion,
        clusters: [arn, ...cluster.peers.filter((peer) => peer !== arn)],
      },
    }),
    tags: { ...cluster.tags },
    encryptionDetails: {
      encryptionType: cluster.kmsKeyArn === undefined ? "AWS_OWNED_KMS_KEY" : "CUSTOMER_MANAGED_KMS_KEY",
      ...(cluster.kmsKeyArn !== undefined && { kmsKeyArn: cluster.kmsKeyArn }),
      encryptionStatus: "ENABLED",
    },
    endpoint,
  };
}
