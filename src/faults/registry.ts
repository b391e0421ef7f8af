import { readdirSync } from "node:fs";
import type { FaultEffect } from "../core/fault.ts";
import { found } from "../core/found.ts";
import type { Effects } from "./rules.ts";

/**
 * The effects in a folder, one file each, by name and in the order of their names. Works on the source and on what
 * the build makes of it.
 * @throws Error naming the file whose effect has another name than the file, or that has none
 */
export async function loadEffects(folder: URL = new URL("./effects/", import.meta.url)): Promise<Effects> {
  const files = readdirSync(folder)
    .filter((file) => /\.[jt]s$/.test(file) && !/\.(d|test)\.[jt]s$/.test(file))
    .sort();
  const effects = await Promise.all(
    files.map(async (file) => [file, (await found(folder, file)) as FaultEffect | undefined] as const),
  );
  return new Map(
    effects.map(([file, effect]) => {
      const name = file.slice(0, -3);
      if (typeof effect?.apply !== "function") {
        throw new Error(`${new URL(file, folder).pathname} does not export an effect as default.`);
      }
      if (effect.name !== name) {
        throw new Error(
          `${new URL(file, folder).pathname} holds the effect "${effect.name}": the names must agree.`,
        );
      }
      return [name, effect];
    }),
  );
}
