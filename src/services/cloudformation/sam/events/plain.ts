import { Draft } from "../draft.ts";
import { ref, sub } from "../intrinsics.ts";
import { required, text } from "../properties.ts";
import { isFilled, type Value } from "../value.ts";
import type { EventType } from "./event.ts";
import { arnText, invokePermission } from "./permission.ts";

/** `AlexaSkill`: a skill invokes a function. */
export const alexaSkill: EventType = {
  types: { SkillId: text },
  translate: (event, { target }) => [
    invokePermission(target, {
      prefix: event.id,
      principal: "alexa-appkit.amazon.com",
      token: event.properties["SkillId"],
    }),
  ],
};

/** `IoTRule`: a rule of AWS IoT invokes a function. */
export const iotRule: EventType = {
  types: { Sql: required(text), AwsIotSqlVersion: text },
  translate: (event, { target, translation }) => {
    const { Sql, AwsIotSqlVersion } = event.properties;
    const sourceArn = sub(arnText(translation.partition, "iot", "rule/${RuleName}"), {
      RuleName: ref(event.id),
    });
    return [
      invokePermission(target, {
        prefix: event.id,
        principal: "iot.amazonaws.com",
        sourceArn,
        sourceAccount: sub("${AWS::AccountId}"),
      }),
      new Draft(
        "AWS::IoT::TopicRule",
        event.id,
        {
          TopicRulePayload: {
            Sql: Sql as Value,
            RuleDisabled: false,
            Actions: [{ Lambda: { FunctionArn: target.arn } }],
            ...(isFilled(AwsIotSqlVersion) ? { AwsIotSqlVersion } : {}),
          },
        },
        target.passedOn,
      ),
    ];
  },
};

/** `CloudWatchLogs`: a log group sends what matches to a function. */
export const cloudWatchLogs: EventType = {
  types: { LogGroupName: required(text), FilterPattern: required(text) },
  translate: (event, { target, translation }) => {
    const { LogGroupName, FilterPattern } = event.properties;
    const text = arnText(translation.partition, "logs", "log-group:${__LogGroupName__}:*");
    const permission = invokePermission(target, {
      prefix: event.id,
      principal: "logs.amazonaws.com",
      sourceArn: sub(text, { __LogGroupName__: LogGroupName as Value }),
    });
    const filter = new Draft(
      "AWS::Logs::SubscriptionFilter",
      event.id,
      { LogGroupName, FilterPattern, DestinationArn: target.arn },
      target.passedOn,
    );
    filter.dependsOn = [permission.id];
    return [permission, filter];
  },
};
