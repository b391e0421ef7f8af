import { isObject, type Json, type JsonObject, memberOf } from "./json.ts";

/** Where a state may lead, and the field that says so. */
export function targetsOf(state: JsonObject): { readonly target: string; readonly field: string }[] {
  const targets: { target: string; field: string }[] = [];
  const add = (target: Json | undefined, field: string) => {
    if (typeof target === "string") targets.push({ target, field });
  };
  add(memberOf(state, "Next"), "Next");
  add(memberOf(state, "Default"), "Default");
  for (const list of ["Choices", "Catch"] as const) {
    const items = memberOf(state, list);
    if (!Array.isArray(items)) continue;
    for (const [at, item] of (items as readonly Json[]).entries())
      if (isObject(item)) add(memberOf(item, "Next"), `${list}[${at}]/Next`);
  }
  return targets;
}
