import { pageOf } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { groupExists, invalidRequest, invalidToken } from "./errors.ts";
import { parseFilter } from "./filter/parse.ts";
import { describeGroup, findGroup, type GroupRecord, groupRecords, saveGroup } from "./group.ts";
import { tagging } from "./tags.ts";

/** Inferred: AWS does not say. */
const PAGE_SIZE = 100;
/** https://docs.aws.amazon.com/general/latest/gr/xray.html */
const MOST_GROUPS = 25;
const ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html and its neighbours */
export const groups: Handlers<XRay.Operations> = {
  CreateGroup({ GroupName: name, FilterExpression, InsightsConfiguration, Tags }, ctx) {
    const kept = ctx.store.collection(groupRecords);
    if (kept.has([name])) throw groupExists(name);
    if (kept.count() >= MOST_GROUPS)
      throw invalidRequest(`You have reached the maximum number of groups: ${MOST_GROUPS}.`);
    const group: GroupRecord = {
      name,
      id: Array.from({ length: 52 }, () => ID_LETTERS[ctx.random.integer(32)]).join(""),
      ...filterOf(FilterExpression),
      ...insightsOf(InsightsConfiguration),
      tags: tagging(name).read(Tags),
    };
    saveGroup(group, ctx);
    return { Group: describeGroup(group, ctx) };
  },

  GetGroup: (input, ctx) => ({ Group: describeGroup(findGroup(input, ctx), ctx) }),

  GetGroups({ NextToken: token }, ctx) {
    const { items, nextToken } = pageOf(ctx.store.collection(groupRecords), {
      size: PAGE_SIZE,
      token,
      refuse: invalidToken,
    });
    return {
      Groups: items.map((group) => describeGroup(group, ctx)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  UpdateGroup(input, ctx) {
    const before = findGroup(input, ctx);
    const group: GroupRecord = {
      ...before,
      ...filterOf(input.FilterExpression),
      ...(input.InsightsConfiguration && insightsOf(input.InsightsConfiguration)),
    };
    saveGroup(group, ctx);
    return { Group: describeGroup(group, ctx) };
  },

  DeleteGroup(input, ctx) {
    ctx.store.collection(groupRecords).delete([findGroup(input, ctx).name]);
    return {};
  },
};

/** @throws InvalidRequestException for an expression that is none */
function filterOf(filter: string | undefined): Pick<GroupRecord, "filter"> {
  if (filter === undefined) return {};
  if (filter !== "") parseFilter(filter);
  return { filter };
}

function insightsOf({
  InsightsEnabled = false,
  NotificationsEnabled = false,
}: XRay.InsightsConfiguration = {}): Pick<GroupRecord, "hasInsights" | "hasNotifications"> {
  if (NotificationsEnabled && !InsightsEnabled)
    throw invalidRequest("Notifications can only be enabled when insights are enabled.");
  return { hasInsights: InsightsEnabled, hasNotifications: NotificationsEnabled };
}
