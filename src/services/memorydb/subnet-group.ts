import type { Place } from "../../aws/arn-template.ts";
import type { SubnetPlaces } from "../../aws/subnets.ts";
import type { Tags } from "../../aws/tags.ts";
import { makeArn } from "../../core/arn.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { subnetGroupNotFound } from "./errors.ts";

/** A subnet group as it is kept, by its name. */
export interface SubnetGroupRecord extends SubnetPlaces {
  readonly name: string;
  readonly description: string;
  readonly tags: Tags;
}

export const subnetGroups = defineCollection<SubnetGroupRecord>({ name: "subnet-groups" });

export const subnetGroupArn = (name: string, { account, region }: Place): string =>
  makeArn("memorydb", region, account, `subnetgroup/${name}`);

/** @throws SubnetGroupNotFoundFault */
export function findSubnetGroup(name: string, { store }: { readonly store: Store }): SubnetGroupRecord {
  const group = store.collection(subnetGroups).get([name.toLowerCase()]);
  if (!group) throw subnetGroupNotFound(name);
  return group;
}
