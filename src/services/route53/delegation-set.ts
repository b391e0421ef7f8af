import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { noSuchDelegationSet } from "./errors.ts";

/** A reusable delegation set as it is kept, by its id. */
export interface DelegationSetRecord {
  readonly id: string;
  readonly callerReference: string;
  readonly nameServers: readonly string[];
}

export const delegationSetRecords = defineCollection<DelegationSetRecord>({ name: "delegation-sets" });

/** @throws NoSuchDelegationSet */
export function findDelegationSet(given: string, ctx: Pick<Context, "store">): DelegationSetRecord {
  const id = given.replace(/^\/?delegationset\//, "");
  const set = ctx.store.collection(delegationSetRecords).get([id]);
  if (!set) throw noSuchDelegationSet(id);
  return set;
}

export const describeDelegationSet = (set: DelegationSetRecord): Route53.DelegationSet => ({
  Id: `/delegationset/${set.id}`,
  CallerReference: set.callerReference,
  NameServers: [...set.nameServers],
});
