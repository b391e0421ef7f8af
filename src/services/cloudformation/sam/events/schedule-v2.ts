import { Draft, type Target } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { flag, literal, map, required, text } from "../properties.ts";
import { inlinePolicy, trustOf } from "../roles.ts";
import { given, isFilled, type Value } from "../value.ts";
import { deadLetters } from "./dead-letters.ts";
import type { EventType, SamEvent } from "./event.ts";

/** `ScheduleV2`: a schedule of EventBridge Scheduler invokes a function or starts a state machine. */
function schedule(policyOf: (event: SamEvent, target: Target) => Value): EventType {
  return {
    types: {
      PermissionsBoundary: text,
      ScheduleExpression: required(text),
      FlexibleTimeWindow: map,
      Name: text,
      State: text,
      Description: text,
      StartDate: text,
      EndDate: text,
      ScheduleExpressionTimezone: text,
      GroupName: text,
      KmsKeyArn: text,
      Input: text,
      RoleArn: text,
      DeadLetterConfig: map,
      RetryPolicy: map,
      OmitName: literal(flag),
    },
    translate: (event, { target }) => {
      const { properties } = event;
      const dead = deadLetters(event.id, properties["DeadLetterConfig"], target.passedOn);
      const own = properties["RoleArn"];
      const role = isFilled(own)
        ? undefined
        : new Draft(
            "AWS::IAM::Role",
            `${event.id}Role`,
            {
              AssumeRolePolicyDocument: trustOf("scheduler.amazonaws.com"),
              Policies: [
                policyOf(event, target),
                ...(dead ? [inlinePolicy(`${event.id}SQSPolicy`, "sqs:SendMessage", dead.arn)] : []),
              ],
              PermissionsBoundary: isFilled(properties["PermissionsBoundary"])
                ? properties["PermissionsBoundary"]
                : undefined,
            },
            target.passedOn,
          );
      const draft = new Draft(
        "AWS::Scheduler::Schedule",
        event.id,
        {
          ScheduleExpression: properties["ScheduleExpression"],
          FlexibleTimeWindow: isFilled(properties["FlexibleTimeWindow"])
            ? properties["FlexibleTimeWindow"]
            : { Mode: "OFF" },
          Name: nameOf(event),
          State: isFilled(properties["State"]) ? properties["State"] : undefined,
          Description: properties["Description"],
          StartDate: properties["StartDate"],
          EndDate: properties["EndDate"],
          ScheduleExpressionTimezone: properties["ScheduleExpressionTimezone"],
          GroupName: properties["GroupName"],
          KmsKeyArn: properties["KmsKeyArn"],
          Target: given({
            Arn: target.arn,
            RoleArn: role?.arn ?? own,
            Input: properties["Input"],
            DeadLetterConfig: dead ? { Arn: dead.arn } : undefined,
            RetryPolicy: properties["RetryPolicy"],
          }),
        },
        target.passedOn,
      );
      return [draft, ...(dead?.drafts ?? []), ...(role ? [role] : [])];
    },
  };
}

function nameOf(event: SamEvent): Value | undefined {
  const { Name, OmitName } = event.properties;
  if (!isFilled(OmitName)) return isFilled(Name) ? Name : event.id;
  if (isFilled(Name)) throw new InvalidEvent(event.id, "Name cannot be set when OmitName is True");
  return undefined;
}

export const functionScheduleV2 = schedule((event, target) =>
  inlinePolicy(`${event.id}LambdaPolicy`, "lambda:InvokeFunction", target.arn),
);

export const stateMachineScheduleV2 = schedule((event, target) =>
  inlinePolicy(`${event.id}StartExecutionPolicy`, "states:StartExecution", target.arn),
);
