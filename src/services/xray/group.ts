import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { groupNotFound } from "./errors.ts";

/** A group as it is kept, by its name. */
export interface GroupRecord {
  readonly name: string;
  readonly id: string;
  readonly filter?: string;
  readonly hasInsights: boolean;
  readonly hasNotifications: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** Key: [name]. */
export const groupRecords = defineCollection<GroupRecord>({ name: "groups" });

/** `group/orders/GVBQ…`: the last part is X-Ray's own. */
export const groupArn = (
  { account, region }: { account: string; region: string },
  { name, id }: GroupRecord,
): string => makeArn("xray", region, account, `group/${name}/${id}`);

/** By its name or its ARN. @throws InvalidRequestException */
export function findGroup(
  { GroupName, GroupARN }: Pick<XRay.GetGroupRequest, "GroupName" | "GroupARN">,
  ctx: Context,
): GroupRecord {
  const name = GroupName ?? GroupARN?.split("/")[1] ?? "";
  const group = ctx.store.collection(groupRecords).get([name]);
  if (!group || (GroupARN !== undefined && groupArn(ctx, group) !== GroupARN)) throw groupNotFound();
  return group;
}

export function saveGroup(group: GroupRecord, ctx: Context): void {
  ctx.store.collection(groupRecords).put([group.name], group);
}

export const describeGroup = (group: GroupRecord, ctx: Context) => ({
  GroupName: group.name,
  GroupARN: groupArn(ctx, group),
  ...(group.filter !== undefined && { FilterExpression: group.filter }),
  InsightsConfiguration: {
    InsightsEnabled: group.hasInsights,
    NotificationsEnabled: group.hasNotifications,
  },
});
