import type { RE2JS } from "re2js";
import { lazily } from "./lazily.ts";

/*
 * Regular expressions that users give. JavaScript's engine goes back and tries again, for hours if a pattern and a text are
 * made for it; RE2 does not, but knows no backreference and no lookahead. docs/decisions/0032-re2js.md
 */

/** A regular expression whose time grows with the text's length alone. */
export interface LinearRegex {
  /** Is it anywhere in the text? */
  test(text: string): boolean;
  /** Is the whole text one match? */
  matches(text: string): boolean;
  /** The first match and its groups; undefined without one. */
  exec(text: string): readonly (string | undefined)[] | undefined;
  /** The names of groups, by their number. */
  readonly names: ReadonlyMap<string, number>;
}

/** What RE2 cannot express, or what is no regular expression. */
export class RegexError extends Error {}

const re2 = lazily<typeof import("re2js")>("re2js");

/** Compiles a pattern; flags are `i`, `m` and `s`. RE2 is loaded when first asked for. @throws RegexError */
export function linearRegex(source: string, flags = ""): LinearRegex {
  const { RE2JS: engine } = re2();
  let compiled: RE2JS;
  try {
    const numbers = { i: engine.CASE_INSENSITIVE, m: engine.MULTILINE, s: engine.DOTALL };
    const bits = [...flags].reduce((sum, flag) => sum | numbers[flag as keyof typeof numbers], 0);
    compiled = engine.compile(engine.translateRegExp(source), bits | engine.LOOKBEHINDS);
  } catch (error) {
    throw new RegexError((error as Error).message);
  }
  return {
    test: (text) => compiled.test(text),
    matches: (text) => compiled.testExact(text),
    exec: (text) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      return Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? undefined);
    },
    names: new Map(Object.entries(compiled.namedGroups())),
  };
}

/** Steps that JavaScript's engine may take where it stands in everybody's way: some milliseconds. */
const FEW_STEPS = 10_000_000;

/** Is JavaScript's own engine quick with this pattern on a text of that length, whatever the text is? */
export function isQuick(source: string, length: number): boolean {
  return regexSteps(source, length) <= FEW_STEPS;
}

/** How many steps JavaScript's own engine takes at most. Patterns in which repetitions are nested have no end. */
export function regexSteps(source: string, length: number): number {
  const bare = source.replace(/\\[^\d]/gs, "_").replace(/\[\^?\]?[^\]]*\]/g, "_");
  // A repeated group can be taken apart in exponentially many ways; a backreference makes any of them count.
  if (/\)[*+?{]|\\\d|\(\?/.test(bare)) return Number.POSITIVE_INFINITY;
  const repetitions = bare.match(/[*+?{|]/g)?.length ?? 0;
  return source.length * (length + 1) ** (repetitions + 1);
}
