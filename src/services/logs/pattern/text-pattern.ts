import { type Extracted, type Pattern, PatternError } from "./compiled.ts";
import { patternRegex } from "./regex.ts";

type Test = (message: string) => boolean;

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|([^\s"%]+))/y;
const WORD = /^[\p{L}\p{N}_*]+$/u;
const NOTHING: Extracted = {};

/** Terms: all plain ones must be there, none with `-`, and of those with `?` one. */
export function textPattern(text: string): Pattern {
  const all: Test[] = [];
  const none: Test[] = [];
  const any: Test[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const found = TERM.exec(text);
    if (!found) throw new PatternError("Invalid filter pattern");
    const [, sign, quoted, regex, word] = found;
    const test = termTest(quoted, regex, word);
    (sign === "?" ? any : sign === "-" ? none : all).push(test);
  }
  // With other terms beside them, terms with `?` count for nothing.
  const either = all.length + none.length > 0 ? [] : any;
  const holds = (message: string) =>
    all.every((test) => test(message)) &&
    !none.some((test) => test(message)) &&
    (either.length === 0 || either.some((test) => test(message)));
  return { match: (message) => (holds(message) ? NOTHING : undefined), value: () => undefined };
}

function termTest(quoted: string | undefined, regex: string | undefined, word = ""): Test {
  if (quoted !== undefined) {
    const phrase = quoted.replace(/\\(.)/g, "$1");
    return (message) => message.includes(phrase);
  }
  if (regex !== undefined) {
    const expression = patternRegex(regex);
    return (message) => expression.test(message);
  }
  if (!WORD.test(word)) throw new PatternError(`Invalid character(s) in term '${word}'`);
  return (message) => message.includes(word);
}
