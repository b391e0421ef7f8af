import type { RequestContext } from "./policy-conditions.ts";

/**
 * Stand for a `*` and a `?` that are meant as such: what a variable gives is a text and no pattern. Private use characters of
 * Unicode, which no name has.
 */
const STAR = "\u{F0000}";
const MARK = "\u{F0001}";

/** A text of a policy, and what it is compared with, so that wildcards in the one are only those that its author wrote. */
export interface Comparison {
  readonly pattern: string;
  text(given: string): string;
}

const plainly = (given: string) => given;
/** The characters that are wildcards in patterns, as characters. */
const literalText = (given: string): string => given.replaceAll("*", STAR).replaceAll("?", MARK);

/**
 * Policy variables: `${aws:username}`, `${key, 'default'}`, `${*}`. One that is not known fits nothing.
 * @param hasVariables are they variables? In policies of the version 2008-10-17 they are plain text.
 */
export function withVariables(text: string, context: RequestContext, hasVariables: boolean): Comparison {
  if (!hasVariables || !text.includes("${")) return { pattern: text, text: plainly };
  const pattern = text.replace(/\$\{([^}]+)\}/g, (whole, inner: string) => {
    if (inner === "*" || inner === "?" || inner === "$") return literalText(inner);
    const [, key = inner, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/.exec(inner) ?? [];
    const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
    return literalText(found?.[1][0] ?? fallback ?? whole);
  });
  return { pattern, text: literalText };
}
