import type { MethodSetting } from "../../../models/generated/apigateway.ts";
import type * as kept from "../collections.ts";

/** The settings of a method in a stage: its own, else those for all methods. */
export function settingsOf(stage: kept.Stage, path: string, method: string): MethodSetting | undefined {
  const { methodSettings } = stage;
  const all = methodSettings["*/*"];
  if (Object.keys(methodSettings).length === (all === undefined ? 0 : 1)) return all;
  const own = `${path.replace(/^\//, "")}/${method}`;
  for (const [key, settings] of Object.entries(methodSettings)) {
    if (key.replaceAll("~1", "/").replace(/^\//, "") === own.replace(/^\//, "")) return settings;
  }
  return all;
}
