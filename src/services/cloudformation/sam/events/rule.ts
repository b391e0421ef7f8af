import { Draft } from "../draft.ts";
import { InvalidEvent } from "../errors.ts";
import { flag, literal, map, type PropertyTypes, text } from "../properties.ts";
import { inlinePolicy, trustOf } from "../roles.ts";
import { given, isFilled, isMap, own, type Value, type Values } from "../value.ts";
import { deadLetters } from "./dead-letters.ts";
import type { EventContext, EventType, SamEvent } from "./event.ts";
import { invokePermission } from "./permission.ts";

/** The properties that rules of functions and of state machines share. */
const PATTERN_TYPES: PropertyTypes = {
  EventBusName: text,
  RuleName: text,
  Pattern: map,
  DeadLetterConfig: map,
  RetryPolicy: map,
  Input: text,
  InputPath: text,
  Target: map,
  State: text,
  InputTransformer: map,
};

const EVENTS = "events.amazonaws.com";

/** An id of a target has at most 64 characters. */
const LONGEST_TARGET_ID = 64;

/** `EventBridgeRule`, and `CloudWatchEvent` as it was called before: a rule with a pattern invokes a function. */
export const functionRule: EventType = {
  types: { ...PATTERN_TYPES, Enabled: flag },
  translate: (event, { target }) => {
    const rule = patternRule(event, target.passedOn);
    const state = stateOf(event);
    if (state !== undefined) rule.properties["State"] = state;
    return reach(event, rule, target.passedOn, target.arn, "LambdaTarget").concat(
      invokePermission(target, { prefix: event.id, principal: EVENTS, sourceArn: rule.arn }),
    );
  },
};

/** A rule with a pattern starts a state machine. */
export const stateMachineRule: EventType = {
  types: { ...PATTERN_TYPES, Target: literal(map) },
  translate: (event, context) => {
    const rule = patternRule(event, context.target.passedOn);
    if (isFilled(event.properties["State"])) rule.properties["State"] = event.properties["State"];
    return start(event, rule, context);
  },
};

/** The properties that schedules of functions and of state machines share. */
const SCHEDULE_TYPES: PropertyTypes = {
  Schedule: { ...text, isRequired: true },
  Input: text,
  Enabled: flag,
  State: text,
  Name: text,
  Description: text,
  DeadLetterConfig: map,
  RetryPolicy: map,
};

/** `Schedule`: a rule with a time invokes a function. */
export const functionSchedule: EventType = {
  types: { ...SCHEDULE_TYPES, RuleName: text },
  translate: (event, { target }) => {
    const rule = scheduleRule(event, target.passedOn);
    return reach(event, rule, target.passedOn, target.arn, "LambdaTarget").concat(
      invokePermission(target, { prefix: event.id, principal: EVENTS, sourceArn: rule.arn }),
    );
  },
};

/** A rule with a time starts a state machine. */
export const stateMachineSchedule: EventType = {
  types: { ...SCHEDULE_TYPES, Target: literal(map), RoleArn: literal(text) },
  translate: (event, context) => start(event, scheduleRule(event, context.target.passedOn), context),
};

function patternRule(event: SamEvent, attributes: Values): Draft {
  const { EventBusName, Pattern, RuleName } = event.properties;
  return new Draft(
    "AWS::Events::Rule",
    event.id,
    { EventBusName, EventPattern: Pattern, Name: RuleName },
    attributes,
  );
}

function scheduleRule(event: SamEvent, attributes: Values): Draft {
  const { Schedule, Name, Description } = event.properties;
  return new Draft(
    "AWS::Events::Rule",
    event.id,
    { ScheduleExpression: Schedule, State: stateOf(event), Name, Description },
    attributes,
  );
}

function stateOf(event: SamEvent): Value | undefined {
  const { State, Enabled } = event.properties;
  if (isFilled(State) && Enabled !== undefined) {
    throw new InvalidEvent(event.name, "State and Enabled Properties cannot both be specified.");
  }
  if (Enabled !== undefined) return isFilled(Enabled) ? "ENABLED" : "DISABLED";
  return isFilled(State) ? State : undefined;
}

/** A state machine is started with a role: the event's own, or one that is made. */
function start(event: SamEvent, rule: Draft, { target, boundary }: EventContext): Draft[] {
  const given = event.properties["RoleArn"];
  const role =
    given === undefined ? startRole(event.id, EVENTS, target.arn, target.passedOn, boundary) : undefined;
  const drafts = reach(event, rule, target.passedOn, target.arn, "StepFunctionsTarget", role?.arn ?? given);
  return role ? [...drafts, role] : drafts;
}

/** The role with which an event starts a state machine. */
export function startRole(
  id: string,
  service: string,
  machine: Value,
  attributes: Values,
  boundary: Value | undefined,
): Draft {
  return new Draft(
    "AWS::IAM::Role",
    `${id}Role`,
    {
      AssumeRolePolicyDocument: trustOf(service),
      Policies: [inlinePolicy(`${id}RoleStartExecutionPolicy`, "states:StartExecution", machine)],
      PermissionsBoundary: isFilled(boundary) ? boundary : undefined,
    },
    attributes,
  );
}

/** A rule with its one target. */
function reach(
  event: SamEvent,
  rule: Draft,
  attributes: Values,
  arn: Value,
  suffix: string,
  role?: Value,
): Draft[] {
  const { properties } = event;
  const dead = deadLetters(event.id, properties["DeadLetterConfig"], attributes, rule.arn);
  const named = isMap(properties["Target"]) ? own(properties["Target"], "Id") : undefined;
  const target = given({
    Arn: arn,
    Id: named ?? event.id.slice(0, LONGEST_TARGET_ID - suffix.length) + suffix,
    RoleArn: role,
    Input: properties["Input"],
    InputPath: properties["InputPath"],
    DeadLetterConfig: dead ? { Arn: dead.arn } : undefined,
    RetryPolicy: properties["RetryPolicy"],
    InputTransformer: properties["InputTransformer"],
  });
  rule.properties["Targets"] = [target];
  return [rule, ...(dead?.drafts ?? [])];
}
