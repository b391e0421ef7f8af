import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudWatch from "../../models/generated/cloudwatch.ts";
import { alarmCollection } from "./alarms/alarm.ts";
import { dashboardsOf } from "./dashboards/dashboards.ts";
import { invalidParameterValue, taggedResourceNotFound } from "./errors.ts";

const MAX_TAGS = 50;

type Tags = Readonly<Record<string, string>>;

/** @throws InvalidParameterValueException for a key that is there twice, or more than 50 tags */
export function readTags(tags: CloudWatch.TagList = []): Tags {
  const record = Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
  if (Object.keys(record).length < tags.length)
    throw invalidParameterValue("Duplicate tag keys are not allowed.");
  checkNumber(record);
  return record;
}

export const tags: Handlers<CloudWatch.Operations> = {
  TagResource(input, ctx) {
    const { tags: before, put } = taggedAt(input.ResourceARN, ctx);
    const merged = { ...before, ...readTags(input.Tags) };
    checkNumber(merged);
    put(merged);
    return {};
  },

  UntagResource(input, ctx) {
    const { tags: before, put } = taggedAt(input.ResourceARN, ctx);
    put(Object.fromEntries(Object.entries(before).filter(([key]) => !input.TagKeys.includes(key))));
    return {};
  },

  ListTagsForResource(input, ctx) {
    const { tags: there } = taggedAt(input.ResourceARN, ctx);
    return { Tags: Object.entries(there).map(([Key, Value]) => ({ Key, Value })) };
  },
};

function checkNumber(tags: Tags): void {
  if (Object.keys(tags).length > MAX_TAGS)
    throw invalidParameterValue(`A resource can have no more than ${MAX_TAGS} tags.`);
}

/** The tags of an alarm or a dashboard, and how to change them. @throws ResourceNotFoundException */
function taggedAt(arn: string, ctx: Context): { tags: Tags; put(tags: Tags): void } {
  const { service, resource } = parseArn(arn) ?? {};
  if (service !== "cloudwatch" || resource === undefined)
    throw invalidParameterValue(`The value ${arn} for parameter ResourceARN is invalid.`);
  const [, type, name] = /^(alarm|dashboard)[:/](.*)$/s.exec(resource) ?? [];
  if (type === "alarm") {
    const alarms = ctx.store.collection(alarmCollection);
    const alarm = alarms.get([name!]);
    if (alarm)
      return { tags: alarm.tags, put: (changed) => alarms.put([name!], { ...alarm, tags: changed }) };
  }
  if (type === "dashboard") {
    const dashboards = dashboardsOf(ctx);
    const dashboard = dashboards.get([name!]);
    if (dashboard)
      return {
        tags: dashboard.tags,
        put: (changed) => dashboards.put([name!], { ...dashboard, tags: changed }),
      };
  }
  throw taggedResourceNotFound(type ?? "resource", name ?? resource);
}
