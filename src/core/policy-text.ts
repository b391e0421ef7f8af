import type { RequestContext } from "./policy-conditions.ts";

/** `*` is any text, `?` any one character. */
export function wildcard(pattern: string, text: string): boolean {
  if (pattern === "*" || pattern === text) return true;
  if (!/[*?]/.test(pattern)) return false;
  let p = 0;
  let t = 0;
  let star = -1;
  let from = 0;
  // Where a star was, try it with one more character each time the rest does not fit.
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      from = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++from;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Policy variables: `${aws:username}`, `${key, 'default'}`, `${*}`. One that is not known fits nothing. */
export function withVariables(text: string, context: RequestContext): string {
  if (!text.includes("${")) return text;
  return text.replace(/\$\{([^}]+)\}/g, (whole, inner: string) => {
    if (inner === "*" || inner === "?" || inner === "$") return inner;
    const [, key = inner, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/.exec(inner) ?? [];
    const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
    return found?.[1][0] ?? fallback ?? whole;
  });
}
