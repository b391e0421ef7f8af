import type { Context } from "../core/service.ts";
import { defineCollection, type Store } from "../core/storage.ts";
import { type SubnetPlaces, subnetPlaces } from "./subnets.ts";
import type { Tags } from "./tags.ts";

/** A subnet group as it is kept, by its name. */
export interface SubnetGroupRecord extends SubnetPlaces {
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
}

export const subnetGroups = defineCollection<SubnetGroupRecord>({ name: "subnet-groups" });

/** A service's errors about its subnet groups. */
interface Refusals {
  readonly notFound: (name: string) => Error;
  readonly exists: (name: string) => Error;
  /** Subnets that are not there, or not of one VPC. */
  readonly invalid: (subnetIds: readonly string[]) => Error;
  /** Throws for subnets that a group of this name cannot have. */
  readonly check?: (places: SubnetPlaces, name: string, ctx: Context) => void;
}

/** The subnet groups of a service that has them as ElastiCache has. */
export const subnetGroupsOf = ({ notFound, exists, invalid, check }: Refusals) => {
  const find = (name: string, { store }: { readonly store: Store }): SubnetGroupRecord => {
    const group = store.collection(subnetGroups).get([name.toLowerCase()]);
    if (!group) throw notFound(name);
    return group;
  };
  return {
    find,

    async create(
      group: Pick<SubnetGroupRecord, "name" | "description" | "tags">,
      subnetIds: readonly string[],
      ctx: Context,
    ): Promise<SubnetGroupRecord> {
      const places = await subnetPlaces(subnetIds, ctx, invalid);
      return ctx.store.transaction(() => {
        const groups = ctx.store.collection(subnetGroups);
        if (groups.get([group.name])) throw exists(group.name);
        check?.(places, group.name, ctx);
        const created = { ...group, ...places };
        groups.put([group.name], created);
        return created;
      });
    },

    /** What is not given stays. */
    async change(
      name: string,
      {
        description,
        subnetIds,
      }: { description?: string | undefined; subnetIds?: readonly string[] | undefined },
      ctx: Context,
    ): Promise<SubnetGroupRecord> {
      find(name, ctx);
      const places = subnetIds && (await subnetPlaces(subnetIds, ctx, invalid));
      return ctx.store.transaction(() => {
        const group = find(name, ctx);
        if (places) check?.(places, group.name, ctx);
        const changed = { ...group, description: description ?? group.description, ...places };
        ctx.store.collection(subnetGroups).put([group.name], changed);
        return changed;
      });
    },
  };
};
