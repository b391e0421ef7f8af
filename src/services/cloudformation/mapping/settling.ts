import type { ResourceContext } from "../resource-type.ts";
import { callsOf, found, gone, type Properties } from "./mapped.ts";

/** A kind of resources that pass through states: databases and caches. */
export interface Kind {
  readonly service: string;
  /** `Cache cluster` */
  readonly name: string;
  readonly describe: string;
  readonly delete: string;
  /** The member of what is described that has them; without one, what is described is the resource. */
  readonly items?: string;
  /** The member of one that has its state. */
  readonly state: string;
  /** The states in which nothing can be asked of it. */
  readonly inWork: RegExp;
  readonly isMade: RegExp;
  readonly hasFailed: RegExp;
  /** The members of an input that say which it is, and how it is to be described. */
  keyOf(id: string): Properties;
  /** What its deletion is given beside. @param described as it is */
  deletedWith?(at: ResourceContext, described: Properties): Properties;
}

/** Resources of a kind: how one is now, when it has settled, and how it goes. */
export function settling(kind: Kind) {
  const call = callsOf(kind.service);
  const described = async (id: string, at: ResourceContext): Promise<Properties | undefined> => {
    const output = await found(call(at, kind.describe, kind.keyOf(id)));
    return kind.items === undefined ? output : (output?.[kind.items] as Properties[] | undefined)?.[0];
  };
  const stateOf = async (id: string, at: ResourceContext): Promise<string> =>
    String((await described(id, at))?.[kind.state] ?? "");
  const settled = (id: string, at: ResourceContext): Promise<void> =>
    at.until(async () => {
      const state = await stateOf(id, at);
      if (kind.hasFailed.test(state)) throw new Error(`${kind.name} ${id} could not be created.`);
      return kind.isMade.test(state);
    });
  const remove = async (id: string, at: ResourceContext): Promise<void> => {
    // What is still being made or changed cannot be deleted.
    await at.until(async () => !kind.inWork.test(await stateOf(id, at)));
    const last = await described(id, at);
    // Another process may have begun it.
    if (last && !/^deleting$/i.test(String(last[kind.state] ?? "")))
      await gone(call(at, kind.delete, { ...kind.keyOf(id), ...kind.deletedWith?.(at, last) }));
    await at.until(async () => (await described(id, at)) === undefined);
  };
  return { described, settled, remove };
}
