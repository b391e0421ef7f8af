import { Tagging, type Tags, tagList } from "../../aws/tags.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudWatch from "../../models/generated/cloudwatch.ts";
import { alarmCollection } from "./alarms/alarm.ts";
import { dashboardsOf } from "./dashboards/dashboard.ts";
import { invalidParameterValue, taggedResourceNotFound } from "./errors.ts";

export const tagging = new Tagging({
  errors: {
    tooMany: (most) => invalidParameterValue(`A resource can have no more than ${most} tags.`),
    invalid: invalidParameterValue,
    duplicate: () => invalidParameterValue("Duplicate tag keys are not allowed."),
  },
});

export const tags: Handlers<CloudWatch.Operations> = {
  TagResource(input, ctx) {
    const { tags: before, put } = taggedAt(input.ResourceARN, ctx);
    put(tagging.add(before, input.Tags));
    return {};
  },

  UntagResource(input, ctx) {
    const { tags: before, put } = taggedAt(input.ResourceARN, ctx);
    put(tagging.remove(before, input.TagKeys));
    return {};
  },

  ListTagsForResource(input, ctx) {
    // Of an alarm that is gone AWS lists no tags; to tag it is an error.
    if (/^arn:[^:]*:cloudwatch:[^:]*:[^:]*:alarm:/.test(input.ResourceARN)) {
      const name = input.ResourceARN.split(":").slice(6).join(":");
      if (!ctx.store.collection(alarmCollection).has([name])) return { Tags: [] };
    }
    const { tags: there } = taggedAt(input.ResourceARN, ctx);
    return { Tags: tagList(there) };
  },
};

/** The tags of an alarm or a dashboard, and how to change them. @throws ResourceNotFoundException */
function taggedAt(arn: string, ctx: Context): { tags: Tags; put(tags: Tags): void } {
  const { service, resource } = parseArn(arn) ?? {};
  if (service !== "cloudwatch" || resource === undefined)
    throw invalidParameterValue(`The value ${arn} for parameter ResourceARN is invalid.`);
  const [, type, name = resource] = /^(alarm|dashboard)[:/](.*)$/s.exec(resource) ?? [];
  if (type === "alarm") {
    const alarms = ctx.store.collection(alarmCollection);
    const alarm = alarms.get([name]);
    if (alarm) return { tags: alarm.tags, put: (changed) => alarms.put([name], { ...alarm, tags: changed }) };
  }
  if (type === "dashboard") {
    const dashboards = dashboardsOf(ctx);
    const dashboard = dashboards.get([name]);
    if (dashboard)
      return {
        tags: dashboard.tags,
        put: (changed) => dashboards.put([name], { ...dashboard, tags: changed }),
      };
  }
  throw taggedResourceNotFound(type ?? "resource", name);
}
