import { Tagging } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Scaling from "../../models/generated/application-autoscaling.ts";
import { resourceNotFound, tooManyTags, validation } from "./errors.ts";
import { saveTarget, type TargetRecord, targetRecords } from "./scalable-target.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: validation } });

export const tags: Handlers<Scaling.Operations> = {
  TagResource({ ResourceARN, Tags }, ctx) {
    const target = targetAt(ResourceARN, ctx);
    saveTarget({ ...target, tags: tagging.add(target.tags, Tags) }, ctx);
    return {};
  },

  UntagResource({ ResourceARN, TagKeys }, ctx) {
    const target = targetAt(ResourceARN, ctx);
    saveTarget({ ...target, tags: tagging.remove(target.tags, TagKeys) }, ctx);
    return {};
  },

  ListTagsForResource: ({ ResourceARN }, ctx) => ({ Tags: { ...targetAt(ResourceARN, ctx).tags } }),
};

/** @throws ResourceNotFoundException */
function targetAt(arn: string, ctx: Context): TargetRecord {
  for (const target of ctx.store.collection(targetRecords).values()) if (target.arn === arn) return target;
  throw resourceNotFound(arn);
}
