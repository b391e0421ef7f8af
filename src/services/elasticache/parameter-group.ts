import type { Place } from "../../aws/arn-template.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { parameterGroupNotFound } from "./errors.ts";

/** A cache parameter group as it is kept, by its name: what its user has set. */
export interface ParameterGroupRecord {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export const parameterGroups = defineCollection<ParameterGroupRecord>({ name: "parameter-groups" });

export const FAMILIES: readonly string[] = [
  "redis4.0",
  "redis5.0",
  "redis6.x",
  "redis7",
  "valkey7",
  "valkey8",
];

export const isDefaultGroup = (name: string): boolean => name.startsWith("default.");

export const parameterGroupArn = (name: string, { account, region }: Place): string =>
  makeArn("elasticache", region, account, `parametergroup:${name}`);

/** AWS's own are there without having been made. @throws CacheParameterGroupNotFound */
export function findParameterGroup(name: string, store: Store): ParameterGroupRecord {
  const group = store.collection(parameterGroups).get([name.toLowerCase()]);
  if (group) return group;
  const family = FAMILIES.find((one) => name === `default.${one}`);
  if (family === undefined) throw parameterGroupNotFound(name);
  return { name, family, description: `Default parameter group for ${family}`, parameters: {}, tags: {} };
}
