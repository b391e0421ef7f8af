/** AWS writes patterns for Java; these are the same in JavaScript. */

const POSIX: Readonly<Record<string, string>> = {
  Alpha: "A-Za-z",
  Digit: "0-9",
  Alnum: "A-Za-z0-9",
  Upper: "A-Z",
  Lower: "a-z",
  Punct: "!-/:-@\\[-`{-~",
  Graph: "!-~",
  Print: " -~",
  Blank: " \\t",
  Space: "\\s",
  XDigit: "0-9A-Fa-f",
  Cntrl: "\\x00-\\x1f\\x7f",
  ASCII: "\\x00-\\x7f",
  IsAlphabetic: "\\p{Alphabetic}",
  IsDigit: "\\p{Nd}",
};

/** FIS says so of values that hold spaces in its own examples: it wants something else in them, too. */
const NOT_ONLY_SPACES = "[\\S]+";
/** FIS says so of target parameters, and documents lists of Availability Zones with commas between them. */
const TARGET_PARAMETER = "^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+$";

/** Compiles a pattern that a whole value must match; undefined when JavaScript cannot express it. */
export function compilePattern(pattern: string): RegExp | undefined {
  if (pattern === NOT_ONLY_SPACES) return /\S/;
  if (pattern === TARGET_PARAMETER) return /^[\p{L}\p{Z}\p{N}_.:/=+\-@,]+$/u;
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const source = `^(?:${translate(flags ? pattern.slice(flags[0].length) : pattern)})$`;
  for (const unicode of ["u", ""]) {
    try {
      return new RegExp(source, unicode + (flags?.[1] ?? ""));
    } catch {
      // Many patterns escape what JavaScript's Unicode mode does not let them escape: the second try is without it.
    }
  }
  return undefined;
}

/** Replaces `\p{Alnum}` and its like, which stand inside or outside of a class, and possessive quantifiers. */
function translate(pattern: string): string {
  let inClass = false;
  return pattern.replace(
    /\\p\{(\w+)\}|\\[\s\S]|\[|\]|([*+?}])\+/g,
    (text, name?: string, quantifier?: string) => {
      if (text === "[") inClass = true;
      else if (text === "]") inClass = false;
      else if (name !== undefined && Object.hasOwn(POSIX, name))
        return inClass ? `${POSIX[name]}` : `[${POSIX[name]}]`;
      else if (quantifier !== undefined && !inClass) return quantifier;
      return text;
    },
  );
}
