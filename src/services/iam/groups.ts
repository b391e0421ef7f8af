import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { describeGroup, describeUserInList } from "./describe.ts";
import { GROUP, type GroupRecord, groups, iamArn, newEntity, users } from "./entity.ts";
import { mustDeletePolicies, mustDetachPolicies, mustRemoveUsers, quotaExceeded } from "./errors.ts";
import { pageOf } from "./page.ts";

const MOST_GROUPS_PER_USER = 10;

export const groupHandlers: Handlers<IAM.Operations> = {
  CreateGroup(input, ctx) {
    const all = groups(ctx);
    all.checkNew(input.GroupName);
    const group: GroupRecord = {
      ...newEntity(GROUP, input.GroupName, input.Path, {}, ctx),
      attached: [],
      inline: {},
    };
    all.put(group);
    return { Group: describeGroup(group) };
  },

  GetGroup(input, ctx) {
    const group = groups(ctx).get(input.GroupName);
    const members = users(ctx)
      .list()
      .filter((user) => user.groups.includes(group.name));
    const { items, page } = pageOf(members, input, ({ name }) => name);
    return { Group: describeGroup(group), Users: items.map(describeUserInList), ...page };
  },

  ListGroups(input, ctx) {
    const { items, page } = pageOf(groups(ctx).list(input.PathPrefix), input, ({ name }) => name);
    return { Groups: items.map(describeGroup), ...page };
  },

  ListGroupsForUser(input, ctx) {
    const user = users(ctx).get(input.UserName);
    const all = groups(ctx);
    const { items, page } = pageOf([...user.groups].sort(), input, (name) => name);
    return { Groups: items.map((name) => describeGroup(all.get(name))), ...page };
  },

  UpdateGroup(input, ctx) {
    const all = groups(ctx);
    const group = all.get(input.GroupName);
    const { NewGroupName: name = group.name, NewPath: path = group.path } = input;
    if (name.toLowerCase() !== group.name.toLowerCase()) all.checkNew(name);
    const everyone = users(ctx);
    for (const user of everyone.list()) {
      if (!user.groups.includes(group.name)) continue;
      everyone.put({ ...user, groups: user.groups.map((one) => (one === group.name ? name : one)) });
    }
    all.delete(group.name);
    all.put({ ...group, name, path, arn: iamArn(ctx, `group${path}${name}`) });
  },

  DeleteGroup(input, ctx) {
    const all = groups(ctx);
    const group = all.get(input.GroupName);
    const hasMembers = users(ctx)
      .list()
      .some((user) => user.groups.includes(group.name));
    if (hasMembers) throw mustRemoveUsers();
    if (group.attached.length > 0) throw mustDetachPolicies();
    if (Object.keys(group.inline).length > 0) throw mustDeletePolicies();
    all.delete(group.name);
  },

  AddUserToGroup(input, ctx) {
    const group = groups(ctx).get(input.GroupName);
    const everyone = users(ctx);
    const user = everyone.get(input.UserName);
    if (user.groups.includes(group.name)) return;
    if (user.groups.length >= MOST_GROUPS_PER_USER) {
      throw quotaExceeded("GroupsPerUser", MOST_GROUPS_PER_USER);
    }
    everyone.put({ ...user, groups: [...user.groups, group.name] });
  },

  RemoveUserFromGroup(input, ctx) {
    const group = groups(ctx).get(input.GroupName);
    const everyone = users(ctx);
    const user = everyone.get(input.UserName);
    everyone.put({ ...user, groups: user.groups.filter((name) => name !== group.name) });
  },
};
