import type { Handlers } from "../../../core/service.ts";
import type { Collection } from "../../../core/storage.ts";
import type * as CloudWatch from "../../../models/generated/cloudwatch.ts";
import type { Cloudwatch } from "../cloudwatch.ts";
import { alarmLimitExceeded, validationError } from "../errors.ts";
import { tagging } from "../tags.ts";
import {
  type Alarm,
  alarmArn,
  alarmCollection,
  alarmName,
  type CompositeAlarm,
  initialState,
  type Suppressor,
} from "./alarm.ts";
import { describeCompositeAlarm } from "./description.ts";
import { actionsOf } from "./put-metric-alarm.ts";
import { alarmsIn, parseRule, type Rule, RuleError } from "./rule.ts";

const MAX_ALARMS = 5000;
const MAX_CHILDREN = 100;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
export const putCompositeAlarm = (cloudwatch: Cloudwatch): Handlers<CloudWatch.Operations> => ({
  PutCompositeAlarm(input, ctx) {
    const alarms = ctx.store.collection(alarmCollection);
    checkRule(input.AlarmRule, alarms);
    const suppressor = suppressorOf(input, alarms);
    const before = alarms.get([input.AlarmName]);
    if (before && before.kind !== "composite")
      throw validationError(`A metric alarm with the name ${input.AlarmName} exists already.`);
    if (!before && alarms.count() >= MAX_ALARMS) throw alarmLimitExceeded();
    const nowMs = ctx.clock.now();
    const alarm: CompositeAlarm = {
      kind: "composite",
      name: input.AlarmName,
      arn: alarmArn(ctx, input.AlarmName),
      ...(input.AlarmDescription !== undefined && { description: input.AlarmDescription }),
      ...actionsOf(input),
      tags: before ? before.tags : tagging.read(input.Tags),
      configuredAtMs: nowMs,
      state: before ? before.state : initialState(nowMs),
      rule: input.AlarmRule,
      ...(suppressor && { suppressor }),
      ...(suppressor && before?.suppressed && { suppressed: before.suppressed }),
    };
    alarms.put([alarm.name], alarm);
    cloudwatch.watch.put(ctx, alarm);
    cloudwatch.watch.look(ctx, alarm.name);
    const { transitions } = cloudwatch.watch;
    transitions.history.add(
      ctx,
      alarm,
      "ConfigurationUpdate",
      `Alarm "${alarm.name}" ${before ? "updated" : "created"}`,
      {
        version: "1.0",
        type: before ? "Update" : "Create",
        [before ? "updatedAlarm" : "createdAlarm"]: describeCompositeAlarm(alarm),
      },
    );
    transitions.configured(ctx, before ? "update" : "create", alarm, before);
    transitions.evaluate(ctx, alarm);
  },
});

function checkRule(text: string, alarms: Collection<Alarm>): void {
  if (text.trim() === "") throw validationError("AlarmRule must not be blank.");
  const children = alarmsIn(parsed(text));
  if (children.length > MAX_CHILDREN)
    throw validationError(`AlarmRule must not contain more than ${MAX_CHILDREN} alarms.`);
  const missing = children.filter((name) => !alarms.has([name]));
  if (missing.length > 0)
    throw validationError(
      `Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`,
    );
}

function parsed(text: string): Rule {
  try {
    return parseRule(text);
  } catch (error) {
    if (error instanceof RuleError) throw validationError(`Error in AlarmRule: ${error.message}`);
    throw error;
  }
}

function suppressorOf(
  input: CloudWatch.PutCompositeAlarmInput,
  alarms: Collection<Alarm>,
): Suppressor | undefined {
  const {
    ActionsSuppressor: alarm,
    ActionsSuppressorWaitPeriod: waitSeconds,
    ActionsSuppressorExtensionPeriod: extensionSeconds,
  } = input;
  if (alarm === undefined) {
    if (waitSeconds !== undefined || extensionSeconds !== undefined)
      throw validationError(
        "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod require ActionsSuppressor.",
      );
    return undefined;
  }
  if (waitSeconds === undefined || extensionSeconds === undefined)
    throw validationError(
      "ActionsSuppressorWaitPeriod and ActionsSuppressorExtensionPeriod are required with ActionsSuppressor.",
    );
  if (!alarms.has([alarmName(alarm)]))
    throw validationError(
      `Could not save the composite alarm as the actions suppressor alarm ${alarm} does not exist`,
    );
  return { alarm, waitSeconds, extensionSeconds };
}
