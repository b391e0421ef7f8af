import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as ResourceGroups from "../../models/generated/resource-groups.ts";
import { groupNotFound } from "./errors.ts";

/** A group as it is kept, by its name. */
export interface GroupRecord {
  readonly name: string;
  readonly description?: string;
  readonly displayName?: string;
  readonly owner?: string;
  readonly criticality?: number;
  /** Absent for a group whose members are named one by one. */
  readonly query?: ResourceGroups.ResourceQuery;
  /** ARNs that GroupResources added. */
  readonly members: readonly string[];
  readonly configuration?: ResourceGroups.GroupConfigurationList;
  readonly tags: Readonly<Record<string, string>>;
}

/** Key: [name]. */
export const groupRecords = defineCollection<GroupRecord>({ name: "groups" });

export const groupArn = ({ account, region }: { account: string; region: string }, name: string): string =>
  makeArn("resource-groups", region, account, `group/${name}`);

/** The group of a name or an ARN. @throws NotFoundException */
export function findGroup(nameOrArn: string | undefined, ctx: Context): GroupRecord {
  const name = parseArn(nameOrArn ?? "")?.resource.replace(/^group\//, "") ?? nameOrArn ?? "";
  const group = ctx.store.collection(groupRecords).get([name]);
  if (!group) throw groupNotFound();
  return group;
}

export function saveGroup(group: GroupRecord, ctx: Context): void {
  ctx.store.collection(groupRecords).put([group.name], group);
}

/** A group as answers have it. */
export function describeGroup(group: GroupRecord, ctx: Context): ResourceGroups.Group {
  return {
    GroupArn: groupArn(ctx, group.name),
    Name: group.name,
    ...(group.description !== undefined && { Description: group.description }),
    ...(group.criticality !== undefined && { Criticality: group.criticality }),
    ...(group.owner !== undefined && { Owner: group.owner }),
    ...(group.displayName !== undefined && { DisplayName: group.displayName }),
  };
}
