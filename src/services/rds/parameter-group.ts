import type { Tags } from "../../aws/tags.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { engineOfFamily } from "./engine.ts";
import { groupNotFound } from "./errors.ts";

/** A DB parameter group as it is kept, by its name: what its user has set. */
export interface ParameterGroupRecord {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export const parameterGroups = defineCollection<ParameterGroupRecord>({ name: "parameter-groups" });

export const isDefaultGroup = (name: string): boolean => name.startsWith("default.");

/** AWS's own are there without having been made. @throws DBParameterGroupNotFound */
export function findGroup(name: string, store: Store): ParameterGroupRecord {
  const group = store.collection(parameterGroups).get([name.toLowerCase()]);
  if (group) return group;
  const family = isDefaultGroup(name) ? name.slice("default.".length) : "";
  if (!engineOfFamily(family)) throw groupNotFound(name);
  return { name, family, description: `Default parameter group for ${family}`, parameters: {}, tags: {} };
}
