import { pageOf } from "../../aws/page.ts";
import type { Handlers } from "../../core/service.ts";
import type * as ResourceGroups from "../../models/generated/resource-groups.ts";
import { badRequest, groupExists } from "./errors.ts";
import { describeGroup, findGroup, type GroupRecord, groupArn, groupRecords, saveGroup } from "./group.ts";
import { parseQuery } from "./query.ts";
import { tagging } from "./tags.ts";

const PAGE_SIZE = 50;

/** https://docs.aws.amazon.com/ARG/latest/APIReference/API_CreateGroup.html and its neighbours */
export const groups: Handlers<ResourceGroups.Operations> = {
  CreateGroup(input, ctx) {
    if (ctx.store.collection(groupRecords).has([input.Name])) throw groupExists();
    if (input.ResourceQuery) parseQuery(input.ResourceQuery);
    const group: GroupRecord = {
      name: input.Name,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
      ...(input.Owner !== undefined && { owner: input.Owner }),
      ...(input.Criticality !== undefined && { criticality: input.Criticality }),
      ...(input.ResourceQuery && { query: input.ResourceQuery }),
      ...(input.Configuration && { configuration: input.Configuration }),
      members: [],
      tags: tagging.read(input.Tags),
    };
    saveGroup(group, ctx);
    return {
      Group: describeGroup(group, ctx),
      ...(input.ResourceQuery && { ResourceQuery: input.ResourceQuery }),
      Tags: { ...group.tags },
    };
  },

  GetGroup: (input, ctx) => ({ Group: describeGroup(findGroup(input.Group ?? input.GroupName, ctx), ctx) }),

  UpdateGroup(input, ctx) {
    const before = findGroup(input.Group ?? input.GroupName, ctx);
    const group: GroupRecord = {
      ...before,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
      ...(input.Owner !== undefined && { owner: input.Owner }),
      ...(input.Criticality !== undefined && { criticality: input.Criticality }),
    };
    saveGroup(group, ctx);
    return { Group: describeGroup(group, ctx) };
  },

  DeleteGroup(input, ctx) {
    const group = findGroup(input.Group ?? input.GroupName, ctx);
    ctx.store.collection(groupRecords).delete([group.name]);
    return { Group: describeGroup(group, ctx) };
  },

  ListGroups(input, ctx) {
    const { NextToken: token, MaxResults: size = PAGE_SIZE, ...query } = input;
    const { items, nextToken } = pageOf(ctx.store.collection(groupRecords), {
      size,
      token,
      query,
      hex: true,
      refuse: () => badRequest("The token is invalid"),
    });
    return {
      GroupIdentifiers: items.map(({ name }) => ({ GroupName: name, GroupArn: groupArn(ctx, name) })),
      Groups: items.map((group) => describeGroup(group, ctx)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  GetGroupQuery(input, ctx) {
    const { name, query } = findGroup(input.Group ?? input.GroupName, ctx);
    if (!query) throw badRequest("The group is not of the type of resource query");
    return { GroupQuery: { GroupName: name, ResourceQuery: query } };
  },

  UpdateGroupQuery(input, ctx) {
    const group = findGroup(input.Group ?? input.GroupName, ctx);
    parseQuery(input.ResourceQuery);
    saveGroup({ ...group, query: input.ResourceQuery }, ctx);
    return { GroupQuery: { GroupName: group.name, ResourceQuery: input.ResourceQuery } };
  },
};
