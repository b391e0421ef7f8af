import type { Draft } from "../draft.ts";
import { InvalidEvent, invalidResource } from "../errors.ts";
import { read } from "../properties.ts";
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

/** What the events of a function or state machine become. A fault of an event is one of its owner. */
export function translateEvents(
  owner: string,
  events: Value | undefined,
  types: Readonly<Record<string, EventType>>,
  context: EventContext,
): Draft[] {
  if (!isMap(events)) return [];
  try {
    const sources = Object.entries(events).map(([name, event]) => readEvent(owner, name, event, types));
    return sources.flatMap(({ event, type }) => type.translate(event, context));
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
): { event: SamEvent; type: EventType } {
  const kind = isMap(written) ? own(written, "Type") : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(types, kind)) {
    throw new InvalidEvent(
      name,
      `Resource dict has missing or invalid value for key Type. Event Type is: ${kind ?? "None"}.`,
    );
  }
  const type = types[kind] as EventType;
  const id = `${owner}${name}`;
  const { properties } = read(id, kind, written as Values, type.types);
  return { event: { id, name, type: kind, properties }, type };
}
