import { makeArn } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { ResourceContext } from "../resource-type.ts";
import { isSame, retag } from "./changes.ts";
import { callsOf, type Properties } from "./mapped.ts";
import { type Kind, settling } from "./settling.ts";

/* What resources of RDS have in common: names, tags, and states that databases pass through. */

export const call = callsOf("rds");

/**
 * Databases of a kind: how one is now, when it has settled, and how it goes. RDS here has no snapshots, so that what is deleted leaves
 * none, whatever its DeletionPolicy.
 */
export const databasesOf = (kind: Pick<Kind, "name" | "describe" | "delete" | "items" | "state" | "keyOf">) =>
  settling({
    ...kind,
    service: "rds",
    inWork: /^(?:creating|modifying|rebooting|starting|stopping|failing-over|resetting-master-credentials)$/,
    isMade: /^available$/,
    hasFailed: /^(?:failed|incompatible-\w+)$/,
    deletedWith: { SkipFinalSnapshot: true },
  });

/** As `retag`. @param type as it stands in ARNs: `cluster` */
export async function retagDatabase(
  type: string,
  id: string,
  before: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const region = type === "global-cluster" ? "" : at.region;
  const ResourceName = makeArn("rds", region, at.account, `${type}:${id}`);
  await retag(before, properties, at, {
    untag: (TagKeys) => call(at, "RemoveTagsFromResource", { ResourceName, TagKeys }),
    tag: (Tags) => call(at, "AddTagsToResource", { ResourceName, Tags }),
  });
}

/** The name of a database: its own, or one that is made for it. RDS keeps names in lower case. */
export const nameOf = (given: unknown, at: ResourceContext): string =>
  String(given ?? at.name(63, { lower: true })).toLowerCase();

/** Those of the properties that have changed, tags apart: what a modification is given. */
export function changesOf(before: Properties, after: Properties): Properties {
  const changed = Object.entries(after).filter(
    ([name, value]) => name !== "Tags" && !isSame(before[name], value),
  );
  return Object.fromEntries(changed);
}

/** Databases are made of nothing here: not of snapshots, and not as copies. @throws NotImplemented */
export function refuseSources(type: string, properties: Properties): void {
  const source = Object.keys(properties).find((name) =>
    /^(?:Source|Snapshot|DBSnapshot|DBClusterSnapshot|Restore|ReplicationSource|UseLatestRestorable)/.test(
      name,
    ),
  );
  if (source === undefined) return;
  throw new AwsError("NotImplemented", `Squall does not implement ${type}'s ${source} yet.`, { status: 501 });
}

/** The ids of a database's security groups. */
export const groupsOf = ({ VpcSecurityGroups }: Properties): unknown[] =>
  ((VpcSecurityGroups ?? []) as Properties[]).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);

/** `MasterUserSecret.SecretArn` of who has one. */
export function secretOf({ MasterUserSecret }: Properties): Properties {
  const { SecretArn } = (MasterUserSecret ?? {}) as Properties;
  return SecretArn === undefined ? {} : { "MasterUserSecret.SecretArn": SecretArn };
}
