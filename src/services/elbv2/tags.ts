import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { readArn } from "./arns.ts";
import { duplicateTagKeys, tooManyTags, validationError } from "./errors.ts";
import { findListener, saveListener } from "./listener.ts";
import { findBalancer, saveBalancer } from "./load-balancer.ts";
import { findRule, saveRule } from "./rule.ts";
import { findTargetGroup, saveTargetGroup } from "./target-group.ts";

export const tagging = new Tagging({
  errors: { tooMany: tooManyTags, duplicate: duplicateTagKeys, invalid: validationError },
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html and its neighbours */
export const tags: Handlers<ELB.Operations> = {
  AddTags({ ResourceArns, Tags: given }, ctx) {
    const named = ResourceArns.map((arn) => tagged(arn, ctx));
    for (const { tags: before, save } of named) save(tagging.add(before, given as { Key: string }[]));
    return {};
  },

  RemoveTags({ ResourceArns, TagKeys }, ctx) {
    const named = ResourceArns.map((arn) => tagged(arn, ctx));
    for (const { tags: before, save } of named) save(tagging.remove(before, TagKeys));
    return {};
  },

  DescribeTags: ({ ResourceArns }, ctx) => ({
    TagDescriptions: ResourceArns.map((arn) => ({
      ResourceArn: arn,
      Tags: tagList(tagged(arn, ctx).tags),
    })),
  }),
};

interface Tagged {
  readonly tags: Tags;
  save(tags: Tags): void;
}

/** By the kind of thing that an ARN names. */
const TAGGED: Readonly<Record<string, (arn: string, ctx: Context) => Tagged>> = {
  loadbalancer(arn, ctx) {
    const balancer = findBalancer(arn, ctx);
    return { tags: balancer.tags, save: (after) => saveBalancer({ ...balancer, tags: after }, ctx) };
  },
  targetgroup(arn, ctx) {
    const group = findTargetGroup(arn, ctx);
    return { tags: group.tags, save: (after) => saveTargetGroup({ ...group, tags: after }, ctx) };
  },
  listener(arn, ctx) {
    const { listener } = findListener(arn, ctx);
    return { tags: listener.tags, save: (after) => saveListener({ ...listener, tags: after }, ctx) };
  },
  "listener-rule"(arn, ctx) {
    const { rule, listener } = findRule(arn, ctx);
    if (rule) return { tags: rule.tags, save: (after) => saveRule({ ...rule, tags: after }, ctx) };
    // Of a default rule: those that its listener keeps for it.
    return {
      tags: listener.ruleTags ?? {},
      save: (after) => saveListener({ ...listener, ruleTags: after }, ctx),
    };
  },
};

/** @throws ValidationError for an ARN of something else, and the error of what is not there */
function tagged(arn: string, ctx: Context): Tagged {
  const { kind = "" } = readArn(arn) ?? {};
  const find = Object.hasOwn(TAGGED, kind) ? TAGGED[kind] : undefined;
  if (!find) throw validationError(`'${arn}' is not a valid resource ARN`);
  return find(arn, ctx);
}
