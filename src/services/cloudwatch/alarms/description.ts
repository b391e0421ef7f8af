import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Alarm, CompositeAlarm, MetricAlarm } from "./alarm.ts";

function describeCommon(alarm: Alarm) {
  const { state } = alarm;
  return {
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    ...(alarm.description !== undefined && { AlarmDescription: alarm.description }),
    AlarmConfigurationUpdatedTimestamp: new Date(alarm.configuredAtMs),
    ActionsEnabled: alarm.actionsEnabled,
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: new Date(state.updatedAtMs),
    StateTransitionedTimestamp: new Date(state.transitionedAtMs),
  };
}

/** A metric alarm as DescribeAlarms gives it. */
export function describeMetricAlarm(alarm: MetricAlarm): CloudWatch.MetricAlarm {
  const { Metrics, Dimensions, ...settings } = alarm.settings;
  return {
    ...describeCommon(alarm),
    ...settings,
    ...(Metrics ? { Metrics } : { Dimensions: Dimensions ?? [] }),
  };
}

export function describeCompositeAlarm(alarm: CompositeAlarm): CloudWatch.CompositeAlarm {
  const { suppressor, suppressed } = alarm;
  return {
    ...describeCommon(alarm),
    AlarmRule: alarm.rule,
    ...(suppressor && {
      ActionsSuppressor: suppressor.alarm,
      ActionsSuppressorWaitPeriod: suppressor.waitSeconds,
      ActionsSuppressorExtensionPeriod: suppressor.extensionSeconds,
    }),
    ...(suppressed && { ActionsSuppressedBy: suppressed.by, ActionsSuppressedReason: suppressed.reason }),
  };
}
