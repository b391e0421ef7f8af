import { keptThat } from "../../aws/kept.ts";
import { paging } from "../../aws/page.ts";
import type { Context, Handlers, KeptResource } from "../../core/service.ts";
import { inTime } from "../../core/unhurried.ts";
import type * as ResourceGroups from "../../models/generated/resource-groups.ts";
import { badRequest } from "./errors.ts";
import { QUERY } from "./fault-points.ts";
import { findGroup, type GroupRecord, groupArn, saveGroup } from "./group.ts";
import { isMeant, type ParsedQuery, parseQuery } from "./query.ts";

const PAGE_SIZE = 50;

/** What belongs to a group: https://docs.aws.amazon.com/ARG/latest/APIReference/API_ListGroupResources.html */
export const members: Handlers<ResourceGroups.Operations> = {
  async ListGroupResources(input, ctx) {
    const group = findGroup(input.Group ?? input.GroupName, ctx);
    const { identifiers, nextToken } = await pageOf(await membersOf(group, ctx), input, ctx);
    return {
      ResourceIdentifiers: identifiers,
      Resources: identifiers.map((Identifier) => ({ Identifier })),
      QueryErrors: [],
      ...(nextToken && { NextToken: nextToken }),
    };
  },

  async SearchResources(input, ctx) {
    const query = parseQuery(input.ResourceQuery);
    const { identifiers, nextToken } = await pageOf(await meant(query, ctx), input, ctx);
    return { ResourceIdentifiers: identifiers, QueryErrors: [], ...(nextToken && { NextToken: nextToken }) };
  },

  GroupResources({ Group, ResourceArns }, ctx) {
    const group = findGroup(Group, ctx);
    if (group.query) throw badRequest("Resources cannot be added to a group that has a resource query");
    const known = ResourceArns.filter((arn) => ctx.host.keptAt(arn));
    saveGroup({ ...group, members: [...new Set([...group.members, ...known])] }, ctx);
    return { Succeeded: known, Failed: failures(ResourceArns, known), Pending: [] };
  },

  UngroupResources({ Group, ResourceArns }, ctx) {
    const group = findGroup(Group, ctx);
    const there = ResourceArns.filter((arn) => group.members.includes(arn));
    saveGroup({ ...group, members: group.members.filter((arn) => !there.includes(arn)) }, ctx);
    return { Succeeded: there, Failed: failures(ResourceArns, there), Pending: [] };
  },
};

async function membersOf(group: GroupRecord, ctx: Context): Promise<KeptResource[]> {
  if (group.query) return await meant(parseQuery(group.query), ctx, groupArn(ctx, group.name));
  return group.members.map((arn) => ctx.host.keptAt(arn)).filter((resource) => resource !== undefined);
}

/** What a query finds, less what a rule at the fault point leaves out. */
async function meant(query: ParsedQuery, ctx: Context, resource?: string): Promise<KeptResource[]> {
  const found = await keptThat(ctx, (candidate) => isMeant(query, candidate));
  const hits = ctx.hits(QUERY, resource === undefined ? {} : { resource });
  return hits.reduce(
    (left, { params, draw }) => left.filter(({ arn }) => draw(arn) >= Number(params["share"] ?? 1)),
    found,
  );
}

interface Paging {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

async function pageOf(resources: readonly KeptResource[], input: Paging, ctx: Context) {
  const { MaxResults: size = PAGE_SIZE, NextToken: token, ...query } = input;
  const asked = {
    size,
    token,
    query: { ...query, region: ctx.region },
    hex: true,
    refuse: () => badRequest("The token is invalid"),
  };
  const { items, nextToken } = await inTime(paging(resources, ({ arn }) => [arn], asked));
  const identifiers = items.map(({ arn, cloudFormationType }) => ({
    ResourceArn: arn,
    ...(cloudFormationType && { ResourceType: cloudFormationType }),
  }));
  return { identifiers, nextToken };
}

const failures = (asked: readonly string[], done: readonly string[]): ResourceGroups.FailedResourceList =>
  asked
    .filter((arn) => !done.includes(arn))
    .map((ResourceArn) => ({
      ResourceArn,
      ErrorCode: "RESOURCE_NOT_FOUND",
      ErrorMessage: "Resource not found",
    }));
