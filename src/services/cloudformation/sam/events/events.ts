import type { Draft } from "../draft.ts";
import { InvalidEvent, invalidResource } from "../errors.ts";
import { read } from "../properties.ts";
import { pythonText } from "../python-json.ts";
import { isMap, own, type Value, type Values } from "../value.ts";
import { api } from "./api.ts";
import { cognito } from "./cognito.ts";
import type { EventContext, EventType, SamEvent } from "./event.ts";
import { httpApi } from "./http-api.ts";
import { alexaSkill, cloudWatchLogs, iotRule } from "./plain.ts";
import { documentDb, dynamodb, kinesis, mq, msk, selfManagedKafka, sqs } from "./pulled.ts";
import { functionRule, functionSchedule, stateMachineRule, stateMachineSchedule } from "./rule.ts";
import { s3 } from "./s3.ts";
import { functionScheduleV2, stateMachineScheduleV2 } from "./schedule-v2.ts";
import { sns } from "./sns.ts";
import { stateMachineApi } from "./state-machine-api.ts";

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html */
export const FUNCTION_EVENTS: Readonly<Record<string, EventType>> = {
  AlexaSkill: alexaSkill,
  Api: api,
  CloudWatchEvent: functionRule,
  CloudWatchLogs: cloudWatchLogs,
  Cognito: cognito,
  DocumentDB: documentDb,
  DynamoDB: dynamodb,
  EventBridgeRule: functionRule,
  HttpApi: httpApi,
  IoTRule: iotRule,
  Kinesis: kinesis,
  MQ: mq,
  MSK: msk,
  S3: s3,
  SNS: sns,
  SQS: sqs,
  Schedule: functionSchedule,
  ScheduleV2: functionScheduleV2,
  SelfManagedKafka: selfManagedKafka,
};

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-statemachine-statemachineeventsource.html */
export const STATE_MACHINE_EVENTS: Readonly<Record<string, EventType>> = {
  Api: stateMachineApi,
  CloudWatchEvent: stateMachineRule,
  EventBridgeRule: stateMachineRule,
  Schedule: stateMachineSchedule,
  ScheduleV2: stateMachineScheduleV2,
};

/** An event that has been read, and its kind. */
export interface ReadEvent {
  readonly event: SamEvent;
  readonly type: EventType;
}

/** The events of a function or state machine, with their properties checked. A fault of an event is one of its owner. */
export function readEvents(
  owner: string,
  events: Value | undefined,
  types: Readonly<Record<string, EventType>>,
): ReadEvent[] {
  if (!isMap(events)) return [];
  return blamedOn(owner, () =>
    Object.entries(events).map(([name, event]) => readEvent(owner, name, event, types)),
  );
}

/** What events become. */
export function translateEvents(events: readonly ReadEvent[], context: EventContext): Draft[] {
  return events.flatMap(({ event, type }) => type.translate(event, context));
}

/** A fault of an event is one of the resource that has it. */
export function blamedOn<T>(owner: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof InvalidEvent) throw invalidResource(owner, error.message);
    throw error;
  }
}

function readEvent(
  owner: string,
  name: string,
  written: Value,
  types: Readonly<Record<string, EventType>>,
): ReadEvent {
  const kind = isMap(written) ? own(written, "Type") : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(types, kind)) {
    throw new InvalidEvent(
      name,
      `Resource dict has missing or invalid value for key Type. Event Type is: ${pythonText(kind)}.`,
    );
  }
  const type = types[kind] as EventType;
  const id = `${owner}${name}`;
  const { properties } = read(id, kind, written as Values, type.types);
  return { event: { id, name, type: kind, properties }, type };
}
