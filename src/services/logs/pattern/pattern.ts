/**
 * Filter patterns: of metric filters, subscription filters, FilterLogEvents and Live Tail.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import type { Pattern } from "./compiled.ts";
import { jsonPattern } from "./json-pattern.ts";
import { spacePattern } from "./space-pattern.ts";
import { textPattern } from "./text-pattern.ts";

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
