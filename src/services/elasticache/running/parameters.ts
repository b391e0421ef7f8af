import type { Store } from "../../../core/storage.ts";
import { CACHE_PARAMETERS } from "../parameter.ts";
import { findParameterGroup } from "../parameter-group.ts";

/** What a server has of a parameter group: what it is started with, and what can change while it runs. */
export function parametersOf(name: string, store: Store) {
  const set = findParameterGroup(name, store).parameters;
  const parameters: Record<string, string> = {};
  const live: Record<string, string> = {};
  for (const [one, { value, isStatic, isOfService }] of Object.entries(CACHE_PARAMETERS)) {
    if (isOfService) continue;
    if (!isStatic) live[one] = set[one] ?? value;
    else if (set[one] !== undefined) parameters[one] = set[one];
  }
  return { parameters, live };
}
