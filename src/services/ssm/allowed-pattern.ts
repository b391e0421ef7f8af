import { linearRegex, RegexError } from "../../core/regex.ts";
import { invalidAllowedPattern } from "./errors.ts";

/** Does a value match the pattern that a parameter allows? @throws InvalidAllowedPatternException */
export function matches(value: string, pattern: string): boolean {
  try {
    return linearRegex(pattern).test(value);
  } catch (error) {
    if (error instanceof RegexError) throw invalidAllowedPattern(pattern);
    throw error;
  }
}
