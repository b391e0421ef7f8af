import { readdirSync } from "node:fs";
import type { Bed } from "./bed.ts";
import type { Lane } from "./lane.ts";

const folder = new URL("./lanes/", import.meta.url);

/** The services that have lanes: one file each. */
export const LOADED_SERVICES: readonly string[] = readdirSync(folder).map((name) =>
  name.replace(/\.ts$/, ""),
);

/** One lane or more for every service that keeps anything, through its SDK client. */
export async function lanesOf(bed: Bed): Promise<Lane[]> {
  const lanes: Lane[] = [];
  for (const service of LOADED_SERVICES) {
    const module = (await import(new URL(`${service}.ts`, folder).href)) as {
      default: (bed: Bed) => Lane[];
    };
    lanes.push(...module.default(bed));
  }
  return lanes;
}
