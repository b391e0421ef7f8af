import { invalidParameter } from "./errors.ts";
import { type Pattern, PatternError } from "./pattern/compiled.ts";
import { compilePattern } from "./pattern/pattern.ts";

/** A filter pattern of an input. @throws AwsError when it is none */
export function compile(pattern: string): Pattern {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw invalidParameter(error.message);
  }
}
