import { pageOf } from "../../../aws/page.ts";
import { readJson } from "../../../core/read-json.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { alarmNotFound, invalidFormat, invalidNextToken, validationError } from "../errors.ts";
import { metricKey, metricOf } from "../metrics/metric.ts";
import { type Alarm, alarmCollection, type MetricAlarm, oneMetricOf } from "./alarm.ts";
import type { Composites } from "./composites.ts";
import { describeCompositeAlarm, describeMetricAlarm } from "./description.ts";
import { alarmsIn, parseRule } from "./rule.ts";

const DEFAULT_PAGE = 50;

export const alarms = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  DescribeAlarms(input, ctx) {
    checkFilters(input);
    const family = familyOf(input, ctx, cloudwatch.watch.transitions.composites);
    const types = input.AlarmTypes?.length ? input.AlarmTypes : ["MetricAlarm"];
    const page = pageOf(ctx.store.collection(alarmCollection), {
      token: input.NextToken,
      query: { ...input, NextToken: undefined, MaxRecords: undefined },
      size: input.MaxRecords ?? DEFAULT_PAGE,
      keep: (alarm) =>
        (family ? family.has(alarm.name) : types.includes(typeOf(alarm))) &&
        (input.AlarmNames === undefined || input.AlarmNames.includes(alarm.name)) &&
        alarm.name.startsWith(input.AlarmNamePrefix ?? "") &&
        (input.StateValue === undefined || alarm.state.value === input.StateValue) &&
        (input.ActionPrefix === undefined || hasAction(alarm, input.ActionPrefix)),
      refuse: invalidNextToken,
    });
    return {
      MetricAlarms: page.items.filter((alarm) => alarm.kind === "metric").map(describeMetricAlarm),
      CompositeAlarms: page.items.filter((alarm) => alarm.kind === "composite").map(describeCompositeAlarm),
      LogAlarms: [],
      ...(page.nextToken && { NextToken: page.nextToken }),
    };
  },

  DescribeAlarmsForMetric(input, ctx) {
    const wanted = metricKey(metricOf(input.Namespace, input.MetricName, input.Dimensions)).join("\n");
    const matches = ({ settings }: MetricAlarm) =>
      settings.MetricName !== undefined &&
      metricKey(oneMetricOf(settings).metric).join("\n") === wanted &&
      (["Statistic", "ExtendedStatistic", "Period", "Unit"] as const).every(
        (name) => input[name] === undefined || input[name] === settings[name],
      );
    const all = [...ctx.store.collection(alarmCollection).values()];
    const found = all.filter((alarm) => alarm.kind === "metric").filter(matches);
    return { MetricAlarms: found.map(describeMetricAlarm) };
  },

  DeleteAlarms(input, ctx) {
    const { composites } = cloudwatch.watch.transitions;
    const collection = ctx.store.collection(alarmCollection);
    const deleted = input.AlarmNames.flatMap((name) => collection.get([name]) ?? []);
    if (deleted.filter(({ kind }) => kind === "composite").length > 1)
      throw validationError("At most one composite alarm can be deleted in one request.");
    const names = new Set(deleted.map(({ name }) => name));
    for (const { name } of deleted)
      if (composites.parentsOf(ctx, name).some((parent) => !names.has(parent.name)))
        throw validationError(`Cannot delete ${name} as there are composite alarm(s) depending on it.`);
    for (const alarm of deleted) {
      collection.delete([alarm.name]);
      cloudwatch.watch.remove(ctx, alarm.name);
      cloudwatch.watch.look(ctx, alarm.name);
      cloudwatch.watch.transitions.history.add(
        ctx,
        alarm,
        "ConfigurationUpdate",
        `Alarm "${alarm.name}" deleted`,
        { version: "1.0", type: "Delete" },
      );
      cloudwatch.watch.transitions.configured(ctx, "delete", alarm);
    }
  },

  EnableAlarmActions: (input, ctx) => setActions(input.AlarmNames, true, ctx),
  DisableAlarmActions: (input, ctx) => setActions(input.AlarmNames, false, ctx),

  SetAlarmState(input, ctx) {
    const alarm = ctx.store.collection(alarmCollection).get([input.AlarmName]);
    if (!alarm) throw alarmNotFound();
    if (input.StateReasonData !== undefined && !isJson(input.StateReasonData))
      throw invalidFormat("StateReasonData is not valid JSON");
    cloudwatch.watch.transitions.change(ctx, alarm, {
      value: input.StateValue as Alarm["state"]["value"],
      reason: input.StateReason,
      ...(input.StateReasonData !== undefined && { reasonData: input.StateReasonData }),
    });
    cloudwatch.watch.hold(ctx, alarm);
  },
});

const typeOf = ({ kind }: Alarm) => (kind === "metric" ? "MetricAlarm" : "CompositeAlarm");

const hasAction = ({ actions }: Alarm, prefix: string) =>
  Object.values(actions)
    .flat()
    .some((arn) => arn.startsWith(prefix));

function checkFilters(input: CloudWatch.DescribeAlarmsInput): void {
  const { AlarmNames, AlarmNamePrefix, ChildrenOfAlarmName, ParentsOfAlarmName, ...rest } = input;
  if (AlarmNames?.length && AlarmNamePrefix !== undefined)
    throw validationError("AlarmNamePrefix and AlarmNames are mutually exclusive");
  const { MaxRecords: _size, NextToken: _token, ...others } = rest;
  const family = [ChildrenOfAlarmName, ParentsOfAlarmName].filter((name) => name !== undefined);
  if (family.length === 0) return;
  const alone = family.length === 1 && !AlarmNames && AlarmNamePrefix === undefined;
  if (!alone || Object.values(others).some((value) => value !== undefined))
    throw validationError(
      "ChildrenOfAlarmName and ParentsOfAlarmName can only be used with MaxRecords and NextToken",
    );
}

/** The alarms below or above one, when that is what is asked for. */
function familyOf(
  { ChildrenOfAlarmName, ParentsOfAlarmName }: CloudWatch.DescribeAlarmsInput,
  ctx: Context,
  composites: Composites,
): Set<string> | undefined {
  const collection = ctx.store.collection(alarmCollection);
  if (ChildrenOfAlarmName !== undefined) {
    const parent = collection.get([ChildrenOfAlarmName]);
    return new Set(parent?.kind === "composite" ? alarmsIn(parseRule(parent.rule)) : []);
  }
  if (ParentsOfAlarmName === undefined) return undefined;
  return new Set(composites.parentsOf(ctx, ParentsOfAlarmName).map(({ name }) => name));
}

function setActions(names: readonly string[], actionsEnabled: boolean, ctx: Context): void {
  const collection = ctx.store.collection(alarmCollection);
  for (const name of names) {
    const alarm = collection.get([name]);
    if (alarm) collection.put([name], { ...alarm, actionsEnabled });
  }
}

function isJson(text: string): boolean {
  try {
    readJson(text);
    return true;
  } catch {
    return false;
  }
}
