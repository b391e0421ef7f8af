import type { RequestContext } from "./policy-conditions.ts";

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
