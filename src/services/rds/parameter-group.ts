import type { Place } from "../../aws/arn-template.ts";
import { isDefaultGroup, type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { makeArn } from "../../core/arn.ts";
import { type CollectionDefinition, defineCollection, type Store } from "../../core/storage.ts";
import { type Engine, engineOfFamily, familyOf } from "./engine.ts";
import {
  clusterFamilyMismatch,
  clusterGroupMissing,
  clusterGroupNotFound,
  familyMismatch,
  groupNotFound,
} from "./errors.ts";
import { bare } from "./ids.ts";

/** A parameter group as it is kept, by its name. */
export interface DbParameterGroupRecord extends ParameterGroupRecord {
  /** Those of its parameters that were set with the apply method `immediate`. */
  readonly immediate?: readonly string[];
}

/** Parameter groups of instances, or of clusters. */
export interface GroupKind {
  /** As it stands in ARNs. */
  readonly type: "pg" | "cluster-pg";
  readonly records: CollectionDefinition<DbParameterGroupRecord>;
  readonly notFound: (name: string) => Error;
  /** Says the same to who makes a database with it. */
  readonly missing: (name: string) => Error;
  /** Refuses a group of another engine. */
  readonly mismatch: (name: string, family: string, wanted: string) => Error;
}

export const clusterParameterGroups = defineCollection<DbParameterGroupRecord>({
  name: "cluster-parameter-groups",
});

export const ofInstances: GroupKind = {
  type: "pg",
  records: parameterGroups,
  notFound: groupNotFound,
  missing: groupNotFound,
  mismatch: familyMismatch,
};

export const ofClusters: GroupKind = {
  type: "cluster-pg",
  records: clusterParameterGroups,
  notFound: clusterGroupNotFound,
  missing: clusterGroupMissing,
  mismatch: clusterFamilyMismatch,
};

export const groupArn = ({ type }: GroupKind, name: string, { account, region }: Place): string =>
  makeArn("rds", region, account, `${type}:${name}`);

/** AWS's own are there without having been made; undefined for what is not there. */
export function lookUpGroup(
  { records }: GroupKind,
  given: string,
  store: Store,
): DbParameterGroupRecord | undefined {
  const name = bare(given);
  const group = store.collection(records).get([name]);
  if (group) return group;
  const family = isDefaultGroup(name) ? name.slice("default.".length) : "";
  if (!engineOfFamily(family)) return undefined;
  return { name, family, description: `Default parameter group for ${family}`, parameters: {}, tags: {} };
}

/** @throws DBParameterGroupNotFound */
export function findGroup(kind: GroupKind, name: string, store: Store): DbParameterGroupRecord {
  const group = lookUpGroup(kind, name, store);
  if (!group) throw kind.notFound(name);
  return group;
}

/**
 * The name of the group that a database is to have: without one that is asked for, its engine's default.
 * @throws DBParameterGroupNotFound, DBClusterParameterGroupNotFound, InvalidParameterCombination for one of another engine or version
 */
export function groupNameFor(
  kind: GroupKind,
  asked: string | undefined,
  engine: Engine,
  version: string,
  store: Store,
): string {
  const wanted = familyOf(engine, version);
  const group = lookUpGroup(kind, asked ?? `default.${wanted}`, store);
  if (!group) throw kind.missing(asked ?? `default.${wanted}`);
  if (group.family !== wanted) throw kind.mismatch(group.name, group.family, wanted);
  return group.name;
}
