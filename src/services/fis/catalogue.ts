import { readdir } from "node:fs/promises";
import { sure } from "../../core/sure.ts";
import type { FisAction } from "./action.ts";
import { CATALOGUED } from "./catalogued/index.ts";

export type Catalogue = ReadonlyMap<string, FisAction>;

/**
 * The actions that act, one file each in a folder, and those that are only in the catalogue: by id, in the order of their ids;
 * those of AWS first.
 * @throws Error naming the file whose action has another id than the file's name says
 */
export async function loadCatalogue(
  folder: URL = new URL("./actions/", import.meta.url),
): Promise<Catalogue> {
  const files = (await readdir(folder))
    .filter((file) => /\.[jt]s$/.test(file) && !/\.(d|test)\.[jt]s$/.test(file))
    .sort();
  const modules: { default?: FisAction }[] = await Promise.all(
    files.map((file) => import(new URL(file, folder).href)),
  );
  const actions = files.map((file, i) => {
    const action = sure(modules[i]).default;
    const { pathname } = new URL(file, folder);
    if (action?.id === undefined) throw new Error(`${pathname} does not export an action as default.`);
    if (action.id.replaceAll(":", "-") !== file.slice(0, -3)) {
      throw new Error(`${pathname} holds the action "${action.id}": the names must agree.`);
    }
    return action;
  });
  return new Map(
    [...actions, ...CATALOGUED]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((action) => [action.id, action] as const),
  );
}

/** An action by its id, or by one that it had; one below another by both. */
export function actionIn(catalogue: Catalogue, id: string): FisAction | undefined {
  const [, above, name] = /^([^/]+)\/(.+)$/.exec(id) ?? [];
  if (above !== undefined && name !== undefined) return catalogue.get(above)?.below?.(name);
  return catalogue.get(id) ?? [...catalogue.values()].find(({ formerIds }) => formerIds?.includes(id));
}
