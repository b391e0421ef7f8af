import { begin } from "../../aws/lifecycle.ts";
import { page } from "../../aws/page.ts";
import { Tagging, tagList } from "../../aws/tags.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Scheduler from "../../models/generated/scheduler.ts";
import { defaultGroupStays, groupExists, groupLeaves, tooManyTags, validation } from "./errors.ts";
import { groupLifecycle } from "./lifecycle.ts";
import {
  allGroups,
  DEFAULT_GROUP,
  findGroup,
  findGroupIfAny,
  type GroupRecord,
  groupArn,
  groupRecords,
  isSameRequest,
  scheduleRecords,
} from "./schedule.ts";
import type { ScheduleClock } from "./schedule-clock.ts";

const PAGE_SIZE = 100;
const tagging = new Tagging({
  errors: {
    tooMany: tooManyTags,
    invalid: validation,
    reserved: () => validation("System tags cannot be added/updated by requester."),
  },
});

/** Groups of schedules, which alone have tags: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html */
export const scheduleGroups = (clock: ScheduleClock): Handlers<Scheduler.Operations> => ({
  CreateScheduleGroup(input, ctx) {
    const { Name: name } = input;
    if (name === DEFAULT_GROUP) throw defaultGroupStays(name);
    const there = findGroupIfAny(name, ctx);
    if (there?.transition) throw groupLeaves(name);
    if (there && isSameRequest(input, there)) return { ScheduleGroupArn: there.arn };
    if (there) throw groupExists(name);
    const now = ctx.clock.now();
    const group: GroupRecord = {
      name,
      arn: groupArn(ctx, name),
      tags: tagging.read(input.Tags),
      createdAtMs: now,
      modifiedAtMs: now,
      ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
    };
    ctx.store.collection(groupRecords).put([name], group);
    return { ScheduleGroupArn: group.arn };
  },

  GetScheduleGroup: (input, ctx) => describe(findGroup(input.Name, ctx)),

  DeleteScheduleGroup(input, ctx) {
    const group = findGroup(input.Name, ctx);
    const { name } = group;
    if (name === DEFAULT_GROUP) throw defaultGroupStays(name);
    const schedules = ctx.store.collection(scheduleRecords);
    const gone = [...schedules.values({ prefix: [name] })];
    schedules.clear({ prefix: [name] });
    for (const schedule of gone) clock.look(ctx, schedule);
    if (group.transition) throw groupLeaves(name);
    const transition = begin(groupLifecycle, "DELETING", group.arn, ctx, ctx);
    if (transition) ctx.store.collection(groupRecords).put([name], { ...group, transition });
    else ctx.store.collection(groupRecords).delete([name]);
    return {};
  },

  ListScheduleGroups({ NextToken: token, MaxResults: size = PAGE_SIZE, ...query }, ctx) {
    const groups = allGroups(ctx).filter(({ name }) => name.startsWith(query.NamePrefix ?? ""));
    const { items, nextToken } = page(groups, ({ name }) => [name], {
      size,
      token,
      query,
      refuse: () => validation("Invalid NextToken."),
    });
    return { ScheduleGroups: items.map(describe), ...(nextToken && { NextToken: nextToken }) };
  },

  TagResource({ ResourceArn, Tags }, ctx) {
    const group = findGroup(nameOf(ResourceArn), ctx);
    ctx.store.collection(groupRecords).put([group.name], { ...group, tags: tagging.add(group.tags, Tags) });
    return {};
  },

  UntagResource({ ResourceArn, TagKeys }, ctx) {
    const group = findGroup(nameOf(ResourceArn), ctx);
    ctx.store
      .collection(groupRecords)
      .put([group.name], { ...group, tags: tagging.remove(group.tags, TagKeys) });
    return {};
  },

  ListTagsForResource: ({ ResourceArn }, ctx) => ({
    Tags: tagList(findGroup(nameOf(ResourceArn), ctx).tags),
  }),
});

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? "";

const describe = (group: GroupRecord) => ({
  Arn: group.arn,
  Name: group.name,
  State: group.transition ? "DELETING" : "ACTIVE",
  CreationDate: new Date(group.createdAtMs),
  LastModificationDate: new Date(group.modifiedAtMs),
});
