import { Tagging } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as SFN from "../../models/generated/stepfunctions.ts";
import { activityRecords } from "./activity-queue.ts";
import { resourceNotFound, tooManyTags, validation } from "./errors.ts";
import { readArnOf } from "./execution-arn.ts";
import { stateMachineRecords } from "./state-machine.ts";

export const tagging = new Tagging({ errors: { tooMany: tooManyTags, invalid: validation } });

/** Tags as this service's inputs have them. */
export const tagsOf = (tags: SFN.TagList | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ key = "", value = "" }) => [key, value]));

export const tags: Handlers<SFN.Operations> = {
  TagResource({ resourceArn, tags: added }, ctx) {
    const { before, save } = tagged(resourceArn, ctx);
    save(tagging.add(before, tagsOf(added)));
    return {};
  },

  UntagResource({ resourceArn, tagKeys }, ctx) {
    const { before, save } = tagged(resourceArn, ctx);
    save(tagging.remove(before, tagKeys));
    return {};
  },

  ListTagsForResource: ({ resourceArn }, ctx) => ({
    tags: Object.entries(tagged(resourceArn, ctx).before).map(([key, value]) => ({ key, value })),
  }),
};

interface Tagged {
  readonly before: Readonly<Record<string, string>>;
  save(tags: Readonly<Record<string, string>>): void;
}

/** @throws InvalidArn, ResourceNotFound */
function tagged(arn: string, ctx: Context): Tagged {
  const {
    kind,
    names: [name, ...more],
  } = readArnOf(["stateMachine", "activity"], arn);
  if (name === undefined || more.length > 0) throw resourceNotFound(arn);
  if (kind === "activity") {
    const collection = ctx.store.collection(activityRecords);
    const record = collection.get([name]);
    if (record?.arn !== arn) throw resourceNotFound(arn);
    return { before: record.tags, save: (changed) => collection.put([name], { ...record, tags: changed }) };
  }
  const collection = ctx.store.collection(stateMachineRecords);
  const record = collection.get([name]);
  if (record?.arn !== arn) throw resourceNotFound(arn);
  return { before: record.tags, save: (changed) => collection.put([name], { ...record, tags: changed }) };
}
