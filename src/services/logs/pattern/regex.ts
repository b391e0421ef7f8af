import { PatternError } from "./compiled.ts";

/** What may stand between the percent signs: letters, digits, a few symbols and operators, no parentheses. */
const ALLOWED = /^[A-Za-z0-9_#=@/;,:\-^$?[\]{}|\\*+. ]*$/;

/** `%…%` without the percent signs. @throws PatternError */
export function patternRegex(source: string): RegExp {
  if (!ALLOWED.test(source.replace(/\\./g, "")))
    throw new PatternError("Invalid filter pattern: unsupported regex");
  try {
    return new RegExp(source);
  } catch {
    throw new PatternError("Invalid filter pattern: invalid regex");
  }
}

/** Text in which `*` stands for any characters, as a test of whole values. */
export function wildcardTest(text: string): (value: string) => boolean {
  if (!text.includes("*")) return (value) => value === text;
  const source = text
    .split("*")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"))
    .join("[^]*");
  const expression = new RegExp(`^${source}$`);
  return (value) => expression.test(value);
}
