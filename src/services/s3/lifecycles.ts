import type { Handlers } from "../../core/service.ts";
import { twice } from "../../core/twice.ts";
import type * as S3 from "../../models/generated/s3.ts";
import { invalidArgument, invalidRequest, malformedXml, notConfigured } from "./errors.ts";
import type { Expiry } from "./expiry.ts";
import { checkRule } from "./lifecycle-checks.ts";
import type { OpenBuckets } from "./open-buckets.ts";

const DEFAULT_MINIMUM = "all_storage_classes_128K";
const MINIMA = new Set([DEFAULT_MINIMUM, "varies_by_storage_class"]);
const MOST_RULES = 1000;

export const lifecycles = (open: OpenBuckets, expiry: Expiry): Handlers<S3.Operations> => ({
  PutBucketLifecycleConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const minimum = input.TransitionDefaultMinimumObjectSize ?? DEFAULT_MINIMUM;
    if (!MINIMA.has(minimum))
      throw invalidRequest(`Invalid TransitionDefaultMinimumObjectSize found: ${minimum}`);
    const rules = input.LifecycleConfiguration?.Rules;
    if (!rules?.length || rules.length > MOST_RULES) throw malformedXml();
    for (const rule of rules) checkRule(rule);
    if (rules.some(({ Filter }) => Filter) && rules.some(({ Prefix }) => Prefix !== undefined))
      throw invalidRequest("Filter element can only be used in Lifecycle V2.");
    const ids = rules.map(({ ID }) => ID).filter((id) => id !== undefined);
    if (new Set(ids).size < ids.length)
      throw invalidArgument(
        "Rule ID must be unique. Found same ID for more than one rule",
        "ID",
        twice(ids) ?? "",
      );
    bucket.set("lifecycle", {
      Rules: rules.map((rule) => ({ ...rule, ID: rule.ID || ctx.random.uuid() })),
      TransitionDefaultMinimumObjectSize: minimum,
    });
    expiry.arm();
    return { TransitionDefaultMinimumObjectSize: minimum as "all_storage_classes_128K" };
  },

  GetBucketLifecycleConfiguration(input, ctx) {
    const bucket = open.of(input, ctx);
    const settings = bucket.record.settings["lifecycle"];
    if (settings === undefined) {
      throw notConfigured(
        "NoSuchLifecycleConfiguration",
        "The lifecycle configuration does not exist",
        bucket.name,
      );
    }
    return settings as S3.GetBucketLifecycleConfigurationOutput;
  },

  DeleteBucketLifecycle(input, ctx) {
    open.of(input, ctx).set("lifecycle", undefined);
  },
});
