import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type { ClusterSettings } from "./cluster.ts";
import { snapshotNotFound } from "./errors.ts";

/** A snapshot as it is kept, by its name. */
export interface SnapshotRecord extends ClusterSettings {
  readonly name: string;
  /** The name of its folder. */
  readonly resourceId: string;
  readonly clusterName: string;
  readonly shard: { readonly name: string; readonly slots: string; readonly replicas: number };
  readonly state: "creating" | "available" | "failed";
  readonly createdMs: number;
  readonly tags: Tags;
}

export const snapshots = defineCollection<SnapshotRecord>({ name: "snapshots" });

export const snapshotArn = (name: string, { account, region }: Place): string =>
  makeArn("memorydb", region, account, `snapshot/${name}`);

/** @throws SnapshotNotFoundFault */
export function findSnapshot(name: string, store: Store): SnapshotRecord {
  const snapshot = store.collection(snapshots).get([name.toLowerCase()]);
  if (!snapshot) throw snapshotNotFound(name);
  return snapshot;
}
