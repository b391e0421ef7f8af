import type { Place } from "../../aws/arn-template.ts";
import { type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { makeArn } from "../../core/arn.ts";
import type { Store } from "../../core/storage.ts";
import { parameterGroupNotFound } from "./errors.ts";

export const FAMILIES: readonly string[] = [
  "redis4.0",
  "redis5.0",
  "redis6.x",
  "redis7",
  "valkey7",
  "valkey8",
];

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
