import { isDefaultGroup, type ParameterGroupRecord, parameterGroups } from "../../aws/parameter-groups.ts";
import type { Store } from "../../core/storage.ts";
import { engineOfFamily } from "./engine.ts";
import { groupNotFound } from "./errors.ts";

/** AWS's own are there without having been made. @throws DBParameterGroupNotFound */
export function findGroup(name: string, store: Store): ParameterGroupRecord {
  const group = store.collection(parameterGroups).get([name.toLowerCase()]);
  if (group) return group;
  const family = isDefaultGroup(name) ? name.slice("default.".length) : "";
  if (!engineOfFamily(family)) throw groupNotFound(name);
  return { name, family, description: `Default parameter group for ${family}`, parameters: {}, tags: {} };
}
