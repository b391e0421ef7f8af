import { makeArn } from "../../../core/arn.ts";
import { AwsError } from "../../../core/aws-error.ts";
import type { ResourceContext } from "../resource-type.ts";
import { retag } from "./changes.ts";
import { callsOf, type Properties } from "./mapped.ts";
import { type Kind, settling } from "./settling.ts";

/* What resources of RDS have in common: names, tags, and states that databases pass through. */

export const call = callsOf("rds");

/** Databases of a kind: how one is now, when it has settled, and how it goes. */
export const databasesOf = (kind: Pick<Kind, "name" | "describe" | "delete" | "items" | "state" | "keyOf">) =>
  settling({
    ...kind,
    service: "rds",
    inWork: /^(?:creating|modifying|rebooting|starting|stopping|failing-over|resetting-master-credentials)$/,
    isMade: /^available$/,
    hasFailed: /^(?:failed|incompatible-\w+)$/,
    // A read replica leaves none.
    deletedWith: ({ finalSnapshot }, { ReadReplicaSourceDBInstanceIdentifier: source }) =>
      finalSnapshot === undefined || source !== undefined
        ? { SkipFinalSnapshot: true }
        : { FinalDBSnapshotIdentifier: finalSnapshot },
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

/** @param known those that it is made of @throws NotImplemented for what a database is not made of here */
export function refuseSources(type: string, properties: Properties, known: RegExp = /^$/): void {
  const source = Object.keys(properties).find(
    (name) =>
      /^(?:Source|DBClusterSnapshot|Restore|ReplicationSource|UseLatestRestorable)/.test(name) &&
      !known.test(name),
  );
  if (source === undefined) return;
  throw new AwsError("NotImplemented", `Squall does not implement ${type}'s ${source} yet.`, { status: 501 });
}

/** What a database has not got of its snapshot, and its restoration does not take. */
const NOT_RESTORED = ["BackupRetentionPeriod", "MasterUserPassword"];

export async function setRest(
  operation: string,
  key: Properties,
  properties: Properties,
  at: ResourceContext,
): Promise<void> {
  const rest = Object.entries(properties).filter(([name]) => NOT_RESTORED.includes(name));
  if (rest.length > 0)
    await call(at, operation, { ...Object.fromEntries(rest), ...key, ApplyImmediately: true });
}

/** The ids of a database's security groups. */
export const groupsOf = ({ VpcSecurityGroups }: Properties): unknown[] =>
  ((VpcSecurityGroups ?? []) as Properties[]).map(({ VpcSecurityGroupId }) => VpcSecurityGroupId);

/** `MasterUserSecret.SecretArn` of who has one. */
export function secretOf({ MasterUserSecret }: Properties): Properties {
  const { SecretArn } = (MasterUserSecret ?? {}) as Properties;
  return SecretArn === undefined ? {} : { "MasterUserSecret.SecretArn": SecretArn };
}
