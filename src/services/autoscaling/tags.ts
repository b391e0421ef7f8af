import { page } from "../../aws/page.ts";
import { Tagging } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as AutoScaling from "../../models/generated/autoscaling.ts";
import { invalidToken, tooManyTags, validationError } from "./errors.ts";
import { describeTags, findGroup, type GroupRecord, groupRecords, saveGroup } from "./group.ts";

const PAGE_SIZE = 50;
const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: validationError } });

const bare = (given: readonly AutoScaling.Tag[]) => given.map(({ Key, Value = "" }) => ({ Key, Value }));

/** Tags, and which of them instances get. */
export function readTags(
  given: readonly AutoScaling.Tag[] | undefined = [],
  before: Pick<GroupRecord, "tags" | "propagated"> = { tags: {}, propagated: [] },
): Pick<GroupRecord, "tags" | "propagated"> {
  const keys = new Set(given.map(({ Key }) => Key));
  return {
    tags: tagging.add(before.tags, bare(given)),
    propagated: [
      ...before.propagated.filter((key) => !keys.has(key)),
      ...given.filter(({ PropagateAtLaunch }) => PropagateAtLaunch).map(({ Key }) => Key),
    ],
  };
}

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html and its neighbours */
export const tags: Handlers<AutoScaling.Operations> = {
  CreateOrUpdateTags({ Tags }, ctx) {
    for (const [name, given] of byGroup(Tags)) {
      const group = findGroup(name, ctx);
      saveGroup({ ...group, ...readTags(given, group) }, ctx);
    }
  },

  DeleteTags({ Tags }, ctx) {
    for (const [name, given] of byGroup(Tags)) {
      const group = findGroup(name, ctx);
      const keys = given.map(({ Key }) => Key);
      const propagated = group.propagated.filter((key) => !keys.includes(key));
      saveGroup({ ...group, tags: tagging.remove(group.tags, keys), propagated }, ctx);
    }
  },

  DescribeTags(
    { Filters = [], IncludeManagedResources, NextToken: token, MaxRecords: size = PAGE_SIZE },
    ctx: Context,
  ) {
    const all = [...ctx.store.collection(groupRecords).values()].flatMap(describeTags);
    const wanted = all.filter((tag) =>
      Filters.every(({ Name, Values = [] }) => Values.includes(String(READERS[Name ?? ""]?.(tag)))),
    );
    const { items, nextToken } = page(
      wanted.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1)),
      (tag) => [sortKey(tag)],
      { size, token, query: [Filters, IncludeManagedResources], refuse: invalidToken },
    );
    return { Tags: items, NextToken: nextToken };
  },
};

const sortKey = ({ ResourceId, Key }: AutoScaling.TagDescription): string => `${ResourceId} ${Key}`;

const READERS: Readonly<Record<string, (tag: AutoScaling.TagDescription) => unknown>> = {
  "auto-scaling-group": ({ ResourceId }) => ResourceId,
  key: ({ Key }) => Key,
  value: ({ Value }) => Value,
  "propagate-at-launch": ({ PropagateAtLaunch }) => PropagateAtLaunch,
};

const byGroup = (given: readonly AutoScaling.Tag[]) =>
  Map.groupBy(given, ({ ResourceId = "" }) => ResourceId);
