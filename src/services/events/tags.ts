import { Tagging, tagList } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { parameterInvalid, tooMany, validation } from "./errors.ts";
import { DEFAULT_BUS, findBus, saveBus } from "./event-bus.ts";
import { findRule, ruleRecords } from "./rule.ts";

export const tagging = new Tagging({
  errors: {
    tooMany,
    invalid: validation,
    reserved: () => validation("System tags cannot be added/updated by requester."),
  },
});

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  save(tags: Record<string, string>): void;
}

/** Tags of buses and rules: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-tagging.html */
export const tags: Handlers<Events.Operations> = {
  TagResource({ ResourceARN, Tags }, ctx) {
    const tagged = taggedAt(ResourceARN, ctx);
    tagged.save(tagging.add(tagged.tags, Tags));
    return {};
  },

  UntagResource({ ResourceARN, TagKeys }, ctx) {
    const tagged = taggedAt(ResourceARN, ctx);
    tagged.save(tagging.remove(tagged.tags, TagKeys));
    return {};
  },

  ListTagsForResource: ({ ResourceARN }, ctx) => ({ Tags: tagList(taggedAt(ResourceARN, ctx).tags) }),
};

function taggedAt(arn: string, ctx: Context): Tagged {
  const resource = parseArn(arn)?.resource ?? "";
  const [type, ...names] = resource.split("/");
  if (type === "event-bus") {
    const bus = findBus(names.join("/"), ctx);
    return { tags: bus.tags, save: (after) => saveBus({ ...bus, tags: after }, ctx) };
  }
  if (type !== "rule") throw parameterInvalid("ResourceARN", "Provided Arn is not in correct format.");
  const name = names.at(-1) ?? "";
  const rule = findRule(name, names.slice(0, -1).join("/") || DEFAULT_BUS, ctx);
  return {
    tags: rule.tags,
    save: (after) => ctx.store.collection(ruleRecords).put([rule.bus, rule.name], { ...rule, tags: after }),
  };
}
