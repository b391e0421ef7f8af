/**
 * Filter patterns: of metric filters, subscription filters, FilterLogEvents and Live Tail.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { jsonPattern } from "./json-pattern.ts";
import { spacePattern } from "./space-pattern.ts";
import { textPattern } from "./text-pattern.ts";

/** What a pattern picked out of a message that it matches: `$.errorCode`, `$status` → text. */
export type Extracted = Readonly<Record<string, string>>;

export interface Pattern {
  /** The values of a match, or undefined for a message that does not match. */
  match(message: string): Extracted | undefined;
  /** The value that a selector (`$.latency`, `$bytes`) has in a message, matched or not. */
  value(message: string, selector: string): unknown;
}

/** Text that is no pattern. */
export class PatternError extends Error {}

const compiled = new Map<string, Pattern>();
const MAX_COMPILED = 5000;

/** Compiles a pattern, once for each text. @throws PatternError */
export function compilePattern(text: string): Pattern {
  let pattern = compiled.get(text);
  if (!pattern) {
    pattern = compile(text.trim());
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(text, pattern);
  }
  return pattern;
}

function compile(text: string): Pattern {
  if (text.startsWith("{")) return jsonPattern(text);
  if (text.startsWith("[")) return spacePattern(text);
  return textPattern(text);
}
