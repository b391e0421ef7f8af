/**
 * Event patterns: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 * One engine for rules, archives, pipes and Lambda's event filters; SNS's filter policies stand on the same fields.
 */

import { isObject } from "../json.ts";
import { JsonTextError, metAt, parseJsonText, placeIn } from "../json-text.ts";
import { EVENTS, PatternRefusal } from "./condition.ts";
import { compileFields, matchesFields } from "./fields.ts";

/** A pattern that is none: AWS's reason, with the place in the text. */
export class PatternError extends Error {}

export interface EventPattern {
  /** Does an event match? It has been through `eventToMatch`. */
  matches(event: unknown): boolean;
}

/** @param options.empty `{}` matches everything; where it is not allowed it is refused @throws PatternError */
export function compilePattern(text: string, options: { readonly empty?: "allowed" } = {}): EventPattern {
  try {
    const root = parseJsonText(text);
    if (root.type !== "object") throw new PatternRefusal("Filter is not an object", metAt(root));
    if (root.entries.length === 0 && options.empty !== "allowed")
      throw new PatternRefusal("Empty objects are not allowed", root.end);
    const fields = compileFields(root, EVENTS);
    return { matches: (event) => matchesFields(fields, isObject(event) ? event : undefined) };
  } catch (error) {
    if (error instanceof JsonTextError)
      throw new PatternError(error.reason + placeIn(text, error.index, "shown"));
    if (!(error instanceof PatternRefusal)) throw error;
    const place = error.index === undefined ? "" : placeIn(text, error.index, "shown");
    throw new PatternError(error.message + place.repeat(error.times));
  }
}

/** An event as patterns see it: a name with dots is a path. What has no such names stays as it is. */
export function eventToMatch(event: unknown): unknown {
  return hasPaths(event) ? nested(event) : event;
}

function hasPaths(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasPaths);
  if (!isObject(value)) return false;
  for (const name in value) if (name.includes(".") || hasPaths(value[name])) return true;
  return false;
}

function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested);
  if (!isObject(value)) return value;
  const made: Record<string, unknown> = Object.create(null);
  for (const [name, member] of Object.entries(value)) {
    const [first = name, ...steps] = name.split(".");
    const inner = steps.reduceRight<unknown>((deeper, step) => ({ [step]: deeper }), nested(member));
    made[first] = first in made ? together(made[first], inner) : inner;
  }
  return made;
}

/** Two values at one path. */
function together(a: unknown, b: unknown): unknown {
  if (!isObject(a) || !isObject(b)) return [a, b].flat();
  const both: Record<string, unknown> = { ...a };
  for (const [name, member] of Object.entries(b))
    both[name] = Object.hasOwn(both, name) ? together(both[name], member) : member;
  return both;
}
