import { page } from "../../aws/page.ts";
import { Tagging, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as XRay from "../../models/generated/xray.ts";
import { invalidRequest, invalidToken, resourceNotFound, tooManyTags } from "./errors.ts";
import { groupArn, groupRecords, saveGroup } from "./group.ts";
import { allRules, saveRule } from "./sampling-rule.ts";

/** @param arn of what has the tags, for what is said when they are too many */
export const tagging = (arn: string): Tagging =>
  new Tagging({ errors: { tooMany: (most) => tooManyTags(most, arn), invalid: invalidRequest } });

/** https://docs.aws.amazon.com/xray/latest/api/API_TagResource.html and its neighbours */
export const tags: Handlers<XRay.Operations> = {
  TagResource({ ResourceARN, Tags }, ctx) {
    const tagged = find(ResourceARN, ctx);
    tagged.save(tagging(ResourceARN).add(tagged.tags, Tags));
    return {};
  },

  UntagResource({ ResourceARN, TagKeys }, ctx) {
    const tagged = find(ResourceARN, ctx);
    tagged.save(tagging(ResourceARN).remove(tagged.tags, TagKeys));
    return {};
  },

  ListTagsForResource({ ResourceARN, NextToken: token }, ctx) {
    const { items, nextToken } = page(tagList(find(ResourceARN, ctx).tags), ({ Key }) => [Key], {
      size: 50,
      token,
      query: ResourceARN,
      refuse: invalidToken,
    });
    return { Tags: items, ...(nextToken && { NextToken: nextToken }) };
  },
};

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  save(tags: Readonly<Record<string, string>>): void;
}

/** @throws ResourceNotFoundException */
function find(arn: string, ctx: Context): Tagged {
  const name = /:group\/([^/]+)\//.exec(arn)?.[1];
  const group = name === undefined ? undefined : ctx.store.collection(groupRecords).get([name]);
  if (group && groupArn(ctx, group) === arn)
    return { tags: group.tags, save: (given) => saveGroup({ ...group, tags: given }, ctx) };
  const rule = allRules(ctx).find((one) => one.arn === arn);
  if (rule) return { tags: rule.tags, save: (given) => saveRule({ ...rule, tags: given }, ctx) };
  throw resourceNotFound(arn);
}
