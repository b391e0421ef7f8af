import { fillTemplate, valueAt } from "../../aws/input-template.ts";
import { readJson } from "../../core/read-json.ts";
import type * as Events from "../../models/generated/events.ts";
import type { Event } from "./event.ts";

/** Variables that every template has: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html#eb-transform-input-predefined */
export const PREDEFINED: readonly string[] = [
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
];

/** The rule that sends, and when the event came in. */
export interface Sending {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** Epoch milliseconds. */
  readonly ingestedAtMs: number;
}

/**
 * What a target gets of an event.
 * @param text the event as JSON
 * @throws TemplateError
 */
export function inputFor(target: Events.Target, text: string, sending: Sending): string {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined && InputPath !== "" && InputPath !== "$")
    return JSON.stringify(valueAt(readJson(text), InputPath) ?? null);
  if (!InputTransformer) return text;
  const event = readJson(text) as Event;
  const paths = new Map(Object.entries(InputTransformer.InputPathsMap ?? {}));
  return fillTemplate(InputTransformer.InputTemplate, (name) => {
    const path = paths.get(name);
    return path === undefined ? predefined(name, event, sending) : valueAt(event, path);
  });
}

function predefined(name: string, event: Event, { ruleArn, ruleName, ingestedAtMs }: Sending): unknown {
  const { detail: _, ...envelope } = event;
  const values: Readonly<Record<string, unknown>> = {
    "aws.events.rule-arn": ruleArn,
    "aws.events.rule-name": ruleName,
    "aws.events.event.ingestion-time": new Date(ingestedAtMs).toISOString(),
    "aws.events.event": envelope,
    "aws.events.event.json": event,
  };
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
