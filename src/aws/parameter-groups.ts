import { defineCollection } from "../core/storage.ts";
import type { Tags } from "./tags.ts";

/** A parameter group of caches or databases as it is kept, by its name: what its user has set. */
export interface ParameterGroupRecord {
  readonly name: string;
  readonly family: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly tags: Tags;
}

export const parameterGroups = defineCollection<ParameterGroupRecord>({ name: "parameter-groups" });

/** Is it one of AWS's, which are there without having been made and cannot be changed? */
export const isDefaultGroup = (name: string): boolean => name.startsWith("default.");

/** A group that its user may change. @param refuse the service's error for one of AWS's */
export function ownGroup(
  name: string,
  find: (name: string) => ParameterGroupRecord,
  refuse: (reason: string) => Error,
): ParameterGroupRecord {
  if (isDefaultGroup(name)) throw refuse(`The default parameter group ${name} cannot be modified.`);
  return find(name);
}
