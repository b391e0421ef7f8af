import type { Place } from "../../aws/arn-template.ts";
import { isDefaultGroup, type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import { makeArn } from "../../core/arn.ts";
import type { Store } from "../../core/storage.ts";
import { parameterGroupNotFound } from "./errors.ts";

export const FAMILIES: readonly string[] = ["memorydb_redis6", "memorydb_redis7", "memorydb_valkey7"];

/** `default.memorydb-redis7` */
export const defaultGroupOf = (family: string): string => `default.${family.replace("_", "-")}`;

export const parameterGroupArn = (name: string, { account, region }: Place): string =>
  makeArn("memorydb", region, account, `parametergroup/${name}`);

/** AWS's own, which are there without having been made. */
const DEFAULT_GROUPS: readonly ParameterGroupRecord[] = FAMILIES.map((family) => ({
  name: defaultGroupOf(family),
  family,
  description: `Default parameter group for ${family}`,
  parameters: {},
  tags: {},
}));

/** AWS's own, and all others. */
export const allParameterGroups = (store: Store): ParameterGroupRecord[] => [
  ...DEFAULT_GROUPS.map(({ name }) => findParameterGroup(name, store)),
  ...[...store.collection(parameterGroups).values()].filter(({ name }) => !isDefaultGroup(name)),
];

/** @throws ParameterGroupNotFoundFault */
export function findParameterGroup(name: string, store: Store): ParameterGroupRecord {
  const group =
    store.collection(parameterGroups).get([name.toLowerCase()]) ??
    DEFAULT_GROUPS.find((one) => one.name === name);
  if (!group) throw parameterGroupNotFound(name);
  return group;
}
