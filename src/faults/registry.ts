import { readdir } from "node:fs/promises";
import type { FaultEffect } from "../core/fault.ts";
import { sure } from "../core/sure.ts";
import type { Effects } from "./rules.ts";

/**
 * The effects in a folder, one file each, by name and in the order of their names. Works on the source and on what
 * the build makes of it.
 * @throws Error naming the file whose effect has another name than the file, or that has none
 */
export async function loadEffects(folder: URL = new URL("./effects/", import.meta.url)): Promise<Effects> {
  const files = (await readdir(folder))
    .filter((file) => /\.[jt]s$/.test(file) && !/\.(d|test)\.[jt]s$/.test(file))
    .sort();
  const modules: { default?: FaultEffect }[] = await Promise.all(
    files.map((file) => import(new URL(file, folder).href)),
  );
  return new Map(
    files.map((file, i) => {
      const effect = sure(modules[i]).default;
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
