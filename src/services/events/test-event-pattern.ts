import { compilePattern, eventToMatch } from "../../core/event-pattern/pattern.ts";
import { isObject } from "../../core/json.ts";
import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { parameterInvalid } from "./errors.ts";
import { checkPattern } from "./rules.ts";

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
export const testEventPattern: Handlers<Events.Operations> = {
  TestEventPattern({ Event, EventPattern }) {
    const event = eventOf(Event);
    checkPattern(EventPattern);
    return { Result: compilePattern(EventPattern).matches(eventToMatch(event)) };
  },
};

/** The page names `resources`, too; AWS has been seen to do without it. */
const MANDATORY: readonly string[] = ["id", "account", "source", "time", "region", "detail-type"];

function eventOf(text: string): object {
  try {
    const event: unknown = readJson(text);
    if (isObject(event) && MANDATORY.every((name) => Object.hasOwn(event, name))) return event;
  } catch {
    // Said below.
  }
  throw parameterInvalid("Event");
}
