import { Tagging, tagList } from "../../aws/tags.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Ecr from "../../models/generated/ecr.ts";
import { invalidTag, tooManyTags } from "./errors.ts";
import { findByArn, saveRepository } from "./repository.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: invalidTag } });

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_TagResource.html and its neighbours */
export const tags: Handlers<Ecr.Operations> = {
  TagResource({ resourceArn, tags: given }, ctx) {
    const repository = findByArn(resourceArn, ctx);
    saveRepository({ ...repository, tags: tagging.add(repository.tags, given) }, ctx);
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, ctx) {
    const repository = findByArn(resourceArn, ctx);
    saveRepository({ ...repository, tags: tagging.remove(repository.tags, tagKeys) }, ctx);
    return {};
  },

  ListTagsForResource: ({ resourceArn }, ctx) => ({ tags: tagList(findByArn(resourceArn, ctx).tags) }),
};
