import { type LinearRegex, linearRegex } from "../../../core/regex.ts";
import { starred } from "../../../core/wildcard.ts";
import { PatternError } from "./compiled.ts";

/** What may stand between the percent signs: letters, digits, a few symbols and operators, no parentheses. */
const ALLOWED = /^[A-Za-z0-9_#=@/;,:\-^$?[\]{}|\\*+. ]*$/;

/** `%…%` without the percent signs. @throws PatternError */
export function patternRegex(source: string): LinearRegex {
  if (!ALLOWED.test(source.replace(/\\./g, "")))
    throw new PatternError("Invalid filter pattern: unsupported regex");
  try {
    return linearRegex(source);
  } catch {
    throw new PatternError("Invalid filter pattern: invalid regex");
  }
}

/** Text in which `*` stands for any characters, as a test of whole values. */
export function wildcardTest(text: string): (value: string) => boolean {
  return starred(text.split("*"));
}
