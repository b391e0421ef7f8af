import { Tagging } from "../../aws/tags.ts";
import type { Handlers } from "../../core/service.ts";
import type * as ResourceGroups from "../../models/generated/resource-groups.ts";
import { badRequest, tooManyTags } from "./errors.ts";
import { findGroup, saveGroup } from "./group.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: badRequest } });

export const tags: Handlers<ResourceGroups.Operations> = {
  Tag({ Arn, Tags }, ctx) {
    const group = findGroup(Arn, ctx);
    saveGroup({ ...group, tags: tagging.add(group.tags, Tags) }, ctx);
    return { Arn, Tags };
  },

  Untag({ Arn, Keys }, ctx) {
    const group = findGroup(Arn, ctx);
    saveGroup({ ...group, tags: tagging.remove(group.tags, Keys) }, ctx);
    return { Arn, Keys };
  },

  GetTags: ({ Arn }, ctx) => ({ Arn, Tags: { ...findGroup(Arn, ctx).tags } }),
};
