import { sure } from "../core/sure.ts";
import { nameOfStep, type Site } from "./sites.ts";

/**
 * The sites that all fault-free runs have, as the first run has them. Where a call says something else in each run (an id
 * that does not look like one), or comes of one that does, it goes by its name alone: calls of one name are then one site.
 * What is not there in every run, even so, is passed over.
 */
export function commonSites(runs: readonly (readonly Site[])[]): Site[] {
  const names = commonPaths(runs);
  const first = sure(runs[0]);
  const inAll = runs.slice(1).map((sites, at) => new Set(sites.map((site) => names[at + 1]?.get(site.path))));
  const found = new Map<string, Site>();
  for (const site of first) {
    const path = sure(names[0]?.get(site.path));
    if (path === site.path || site.passedOver !== undefined) {
      const isEverywhere = inAll.every((paths) => paths.has(path)) || site.passedOver !== undefined;
      found.set(site.path, isEverywhere ? site : { ...site, passedOver: NOT_THE_SAME });
      continue;
    }
    const before = found.get(path);
    const attempts = [...(before?.attempts ?? []), ...site.attempts];
    const isEverywhere = inAll.every((paths) => paths.has(path));
    found.set(path, {
      ...(before ?? site),
      ...{ path, steps: path.split(" > "), attempts, isCoarse: true },
      ...(!isEverywhere && { passedOver: NOT_THE_SAME }),
    });
  }
  return [...found.values()];
}

const NOT_THE_SAME = "it is not the same in two fault-free runs";

/** By run and path: the path with all steps that not every run has gone by their names. */
function commonPaths(runs: readonly (readonly Site[])[]): Map<string, string>[] {
  const names = runs.map(() => new Map<string, string>([["", ""]]));
  const deepest = Math.max(0, ...runs.flatMap((sites) => sites.map(({ steps }) => steps.length)));
  for (let depth = 1; depth <= deepest; depth++) {
    const exact = runs.map((sites, at) => pathsTo(depth, sites, sure(names[at])));
    const [some, ...others] = exact.map((paths) => new Set(paths.values()));
    const isCommon = (path: string) => sure(some).has(path) && others.every((paths) => paths.has(path));
    exact.forEach((paths, at) => {
      for (const [own, path] of paths) sure(names[at]).set(own, isCommon(path) ? path : coarsened(path));
    });
  }
  return names;
}

/** The beginnings of paths, so many steps long, below what their parents go by. */
function pathsTo(depth: number, sites: readonly Site[], names: ReadonlyMap<string, string>) {
  const paths = new Map<string, string>();
  for (const { steps } of sites) {
    if (steps.length < depth) continue;
    const parent = steps.slice(0, depth - 1).join(" > ");
    const step = sure(steps[depth - 1]);
    paths.set(joined(parent, step), joined(names.get(parent) ?? parent, step));
  }
  return paths;
}

const joined = (parent: string, step: string): string => (parent === "" ? step : `${parent} > ${step}`);

function coarsened(path: string): string {
  const steps = path.split(" > ");
  return [...steps.slice(0, -1), nameOfStep(sure(steps.at(-1)))].join(" > ");
}
