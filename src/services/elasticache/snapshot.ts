import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type { CacheSettings } from "./cache-cluster.ts";
import { snapshotNotFound } from "./errors.ts";

/** A snapshot as it is kept, by its name. */
export interface SnapshotRecord
  extends Omit<
    CacheSettings,
    "authToken" | "authTokenMs" | "groupIds" | "hasTransitEncryption" | "hasAtRestEncryption"
  > {
  readonly name: string;
  /** The name of its folder. */
  readonly resourceId: string;
  readonly clusterId: string;
  readonly groupId?: string | undefined;
  readonly description?: string | undefined;
  readonly hasFailover: boolean;
  readonly state: "creating" | "available" | "failed";
  readonly zone: string;
  readonly clusterCreatedMs: number;
  readonly createdMs: number;
  readonly tags: Tags;
}

export const snapshots = defineCollection<SnapshotRecord>({ name: "snapshots" });

export const snapshotArn = (name: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `snapshot:${name}`);

/** @throws SnapshotNotFoundFault */
export function findSnapshot(name: string, store: Store): SnapshotRecord {
  const snapshot = store.collection(snapshots).get([name]);
  if (!snapshot) throw snapshotNotFound(name);
  return snapshot;
}
